//! The way from signaling into a media thread.
//!
//! A command is a closure that runs between two turns of the thread's loop, with all that the thread
//! has in hand. So the engine needs no lock, and a new question needs no new message type. The thread
//! runs few commands a turn, so that two hundred people who join within a second hold up nobody's
//! media.

use std::{
    io,
    sync::{
        Arc,
        mpsc::{Receiver, Sender, TryRecvError, channel},
    },
    time::Instant,
};

use mio::Waker;
use rand::rngs::ThreadRng;

use crate::{engine::Engine, send_queue::SendQueue, tcp::Connections};

/// What a command has in hand.
pub(crate) struct Turn<'a> {
    pub(crate) engine: &'a mut Engine,
    pub(crate) out: &'a mut SendQueue,
    pub(crate) tcp: &'a mut Connections,
    pub(crate) rng: &'a mut ThreadRng,
    pub(crate) now: Instant,
}

type Command = Box<dyn FnOnce(Turn<'_>) + Send>;

/// Signaling's end, of which there may be several. Dropping the last stops the thread.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    commands: Option<Sender<Command>>,
    waker: Arc<Waker>,
}

/// The media thread's end.
pub(crate) struct Commands {
    commands: Receiver<Command>,
    /// A waker that is gone takes its last wake with it, so it stays for as long as it may be heard.
    _waker: Arc<Waker>,
}

/// What the media thread found to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// Nothing, for now.
    Nothing,
    /// There may be more.
    More,
    /// Nothing, ever: the thread stops.
    Stopped,
}

pub(crate) fn control(waker: Waker) -> (Control, Commands) {
    let (sender, receiver) = channel();
    let waker = Arc::new(waker);
    let control = Control {
        commands: Some(sender),
        waker: Arc::clone(&waker),
    };
    let commands = Commands {
        commands: receiver,
        _waker: waker,
    };
    (control, commands)
}

impl Control {
    /// Has the media thread run `command`. How many wait is bounded by whoever asks: see
    /// [`Sfu`](crate::Sfu).
    pub(crate) fn run(&self, command: impl FnOnce(Turn<'_>) + Send + 'static) -> io::Result<()> {
        let sender = self.commands.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
        sender
            .send(Box::new(command))
            .map_err(|_| io::ErrorKind::BrokenPipe)?;
        self.waker.wake()
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.commands = None;
        if let Err(error) = self.waker.wake() {
            tracing::error!(%error, "a media thread could not be woken to stop");
        }
    }
}

impl Commands {
    /// Runs at most `limit` commands.
    pub(crate) fn run(
        &self,
        limit: usize,
        engine: &mut Engine,
        out: &mut SendQueue,
        tcp: &mut Connections,
        rng: &mut ThreadRng,
        now: Instant,
    ) -> Pending {
        for _ in 0..limit {
            match self.commands.try_recv() {
                Ok(command) => command(Turn {
                    engine,
                    out,
                    tcp,
                    rng,
                    now,
                }),
                Err(TryRecvError::Empty) => return Pending::Nothing,
                Err(TryRecvError::Disconnected) => return Pending::Stopped,
            }
        }
        Pending::More
    }
}
