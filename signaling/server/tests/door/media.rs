//! With a media client of somebody else's: str0m.

use std::{sync::Arc, time::Instant};

use protocol::{Credential, EndReason, ServerMessage};
use str0m::{
    Candidate, Input, Output, Rtc, RtcConfig,
    change::{SdpAnswer, SdpPendingOffer},
    media::{Direction, MediaKind},
    net::{Protocol, Receive},
};
use tokio::{net::UdpSocket, task::JoinHandle, time::sleep_until};

use crate::{client::Client, world::World};

/// A peer with an offer that nobody has answered yet.
pub(crate) struct Peer {
    rtc: Rtc,
    socket: UdpSocket,
    pending: SdpPendingOffer,
}

impl Peer {
    pub(crate) async fn new() -> (Self, String) {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let crypto = str0m::crypto::from_feature_flags();
        let mut rtc = RtcConfig::new()
            .set_crypto_provider(Arc::new(crypto))
            .build(Instant::now());
        let candidate = Candidate::host(socket.local_addr().unwrap(), "udp").unwrap();
        rtc.add_local_candidate(candidate);
        let mut changes = rtc.sdp_api();
        for direction in [Direction::SendOnly, Direction::RecvOnly] {
            changes.add_media(MediaKind::Audio, direction, None, None, None);
            changes.add_media(MediaKind::Video, direction, None, None, None);
        }
        let (offer, pending) = changes.apply().unwrap();
        let peer = Self {
            rtc,
            socket,
            pending,
        };
        (peer, offer.to_sdp_string())
    }

    /// Takes the answer and runs until the peer is dropped.
    pub(crate) fn run(mut self, answer: &str) -> JoinHandle<()> {
        let answer = SdpAnswer::from_sdp_string(answer).unwrap();
        self.rtc
            .sdp_api()
            .accept_answer(self.pending, answer)
            .unwrap();
        tokio::spawn(drive(self.rtc, self.socket))
    }
}

async fn drive(mut rtc: Rtc, socket: UdpSocket) {
    let mut buffer = vec![0; 2_000];
    loop {
        let due = match rtc.poll_output().unwrap() {
            Output::Timeout(due) => due,
            Output::Transmit(datagram) => {
                socket
                    .send_to(&datagram.contents, datagram.destination)
                    .await
                    .unwrap();
                continue;
            }
            Output::Event(_) => continue,
        };
        tokio::select! {
            () = sleep_until(due.into()) => rtc.handle_input(Input::Timeout(Instant::now())).unwrap(),
            received = socket.recv_from(&mut buffer) => {
                let (length, source) = received.unwrap();
                let receive = Receive {
                    proto: Protocol::Udp,
                    source,
                    destination: socket.local_addr().unwrap(),
                    contents: buffer[..length].try_into().unwrap(),
                };
                rtc.handle_input(Input::Receive(Instant::now(), receive)).unwrap();
            }
        }
    }
}

async fn connect(world: &World, credential: Credential) -> (Client, JoinHandle<()>) {
    let (peer, offer) = Peer::new().await;
    let mut client = Client::hello_with(world, credential, Some(offer)).await;
    let answer = client.joined().await.answer;
    (client, peer.run(&answer))
}

/// Waits for a roster in which the seats that are connected are these.
async fn until_connected(client: &mut Client, wanted: &[u8]) {
    client
        .until(|message| match message {
            ServerMessage::Roster { participants } => {
                let connected = participants.iter().filter(|p| p.connected);
                let seats: Vec<u8> = connected.map(|p| p.seat.into()).collect();
                (seats == wanted).then_some(())
            }
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn a_person_shows_as_connected_while_the_client_is_there_and_media_flows() {
    let world = World::open().await;
    let (mut first, _first_media) = connect(&world, world.link(1, 'a')).await;
    until_connected(&mut first, &[1]).await;
    let (mut second, _second_media) = connect(&world, world.link(2, 'b')).await;
    until_connected(&mut first, &[1, 2]).await;
    until_connected(&mut second, &[1, 2]).await;
    let seats = world.signaling.connected(world.visit).await;
    let seats: Vec<u8> = seats.into_iter().map(u8::from).collect();
    assert_eq!(seats, [1, 2]);
    drop(second);
    until_connected(&mut first, &[1]).await;
}

#[tokio::test]
async fn the_end_reaches_a_person_whose_media_flows() {
    let world = World::with_times(0, 2_500).await;
    let (mut visitor, _media) = connect(&world, world.link(1, 'a')).await;
    until_connected(&mut visitor, &[1]).await;
    assert_eq!(visitor.ended().await, (EndReason::SlotEnded, 1000));
}
