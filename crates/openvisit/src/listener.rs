//! The socket that browsers connect to.

use std::net::{SocketAddr, TcpListener};

use anyhow::{Context, Result};
use tokio::net::TcpSocket;

/// How many connections may wait to be accepted. When a day opens for booking, thousands come in one instant;
/// whoever finds no place tries again after a second. The system may allow fewer (`net.core.somaxconn`).
const WAITING: u32 = 8192;

/// Listens on an address. Must be called within a tokio runtime.
///
/// # Errors
/// The address is not ours, or taken.
pub(crate) fn listen(address: SocketAddr) -> Result<TcpListener> {
    let listening = || {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // A service that starts anew does not wait for the connections of the one before to be forgotten.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(WAITING)?.into_std()
    };
    listening().with_context(|| format!("cannot listen on {address}"))
}
