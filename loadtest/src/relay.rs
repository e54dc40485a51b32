//! A bad network in user space: a UDP relay between clients and a server, without any privilege.
//!
//! Clients send to the relay's address instead of the server's. To the server each client appears
//! behind a port of the relay's own, as it would behind a NAT; what the server answers to that port
//! goes back to the client. In between, datagrams fare as an [`Impairment`] says.
//! [`Relay::rebind`] gives every client another port, as a phone gets one that leaves the Wi-Fi.
//!
//! - [`impairment`]: what a network does, and how one writes it
//! - [`way`]: one way of one client, without clock and socket
//! - [`command`]: `loadtest relay`
//!
//! Where everything meets is the forwarder: one thread, one socket for all clients and one towards
//! the server for each.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::mpsc,
    thread::JoinHandle,
};

use mio::Waker;

use forwarder::{Forwarder, Order};
use impairment::Impairment;

pub mod command;
mod forwarder;
pub mod impairment;
pub mod way;

/// A relay at work. It stops when this is dropped.
#[derive(Debug)]
pub struct Relay {
    addr: SocketAddr,
    orders: mpsc::Sender<Order>,
    waker: Waker,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// Starts a relay to the server at `to`, on a free port of 127.0.0.1 and with a seed of its own.
    ///
    /// # Errors
    /// When there is no socket or no thread left for it.
    pub fn start(to: SocketAddr, impairment: Impairment) -> io::Result<Self> {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self::start_at(listen, to, impairment, rand::random())
    }

    /// Starts a relay that listens at `listen`. With the same seed, the nth client's nth datagram
    /// fares alike, as far as it comes at the same time.
    ///
    /// # Errors
    /// When `listen` is taken, or there is no socket or no thread left.
    pub fn start_at(
        listen: SocketAddr,
        to: SocketAddr,
        impairment: Impairment,
        seed: u64,
    ) -> io::Result<Self> {
        let (orders, taken) = mpsc::channel();
        let (forwarder, waker) = Forwarder::bind(listen, to, impairment, seed, taken)?;
        let addr = forwarder.local_addr()?;
        let thread = std::thread::Builder::new()
            .name("relay".to_owned())
            .spawn(move || forwarder.run())?;
        Ok(Self {
            addr,
            orders,
            waker,
            thread: Some(thread),
        })
    }

    /// Where clients send to.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Changes the network. It holds for all that is sent after this returns; what was sent before
    /// fares as it was.
    ///
    /// # Errors
    /// When the relay's thread has failed.
    pub fn set(&self, impairment: Impairment) -> io::Result<()> {
        self.order(|done| Order::Set(impairment, done))
    }

    /// Gives every client another port towards the server. What the server still sends to a former
    /// port is lost without a sign.
    ///
    /// # Errors
    /// When there is no socket left, or the relay's thread has failed.
    pub fn rebind(&self) -> io::Result<()> {
        self.order(Order::Rebind)
    }

    fn order(&self, order: impl FnOnce(mpsc::Sender<io::Result<()>>) -> Order) -> io::Result<()> {
        let gone = || io::Error::other("the relay's thread has failed");
        let (done, outcome) = mpsc::channel();
        self.orders.send(order(done)).map_err(|_| gone())?;
        self.waker.wake()?;
        outcome.recv().map_err(|_| gone())?
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // Both fail only when the thread has ended already.
        let _unsent = self.orders.send(Order::Stop);
        let _unwoken = self.waker.wake();
        if let Some(thread) = self.thread.take() {
            let _panic = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    fn socket() -> UdpSocket {
        UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()
    }

    fn receive(socket: &UdpSocket) -> (String, SocketAddr) {
        let mut buffer = [0; 100];
        let (length, from) = socket.recv_from(&mut buffer).unwrap();
        let text = std::str::from_utf8(&buffer[..length]).unwrap();
        (text.to_owned(), from)
    }

    fn relay_to(server: &UdpSocket) -> Relay {
        Relay::start(server.local_addr().unwrap(), Impairment::NONE).unwrap()
    }

    #[test]
    fn what_is_sent_goes_there_and_the_answer_comes_back() {
        let (server, client) = (socket(), socket());
        let relay = relay_to(&server);
        client.send_to(b"question", relay.addr()).unwrap();
        let (question, behind) = receive(&server);
        assert_eq!(question, "question");
        assert_ne!(behind, client.local_addr().unwrap());
        server.send_to(b"answer", behind).unwrap();
        assert_eq!(receive(&client), ("answer".to_owned(), relay.addr()));
    }

    #[test]
    fn each_client_keeps_a_port_of_its_own() {
        let (server, first, second) = (socket(), socket(), socket());
        let relay = relay_to(&server);
        let mut ports = Vec::new();
        for client in [&first, &second, &first] {
            client.send_to(b"hello", relay.addr()).unwrap();
            ports.push(receive(&server).1.port());
        }
        assert_eq!(ports[0], ports[2]);
        assert_ne!(ports[0], ports[1]);
        let to_second = SocketAddr::from((Ipv4Addr::LOCALHOST, ports[1]));
        server.send_to(b"for the second", to_second).unwrap();
        assert_eq!(receive(&second).0, "for the second");
    }

    #[test]
    fn a_new_network_holds_for_all_that_is_sent_afterwards() {
        let (server, client) = (socket(), socket());
        let relay = relay_to(&server);
        for number in 0..100 {
            relay.set("loss=1".parse().unwrap()).unwrap();
            client.send_to(b"lost", relay.addr()).unwrap();
            relay.set(Impairment::NONE).unwrap();
            let text = number.to_string();
            client.send_to(text.as_bytes(), relay.addr()).unwrap();
            assert_eq!(receive(&server).0, text);
        }
    }

    #[test]
    fn what_is_delayed_comes_by_itself() {
        let (server, client) = (socket(), socket());
        let relay = relay_to(&server);
        relay.set("delay=20ms".parse().unwrap()).unwrap();
        let sent_at = std::time::Instant::now();
        client.send_to(b"slow", relay.addr()).unwrap();
        assert_eq!(receive(&server).0, "slow");
        assert!(sent_at.elapsed().as_millis() >= 20);
    }

    #[test]
    fn after_a_rebind_clients_come_from_elsewhere_and_are_not_reached_where_they_were() {
        let (server, client) = (socket(), socket());
        let relay = relay_to(&server);
        client.send_to(b"from home", relay.addr()).unwrap();
        let (_, former) = receive(&server);
        relay.rebind().unwrap();
        client.send_to(b"from the street", relay.addr()).unwrap();
        let (_, present) = receive(&server);
        assert_ne!(present, former);
        server.send_to(b"to nobody", former).unwrap();
        server.send_to(b"to the street", present).unwrap();
        assert_eq!(receive(&client).0, "to the street");
    }

    /// What has reached the server of all that was sent before.
    fn arrived(relay: &Relay, server: &UdpSocket) -> Vec<String> {
        relay.rebind().unwrap();
        server.set_nonblocking(true).unwrap();
        let mut buffer = [0; 100];
        let texts = std::iter::from_fn(|| {
            let (length, _) = server.recv_from(&mut buffer).ok()?;
            Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
        });
        texts.collect()
    }

    #[test]
    fn a_blackout_is_over_for_a_client_that_comes_after_it() {
        let (server, early, late) = (socket(), socket(), socket());
        let blackout = "blackout=50ms".parse().unwrap();
        let started = Relay::start(server.local_addr().unwrap(), blackout).unwrap();
        let set = relay_to(&server);
        set.set(blackout).unwrap();
        for relay in [started, set] {
            while arrived(&relay, &server).is_empty() {
                early.send_to(b"early", relay.addr()).unwrap();
            }
            late.send_to(b"late", relay.addr()).unwrap();
            assert!(arrived(&relay, &server).contains(&"late".to_owned()));
        }
    }

    #[test]
    fn a_relay_that_is_dropped_frees_its_port() {
        let server = socket();
        let relay = relay_to(&server);
        let addr = relay.addr();
        assert!(UdpSocket::bind(addr).is_err(), "the port is taken");
        drop(relay);
        UdpSocket::bind(addr).unwrap();
    }
}
