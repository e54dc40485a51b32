//! `loadtest janus`: the synthetic load on a Janus of its own.

use std::{
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::Arc,
};

use clap::Args;

use super::{process::Janus, rooms::Rooms};
use crate::{
    crowd::{Crowd, Place},
    door::Trust,
    performer::{MediaKind, Performer},
    run::{Plan, measure},
};

/// What `loadtest janus` is told at its start.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Rooms of four at the same time.
    #[arg(long, default_value_t = 2)]
    rooms: usize,
    /// How long everything is measured once it runs steadily.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// People who join within a second.
    #[arg(long, default_value_t = 20.0)]
    join_rate: f64,
    /// Threads that all clients run on.
    #[arg(long, default_value_t = 1)]
    client_threads: usize,
    /// Janus' event loops; 0: a thread for each connection, its default.
    #[arg(long, default_value_t = 0)]
    event_loops: usize,
    /// Print the figures as one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the load and prints its figures.
///
/// # Errors
/// When Janus does not start, or nobody gets in.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let plan = Plan {
        rooms: arguments.rooms,
        participants: 4,
        warm_up_seconds: 3,
        seconds: arguments.seconds,
        media: MediaKind::Synthetic,
        client_threads: arguments.client_threads,
        joins_a_second: arguments.join_rate,
        impairment: None,
        burst: 0,
        flood: 0,
    };
    let janus = Janus::start(arguments.event_loops).await?;
    let rooms = Rooms::create(&janus.session, &plan).await?;
    let place = Place {
        base: "http://127.0.0.1".parse()?,
        trust: Trust::Authorities,
        local: own_address()?,
        routes: Arc::default(),
    };
    let crowd = Crowd::new(place, Performer::new(plan.media)?, plan.client_threads)?;
    let progress = &mut |line: &str| eprintln!("{line}");
    let outcome = measure(&plan, crowd, &rooms, Some(janus.pid), None, progress).await?;
    janus.stop().await?;
    if arguments.json {
        println!("{}", serde_json::to_string(&outcome.figures)?);
    } else {
        print!("{}", outcome.figures.table());
    }
    Ok(())
}

/// The machine's own address, which Janus gathers; it leaves 127.0.0.1 out. What is sent there does not
/// leave the machine. Nothing is sent to the address that the route is asked for (RFC 5737).
fn own_address() -> std::io::Result<SocketAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
    Ok(SocketAddr::new(socket.local_addr()?.ip(), 0))
}
