//! The agent, and a client that checks its way to it.

mod checks;
mod own_checks;
mod remote_path;

use std::net::SocketAddr;

use rtc_crypto::{RTCCrypto, default_provider};
use rtc_stun::{
    attributes::{
        ATTR_ICE_CONTROLLING, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME, AttrType,
    },
    error_code::ErrorCodeAttribute,
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{BINDING_REQUEST, Getter, Message, Setter, TransactionId},
};

use super::*;
use crate::testing::rng;

const REMOTE_UFRAG: &str = "peer";

fn agent(now: Instant) -> IceLite {
    let local = Credentials::generate(0, &mut rng(1));
    IceLite::new(local, remote(), 11, default_provider().unwrap(), now)
}

fn remote() -> Credentials {
    Credentials {
        ufrag: REMOTE_UFRAG.to_owned(),
        password: "the client's password".to_owned(),
    }
}

fn address(host: u8) -> Path {
    SocketAddr::from(([192, 0, 2, host], 40_000)).into()
}

fn crypto() -> Arc<dyn RTCCryptoProvider> {
    default_provider().unwrap()
}

/// A check like a browser's, with what differs from the usual.
struct Request<'a> {
    local: &'a Credentials,
    remote_ufrag: &'a str,
    role: AttrType,
    nominate: bool,
    extra: Option<AttrType>,
}

impl<'a> Request<'a> {
    fn to(agent: &'a IceLite) -> Self {
        Self {
            local: agent.local(),
            remote_ufrag: REMOTE_UFRAG,
            role: ATTR_ICE_CONTROLLING,
            nominate: false,
            extra: None,
        }
    }

    fn nominating(mut self) -> Self {
        self.nominate = true;
        self
    }

    fn unsigned(&self) -> Message {
        let mut message = Message::new();
        message.typ = BINDING_REQUEST;
        message.transaction_id = TransactionId([9; 12]);
        message.write_header();
        let username = format!("{}:{}", self.local.ufrag, self.remote_ufrag);
        message.add(ATTR_USERNAME, username.as_bytes());
        message.add(ATTR_PRIORITY, &[1, 2, 3, 4]);
        message.add(self.role, &[5; 8]);
        if self.nominate {
            message.add(ATTR_USE_CANDIDATE, &[]);
        }
        if let Some(extra) = self.extra {
            message.add(extra, &[0; 4]);
        }
        message
    }

    fn build(&self) -> Vec<u8> {
        let mut message = self.unsigned();
        sign(&mut message, &self.local.password, crypto().crypto());
        message.raw
    }
}

fn sign(message: &mut Message, password: &str, crypto: &dyn RTCCrypto) {
    MessageIntegrity::new_short_term_integrity_with_provider(password.to_owned(), crypto)
        .add_to(message)
        .unwrap();
    FINGERPRINT.add_to(message).unwrap();
}

fn error_code(answer: Option<Vec<u8>>) -> u16 {
    let mut code = ErrorCodeAttribute::default();
    code.get_from(&read(answer)).unwrap();
    code.code.0
}

fn read(answer: Option<Vec<u8>>) -> Message {
    let mut message = Message::new();
    message.unmarshal_binary(&answer.unwrap()).unwrap();
    FINGERPRINT.check(&message).unwrap();
    message
}
