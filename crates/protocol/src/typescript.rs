//! The same messages in TypeScript, for the web client.

use std::fmt::Write;

use ts_rs::{Config, TS};

use crate::{
    By, ClientMessage, Credential, EndReason, ErrorCode, HELLO_TIMEOUT_MS, Hello, IDLE_TIMEOUT_MS,
    IceServer, Joined, Locale, MAX_MESSAGE_BYTES, MESSAGE_BURST, MESSAGES_PER_SECOND,
    OFFER_MAX_BYTES, PING_INTERVAL_MS, Participant, ReceiveLine, SUBPROTOCOL, ScheduledVisit,
    ServerMessage, Testing, VERSION, VIEW_INTERVAL_MS, VIEW_MAX_PIXELS, VIEW_MAX_TILES, ViewTile,
    Visit, Warning,
};

const INFALLIBLE: &str = "writing into a String does not fail";

/// One TypeScript module with every type and every bound, the same at every call.
#[must_use]
pub fn typescript() -> String {
    let mut module =
        String::from("// Made from crates/protocol by `cargo xtask codegen`. Do not edit.\n");
    for (name, value) in [
        ("SUBPROTOCOL", format!("{SUBPROTOCOL:?}")),
        ("VERSION", VERSION.to_string()),
        ("MAX_MESSAGE_BYTES", MAX_MESSAGE_BYTES.to_string()),
        ("OFFER_MAX_BYTES", OFFER_MAX_BYTES.to_string()),
        ("HELLO_TIMEOUT_MS", HELLO_TIMEOUT_MS.to_string()),
        ("IDLE_TIMEOUT_MS", IDLE_TIMEOUT_MS.to_string()),
        ("PING_INTERVAL_MS", PING_INTERVAL_MS.to_string()),
        ("MESSAGES_PER_SECOND", MESSAGES_PER_SECOND.to_string()),
        ("MESSAGE_BURST", MESSAGE_BURST.to_string()),
        ("VIEW_MAX_TILES", VIEW_MAX_TILES.to_string()),
        ("VIEW_MAX_PIXELS", VIEW_MAX_PIXELS.to_string()),
        ("VIEW_INTERVAL_MS", VIEW_INTERVAL_MS.to_string()),
    ] {
        write!(module, "\nexport const {name} = {value};").expect(INFALLIBLE);
    }
    module.push('\n');
    declare::<ClientMessage>(&mut module);
    declare::<Hello>(&mut module);
    declare::<ViewTile>(&mut module);
    declare::<Credential>(&mut module);
    declare::<Locale>(&mut module);
    declare::<ServerMessage>(&mut module);
    declare::<Visit>(&mut module);
    declare::<ScheduledVisit>(&mut module);
    declare::<Joined>(&mut module);
    declare::<Testing>(&mut module);
    declare::<ReceiveLine>(&mut module);
    declare::<IceServer>(&mut module);
    declare::<Participant>(&mut module);
    declare::<ErrorCode>(&mut module);
    declare::<EndReason>(&mut module);
    declare::<By>(&mut module);
    declare::<Warning>(&mut module);
    module
}

fn declare<T: TS>(module: &mut String) {
    let config = Config::new();
    module.push('\n');
    if let Some(docs) = T::docs() {
        module.push_str(docs.trim_end());
        module.push('\n');
    }
    writeln!(module, "export {}", T::decl(&config)).expect(INFALLIBLE);
}
