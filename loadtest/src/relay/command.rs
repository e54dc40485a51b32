//! `loadtest relay`: the relay as a program that tests and people steer by lines.
//!
//! When it is ready it prints `{"listen":"127.0.0.1:40123"}`. Then it takes orders, a line each, and
//! answers each with a line:
//!
//! | line | does | answer |
//! |---|---|---|
//! | `impair loss=0.3,delay=50ms` | changes the network; `impair none` heals it | `{"impair":"loss=0.3,delay=0.05s"}` |
//! | `rebind` | gives every client another port towards the server | `{"rebind":true}` |
//! | anything else | nothing | `{"error":"…"}` |
//!
//! It works until it is killed; the end of its input does not stop it.

use std::{
    io::{self, BufRead, Write},
    net::SocketAddr,
    thread,
};

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::{Relay, impairment::Impairment};

/// What `loadtest relay` is told at its start.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Where the server hears media.
    #[arg(long, value_name = "ADDRESS:PORT")]
    to: SocketAddr,
    /// What the network does, such as `loss=0.3,delay=50ms,jitter=10ms,rate=150kbit,queue=300ms,`
    /// `reorder=0.01,duplicate=0.01,blackout=10s@20s`. All of it for each client and each way; a
    /// blackout counts from the relay's start, or from the order that sets it.
    #[arg(long, default_value = "none")]
    impair: Impairment,
    /// Where clients send to.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Makes chance repeat itself.
    #[arg(long)]
    seed: Option<u64>,
}

/// Relays until the program is killed.
///
/// # Errors
/// When the relay cannot start, or standard output is gone.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let seed = arguments.seed.unwrap_or_else(rand::random);
    let relay = Relay::start_at(arguments.listen, arguments.to, arguments.impair, seed)
        .with_context(|| format!("no relay at {}", arguments.listen))?;
    tell(&json!({ "listen": relay.addr() }))?;
    for line in io::stdin().lock().lines() {
        tell(&obey(&relay, line?.trim()))?;
    }
    loop {
        thread::park();
    }
}

fn obey(relay: &Relay, line: &str) -> serde_json::Value {
    let outcome = match line.split_once(' ').unwrap_or((line, "")) {
        ("impair", settings) => impair(relay, settings),
        ("rebind", "") => relay
            .rebind()
            .map(|()| json!({ "rebind": true }))
            .map_err(Into::into),
        _ => Err(anyhow::anyhow!("there is no order {line:?}")),
    };
    outcome.unwrap_or_else(|error| json!({ "error": error.to_string() }))
}

fn impair(relay: &Relay, settings: &str) -> anyhow::Result<serde_json::Value> {
    let impairment: Impairment = settings.parse()?;
    relay.set(impairment)?;
    Ok(json!({ "impair": impairment.to_string() }))
}

fn tell(what: &serde_json::Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{what}")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, UdpSocket};

    use super::*;

    #[test]
    fn orders_are_answered_and_nonsense_is_named() {
        let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let relay = Relay::start(server.local_addr().unwrap(), Impairment::NONE).unwrap();
        let told = |line: &str| obey(&relay, line).to_string();
        assert_eq!(
            told("impair loss=0.3,rate=2mbit"),
            r#"{"impair":"loss=0.3,rate=2000000bit"}"#
        );
        assert_eq!(told("impair none"), r#"{"impair":"none"}"#);
        assert_eq!(told("rebind"), r#"{"rebind":true}"#);
        assert_eq!(
            told("impair loss=2"),
            r#"{"error":"\"2\" is not a share from 0 to 1"}"#
        );
        assert_eq!(told("dance"), r#"{"error":"there is no order \"dance\""}"#);
    }
}
