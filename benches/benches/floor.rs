//! The floor in µs of CPU a packet out: `cargo bench --bench floor`, with `-- --json` for programs.
//!
//! Bursts of six are the least: a publisher's picture and sound are there as a whole when the hop's
//! thread wakes, as rarely happens. At the pace of whole rooms the same loop is woken by single
//! packets, and the system calls are shared by fewer.

use std::{
    io,
    os::fd::AsRawFd,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use benches::floor::{
    crowd::{BURST, Crowd, SEATS, Taking},
    hop::{Hop, Sending, Work},
    thread_cpu_time,
};
use clap::Parser;
use mio::{Events, Interest, Poll, Token, unix::SourceFd};
use serde::Serialize;

/// How often each row is measured, in turns; the middle counts.
const ROUNDS: usize = 3;
/// What passes before the measurement begins.
const WARM_UP: Duration = Duration::from_millis(200);

#[derive(Parser)]
struct Arguments {
    /// Print one line of JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// How long each row is measured each time.
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// The paces to measure, in rooms of four; 0: none.
    #[arg(long, value_delimiter = ',', default_values_t = [8, 16])]
    rooms: Vec<usize>,
    /// What cargo tells every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What is measured.
#[derive(Clone, Copy, Serialize)]
struct Row {
    name: &'static str,
    /// 0: bursts of six, one after the other.
    rooms: usize,
    #[serde(skip)]
    sending: Sending,
    #[serde(skip)]
    work: Work,
    #[serde(skip)]
    taking: Taking,
}

#[derive(Clone, Copy, Default)]
struct Measured {
    cpu: Duration,
    sent: usize,
    received: usize,
    turns: usize,
    missing: usize,
}

#[derive(Serialize)]
struct Outcome {
    #[serde(flatten)]
    row: Row,
    cpu_us_per_packet_out: f64,
    /// Packets in a batch, on average.
    packets_a_batch: f64,
    packets_out: usize,
    /// Packets that did not arrive: many, where the machine had no time for the hop.
    missing: usize,
}

const BURSTS: [Row; 6] = [
    bursts("UDP_SEGMENT", Sending::Segmented),
    bursts("sendmmsg", Sending::Batched),
    bursts("sendto", Sending::Single),
    Row {
        taking: Taking::Split,
        ..bursts("UDP_SEGMENT, split by the kernel", Sending::Segmented)
    },
    Row {
        work: Work::Nothing,
        ..bursts("UDP_SEGMENT, system calls alone", Sending::Segmented)
    },
    Row {
        work: Work::Nothing,
        ..bursts("sendto, system calls alone", Sending::Single)
    },
];

const fn bursts(name: &'static str, sending: Sending) -> Row {
    Row {
        name,
        rooms: 0,
        sending,
        work: Work::Encryption,
        taking: Taking::Merged,
    }
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let length = Duration::from_secs_f64(arguments.seconds);
    let paces = arguments.rooms.iter().filter(|rooms| **rooms > 0);
    let paced = paces.map(|rooms| Row {
        rooms: *rooms,
        ..bursts("UDP_SEGMENT", Sending::Segmented)
    });
    let rows: Vec<Row> = BURSTS.into_iter().chain(paced).collect();
    let mut measured = vec![Vec::new(); rows.len()];
    for _ in 0..ROUNDS {
        for (row, measured) in rows.iter().zip(&mut measured) {
            measured.push(row.measure(length)?);
        }
    }
    let outcomes: Vec<Outcome> = rows
        .into_iter()
        .zip(measured)
        .map(|(row, measured)| Outcome::middle(row, measured))
        .collect();
    if arguments.json {
        println!("{}", serde_json::to_string(&outcomes)?);
        return Ok(());
    }
    println!("The floor, µs of CPU a packet out:");
    for outcome in outcomes {
        let load = match outcome.row.rooms {
            0 => "bursts of six".to_owned(),
            rooms => format!("at the pace of {rooms} rooms"),
        };
        println!(
            "{:>7.2}  {}, {load} ({:.1} packets a batch, {} missing)",
            outcome.cpu_us_per_packet_out,
            outcome.row.name,
            outcome.packets_a_batch,
            outcome.missing
        );
    }
    Ok(())
}

impl Row {
    fn measure(&self, length: Duration) -> io::Result<Measured> {
        let mut hop = Hop::new(self.sending, self.work)?;
        let address = hop.socket().local_addr()?;
        let crowd = Crowd::new(address, self.rooms.max(1), self.taking)?;
        for room in crowd.rooms()? {
            hop.add_room(&room);
        }
        match self.rooms {
            0 => measure_bursts(hop, crowd, length),
            _ => measure_pace(hop, crowd, length),
        }
    }
}

impl Outcome {
    fn middle(row: Row, mut measured: Vec<Measured>) -> Self {
        measured.sort_by(|one, other| one.us_a_packet().total_cmp(&other.us_a_packet()));
        let middle = measured[measured.len() / 2];
        Self {
            row,
            cpu_us_per_packet_out: middle.us_a_packet(),
            packets_a_batch: middle.received as f64 / middle.turns as f64,
            packets_out: middle.sent,
            missing: middle.missing,
        }
    }
}

impl Measured {
    fn us_a_packet(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.sent as f64
    }
}

/// Lock-step: six packets are put into the hop's socket, its thread is woken, and what it sent is
/// taken before the next six.
fn measure_bursts(mut hop: Hop, mut crowd: Crowd, length: Duration) -> io::Result<Measured> {
    let asked = Arc::new(AtomicUsize::new(0));
    let done = Arc::new(AtomicUsize::new(0));
    let bursts_until = |crowd: &mut Crowd, hop: &thread::Thread, end: Instant| -> io::Result<()> {
        while Instant::now() < end {
            crowd.send_burst()?;
            let number = asked.fetch_add(1, Ordering::Release) + 1;
            hop.unpark();
            while done.load(Ordering::Acquire) < number {
                thread::yield_now();
            }
            let received = crowd.receive()?;
            if received != (SEATS - 1) * BURST {
                return Err(io::Error::other(format!("{received} of a burst came back")));
            }
        }
        Ok(())
    };
    let is_measured = AtomicBool::new(false);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let mut measured = Measured::default();
            let mut began = None;
            loop {
                while asked.load(Ordering::Acquire) == done.load(Ordering::Relaxed) {
                    if is_over.load(Ordering::Acquire) {
                        return measured.since(began);
                    }
                    thread::park();
                }
                if began.is_none() && is_measured.load(Ordering::Acquire) {
                    began = Some(thread_cpu_time()?);
                }
                let turn = hop.turn();
                done.fetch_add(1, Ordering::Release);
                let turn = turn?;
                if began.is_some() {
                    measured.sent += turn.sent;
                    measured.received += turn.received;
                    measured.turns += 1;
                }
            }
        });
        let outcome =
            bursts_until(&mut crowd, worker.thread(), Instant::now() + WARM_UP).and_then(|()| {
                is_measured.store(true, Ordering::Release);
                bursts_until(&mut crowd, worker.thread(), Instant::now() + length)
            });
        is_over.store(true, Ordering::Release);
        worker.thread().unpark();
        let measured = worker.join().expect("the hop does not panic")?;
        outcome.map(|()| measured)
    })
}

/// Free-running: rooms send as calls do, and the hop waits for its socket as a server does.
fn measure_pace(mut hop: Hop, mut crowd: Crowd, length: Duration) -> io::Result<Measured> {
    let begin = Instant::now() + WARM_UP;
    let end = begin + length;
    thread::scope(|scope| {
        let worker = scope.spawn(move || {
            let mut measured = Measured::default();
            let mut began = None;
            let mut poll = Poll::new()?;
            let mut events = Events::with_capacity(4);
            let socket = hop.socket().as_raw_fd();
            poll.registry()
                .register(&mut SourceFd(&socket), Token(0), Interest::READABLE)?;
            loop {
                poll.poll(&mut events, Some(WARM_UP))?;
                loop {
                    let turn = hop.turn()?;
                    if began.is_some() {
                        measured.sent += turn.sent;
                        measured.received += turn.received;
                        measured.turns += usize::from(turn.received > 0);
                    }
                    // A batch that came back short has emptied the socket.
                    if turn.received < quinn_udp::BATCH_SIZE {
                        break;
                    }
                }
                let now = Instant::now();
                if now >= end {
                    return measured.since(began);
                }
                if began.is_none() && now >= begin {
                    began = Some(thread_cpu_time()?);
                }
            }
        });
        let mut sent = 0;
        let mut received = 0;
        while Instant::now() < end + WARM_UP {
            let now = Instant::now();
            let mut next_at = end + WARM_UP;
            if now < end {
                let (more, at) = crowd.send_due(now)?;
                sent += more;
                next_at = at;
            }
            received += crowd.receive()?;
            thread::sleep(next_at.saturating_duration_since(Instant::now()));
        }
        let measured = worker.join().expect("the hop does not panic")?;
        Ok(Measured {
            missing: ((SEATS - 1) * sent).saturating_sub(received),
            ..measured
        })
    })
}

impl Measured {
    fn since(mut self, began: Option<Duration>) -> io::Result<Self> {
        let began = began.ok_or_else(|| io::Error::other("nothing was measured"))?;
        self.cpu = thread_cpu_time()? - began;
        Ok(self)
    }
}
