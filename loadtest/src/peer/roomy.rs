//! Tokio for `webrtc`, with sockets that hold what comes at once.
//!
//! Three pictures' key frames may come within a few milliseconds. The system's usual buffer holds about
//! a hundred packets; whoever runs many bots in one process must not lose packets that the server sent.

use std::{future::Future, io, net, pin::Pin, sync::Arc, time::Duration};

use anyhow::Context;
use socket2::SockRef;
use webrtc::runtime::{
    self, AsyncInterval, AsyncTcpListener, AsyncTcpStream, AsyncUdpSocket, JoinHandle,
    default_runtime,
};

/// The receive buffer that is asked for, bytes; the system gives what it allows.
const BUFFER_BYTES: usize = 4 * 1024 * 1024;

type Task<'a, Output> = Pin<Box<dyn Future<Output = Output> + Send + 'a>>;

#[derive(Debug)]
pub(super) struct Runtime(Arc<dyn runtime::Runtime>);

impl Runtime {
    pub(super) fn new() -> anyhow::Result<Self> {
        default_runtime()
            .map(Self)
            .context("webrtc was built without tokio")
    }
}

impl runtime::Runtime for Runtime {
    fn spawn(&self, future: Task<'static, ()>) -> Box<dyn JoinHandle> {
        self.0.spawn(future)
    }

    fn wrap_udp_socket(&self, socket: net::UdpSocket) -> io::Result<Arc<dyn AsyncUdpSocket>> {
        SockRef::from(&socket).set_recv_buffer_size(BUFFER_BYTES)?;
        self.0.wrap_udp_socket(socket)
    }

    fn wrap_tcp_listener(
        &self,
        listener: net::TcpListener,
    ) -> io::Result<Arc<dyn AsyncTcpListener>> {
        self.0.wrap_tcp_listener(listener)
    }

    fn connect_tcp<'a>(
        &'a self,
        remote: net::SocketAddr,
    ) -> Task<'a, io::Result<Arc<dyn AsyncTcpStream>>> {
        self.0.connect_tcp(remote)
    }

    fn resolve_host<'a>(&'a self, host: &'a str) -> Task<'a, io::Result<Vec<net::SocketAddr>>> {
        self.0.resolve_host(host)
    }

    fn sleep(&self, duration: Duration) -> Task<'static, ()> {
        self.0.sleep(duration)
    }

    fn interval(&self, period: Duration) -> Box<dyn AsyncInterval> {
        self.0.interval(period)
    }

    fn block_on(&self, future: Pin<Box<dyn Future<Output = ()> + '_>>) {
        self.0.block_on(future);
    }
}
