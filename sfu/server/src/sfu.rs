//! Signaling's handle on the SFU.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::Instant,
};

use ids::{Seat, VisitId};
use sfu_core::Tile;
use sfu_transport::{Certificate, TransportConfig};
use telemetry::{Metrics, MetricsError};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::{
    control::{Control, Turn},
    engine::EngineConfig,
    events::{EventOutbox, SfuEvent},
    join::{JoinError, JoinRequest, Joined, MediaSessionId},
    metrics::{Publisher, SfuMetrics},
    placement::Placement,
    socket::MediaSocket,
    tcp::{Admission, Door, Listener, TcpLimits, TcpMetrics},
    thread::MediaThread,
};

/// How many joins and restarts wait for media threads at one time; others wait their turn before.
const REQUESTS: usize = 256;
/// How many events wait for signaling before media threads begin to hold them back.
const EVENTS: usize = 1024;
/// The most rooms of one media thread: far more than a core can serve.
const ROOMS_A_THREAD: usize = 4096;

/// What an SFU needs to know.
#[derive(Clone, Debug)]
pub struct SfuConfig {
    /// The address that media threads listen on.
    pub bind: IpAddr,
    /// The UDP port of the first media thread; the others use those that follow. Zero: any ports.
    pub first_port: u16,
    /// How many media threads; zero: one a core.
    pub threads: usize,
    /// The addresses that clients are told to send to. Empty: the address in `bind`.
    pub announced: Vec<IpAddr>,
    /// The TCP port for clients that UDP does not let through, on the same addresses. Zero: any port;
    /// `None`: there is none.
    pub tcp_port: Option<u16>,
    /// How many TCP connections there may be.
    pub tcp_limits: TcpLimits,
    /// Where metrics are registered.
    pub metrics: Metrics,
}

impl Default for SfuConfig {
    fn default() -> Self {
        Self {
            bind: Ipv4Addr::LOCALHOST.into(),
            first_port: 0,
            threads: 0,
            announced: Vec::new(),
            tcp_port: None,
            tcp_limits: TcpLimits::default(),
            metrics: Metrics::default(),
        }
    }
}

/// Why an SFU did not start.
#[derive(Debug, thiserror::Error)]
pub enum SfuError {
    /// It listens on all addresses and does not know which of them clients can reach.
    #[error("an SFU that listens on every address must be told which ones to announce")]
    NothingToAnnounce,
    /// A UDP port is not to be had.
    #[error("cannot listen on UDP {address}: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The cause.
        source: io::Error,
    },
    /// The TCP port is not to be had.
    #[error("cannot listen on TCP {address}: {source}")]
    BindTcp {
        /// The address.
        address: SocketAddr,
        /// The cause.
        source: io::Error,
    },
    /// There are not enough ports after the first.
    #[error("there is no port number left for media thread {0}")]
    Ports(usize),
    /// A thread did not start.
    #[error("cannot start a media thread: {0}")]
    Thread(io::Error),
    /// The DTLS certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] sfu_transport::CertificateError),
    /// The metrics are registered already.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

/// A running SFU. Dropping it closes every connection and stops the media threads.
#[derive(Debug)]
pub struct Sfu {
    /// Goes first when the SFU stops.
    door: Option<Door>,
    threads: Vec<Running>,
    placement: Mutex<Placement>,
    next_session: AtomicU64,
    events: Mutex<Option<mpsc::Receiver<SfuEvent>>>,
    requests: Arc<Semaphore>,
}

#[derive(Debug)]
struct Running {
    control: Control,
    address: SocketAddr,
    handle: JoinHandle<()>,
}

impl Sfu {
    /// Binds the sockets and starts the media threads.
    ///
    /// # Errors
    /// See [`SfuError`]; then nothing runs.
    pub fn start(config: SfuConfig) -> Result<Self, SfuError> {
        let SfuConfig {
            bind,
            first_port,
            threads: count,
            mut announced,
            tcp_port,
            tcp_limits,
            metrics,
        } = config;
        if announced.is_empty() {
            if bind.is_unspecified() {
                return Err(SfuError::NothingToAnnounce);
            }
            announced.push(bind);
        }
        let count = match count {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            count => count,
        };
        let certificate = Certificate::generate()?;
        let tcp_metrics = TcpMetrics::new(&metrics)?;
        let metrics = SfuMetrics::new(&metrics)?;
        let (listener, tcp_candidates) = match tcp_port {
            Some(port) => listen(SocketAddr::new(bind, port), &announced)?,
            None => (None, Vec::new()),
        };
        let (sender, receiver) = mpsc::channel(EVENTS);
        let mut threads = Vec::with_capacity(count);
        for number in 0..count {
            let address = SocketAddr::new(bind, port(first_port, number)?);
            let socket =
                MediaSocket::bind(address).map_err(|source| SfuError::Bind { address, source })?;
            let address = socket.local_addr().map_err(SfuError::Thread)?;
            let engine = EngineConfig {
                transport: Arc::new(TransportConfig {
                    certificate: certificate.clone(),
                    candidates: at_port(&announced, address.port()),
                    tcp_candidates: tcp_candidates.clone(),
                    port_number: u16::try_from(number).map_err(|_| SfuError::Ports(number))?,
                }),
                max_rooms: ROOMS_A_THREAD,
            };
            let outbox = EventOutbox::new(sender.clone());
            let publisher = Publisher::new(metrics.clone());
            let (thread, control) =
                MediaThread::new(engine, socket, tcp_metrics.clone(), outbox, publisher)
                    .map_err(SfuError::Thread)?;
            let handle = std::thread::Builder::new()
                .name(format!("media-{number}"))
                .spawn(move || thread.run())
                .map_err(SfuError::Thread)?;
            tracing::info!(%address, "a media thread listens");
            threads.push(Running {
                control,
                address,
                handle,
            });
        }
        let media = threads
            .iter()
            .map(|thread| thread.control.clone())
            .collect();
        let door = listener
            .map(|listener| Door::open(listener, media, Admission::new(tcp_limits, tcp_metrics)))
            .transpose()
            .map_err(SfuError::Thread)?;
        if let Some(door) = &door {
            tracing::info!(address = %door.local_addr(), "media is taken by TCP too");
        }
        Ok(Self {
            door,
            placement: Mutex::new(Placement::new(threads.len())),
            threads,
            next_session: AtomicU64::new(1),
            events: Mutex::new(Some(receiver)),
            requests: Arc::new(Semaphore::new(REQUESTS)),
        })
    }

    /// The addresses that the media threads listen on.
    pub fn local_addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.threads.iter().map(|thread| thread.address)
    }

    /// The address that takes TCP connections, if there is one.
    #[must_use]
    pub fn tcp_address(&self) -> Option<SocketAddr> {
        self.door.as_ref().map(Door::local_addr)
    }

    /// What happens in the calls. For one consumer: taken a second time, the channel is closed.
    #[must_use]
    pub fn take_events(&self) -> mpsc::Receiver<SfuEvent> {
        locked(&self.events)
            .take()
            .unwrap_or_else(|| mpsc::channel(1).1)
    }

    /// Takes a seat for a new connection; whoever sat there is replaced.
    ///
    /// # Errors
    /// See [`JoinError`]; then nothing has changed.
    pub async fn join(&self, request: JoinRequest) -> Result<Joined, JoinError> {
        let now = Instant::now();
        let (thread, ends_at) = locked(&self.placement)
            .place(request.visit, request.ends_at, now)
            .map_err(|_| JoinError::Over)?;
        let request = JoinRequest { ends_at, ..request };
        let session = MediaSessionId::from_u64(self.next_session.fetch_add(1, Ordering::Relaxed));
        let (visit, seat) = (request.visit, request.seat);
        let give_up = move |turn: Turn<'_>| {
            turn.engine.leave(visit, seat, session, turn.now, turn.out);
        };
        self.ask(
            thread,
            move |turn| {
                turn.engine
                    .join(&request, session, turn.rng, turn.now, turn.out)
            },
            give_up,
        )
        .await?
    }

    /// Restarts ICE (RFC 8445 section 9) for who sits there; keys and media go on.
    ///
    /// # Errors
    /// See [`JoinError`]; then nothing has changed.
    pub async fn restart(
        &self,
        visit: VisitId,
        seat: Seat,
        offer: String,
    ) -> Result<String, JoinError> {
        let thread = locked(&self.placement)
            .find(visit)
            .ok_or(JoinError::Vacant)?;
        self.ask(
            thread,
            move |turn| {
                turn.engine
                    .restart(visit, seat, &offer, turn.rng, turn.now, turn.out)
            },
            |_| {},
        )
        .await?
    }

    /// Empties a seat, if `session` still sits there.
    pub fn leave(&self, visit: VisitId, seat: Seat, session: MediaSessionId) {
        let thread = locked(&self.placement).find(visit);
        self.tell(thread, move |turn| {
            turn.engine.leave(visit, seat, session, turn.now, turn.out);
        });
    }

    /// Notes how large `session`, if it still sits there, shows the others' pictures: they are sent no
    /// larger than that, and a hidden one not at all. Seats that are not named keep their last tile.
    pub fn view(
        &self,
        visit: VisitId,
        seat: Seat,
        session: MediaSessionId,
        tiles: Vec<(Seat, Tile)>,
    ) {
        let thread = locked(&self.placement).find(visit);
        self.tell(thread, move |turn| {
            turn.engine
                .view(visit, seat, session, &tiles, turn.now, turn.out);
        });
    }

    /// Ends a visit now, for good: it cannot be joined again.
    pub fn end(&self, visit: VisitId) {
        self.set_ends_at(visit, Instant::now());
    }

    /// Moves a visit's end. A moment that is past ends it now; an end that has come stays.
    pub fn set_ends_at(&self, visit: VisitId, ends_at: Instant) {
        let thread = locked(&self.placement).set_ends_at(visit, ends_at, Instant::now());
        self.tell(thread, move |turn| {
            turn.engine.set_ends_at(visit, ends_at, turn.now, turn.out);
        });
    }

    /// Has a media thread answer. If nobody waits for the answer any more when it is there, `give_up`
    /// undoes what was done.
    async fn ask<T: Send + 'static>(
        &self,
        thread: usize,
        question: impl FnOnce(&mut Turn<'_>) -> T + Send + 'static,
        give_up: impl FnOnce(Turn<'_>) + Send + 'static,
    ) -> Result<T, JoinError> {
        let permit = Arc::clone(&self.requests)
            .acquire_owned()
            .await
            .map_err(|_| JoinError::Unavailable)?;
        let (reply, answer) = oneshot::channel();
        self.threads[thread]
            .control
            .run(move |mut turn| {
                let _permit = permit;
                if reply.send(question(&mut turn)).is_err() {
                    give_up(turn);
                }
            })
            .map_err(|_| JoinError::Unavailable)?;
        answer.await.map_err(|_| JoinError::Unavailable)
    }

    /// Has a media thread do something. These are as many as joins allow and as often as signaling lets
    /// a participant say something.
    fn tell(&self, thread: Option<usize>, command: impl FnOnce(Turn<'_>) + Send + 'static) {
        let Some(thread) = thread else { return };
        if let Err(error) = self.threads[thread].control.run(command) {
            tracing::error!(%error, thread, "a media thread could not be told");
        }
    }
}

impl Drop for Sfu {
    fn drop(&mut self) {
        self.door = None;
        for Running {
            control, handle, ..
        } in self.threads.drain(..)
        {
            drop(control);
            if handle.join().is_err() {
                tracing::error!("a media thread did not stop in order");
            }
        }
    }
}

/// Listens for TCP connections; tells where clients find it.
fn listen(
    address: SocketAddr,
    announced: &[IpAddr],
) -> Result<(Option<Listener>, Vec<SocketAddr>), SfuError> {
    let bound =
        Listener::bind(address).and_then(|listener| Ok((listener.local_addr()?.port(), listener)));
    match bound {
        Ok((port, listener)) => Ok((Some(listener), at_port(announced, port))),
        Err(source) => Err(SfuError::BindTcp { address, source }),
    }
}

fn at_port(addresses: &[IpAddr], port: u16) -> Vec<SocketAddr> {
    addresses
        .iter()
        .map(|ip| SocketAddr::new(*ip, port))
        .collect()
}

fn port(first: u16, number: usize) -> Result<u16, SfuError> {
    if first == 0 {
        return Ok(0);
    }
    u16::try_from(number)
        .ok()
        .and_then(|number| first.checked_add(number))
        .ok_or(SfuError::Ports(number))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
