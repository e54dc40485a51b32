//! A client of the relay, request by request (RFC 8656), which a browser's is not: it may ask for anything.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use grant::RelayCredential;
use rtc_stun::attributes::{ATTR_NONCE, ATTR_REALM, ATTR_USERNAME};
use rtc_stun::error_code::ErrorCodeAttribute;
use rtc_stun::integrity::MessageIntegrity;
use rtc_stun::message::{
    CLASS_INDICATION, CLASS_REQUEST, CLASS_SUCCESS_RESPONSE, Getter, METHOD_ALLOCATE,
    METHOD_CHANNEL_BIND, METHOD_CREATE_PERMISSION, METHOD_SEND, Message, MessageClass, MessageType,
    Method, Setter, TransactionId,
};
use rtc_stun::textattrs::TextAttribute;
use rtc_turn::proto::PROTO_UDP;
use rtc_turn::proto::channum::{ChannelNumber, MIN_CHANNEL_NUMBER};
use rtc_turn::proto::data::Data;
use rtc_turn::proto::peeraddr::PeerAddress;
use rtc_turn::proto::reqfamily::{REQUESTED_FAMILY_IPV4, REQUESTED_FAMILY_IPV6};
use rtc_turn::proto::reqtrans::RequestedTransport;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::coturn::Coturn;

/// After how long a request is sent again (RFC 8489 section 6.2.1), for as long as it takes.
const AGAIN: Duration = Duration::from_millis(500);
const HEADER_BYTES: usize = 20;
const STALE_NONCE: u16 = 438;

/// A refusal, by its code (RFC 8656 section 18).
pub(crate) type Answer = Result<(), u16>;

pub(crate) struct Client {
    way: Way,
    credential: RelayCredential,
    /// Realm and nonce, once the relay has named them.
    challenge: Option<(String, String)>,
    next_channel: u16,
}

type Tls = StreamOwned<ClientConnection, TcpStream>;

enum Way {
    Udp(UdpSocket),
    Tls(Box<Tls>),
}

impl Client {
    /// A client that has been asked for its credential: the relay is up.
    pub(crate) fn by_udp(coturn: &mut Coturn, credential: RelayCredential) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(("127.0.0.1", coturn.port)).unwrap();
        socket.set_read_timeout(Some(AGAIN)).unwrap();
        Self::asked(Way::Udp(socket), coturn, credential)
    }

    /// The same by TLS, with no other certificate accepted than the relay's.
    pub(crate) fn by_tls(coturn: &mut Coturn, credential: RelayCredential) -> Self {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from(coturn.certificate()))
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let config = Arc::new(config);
        let stream = loop {
            coturn.still_runs();
            match shake_hands(&config, coturn.port) {
                Ok(stream) => break stream,
                Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{error}"),
            }
        };
        Self::asked(Way::Tls(Box::new(stream)), coturn, credential)
    }

    fn asked(way: Way, coturn: &mut Coturn, credential: RelayCredential) -> Self {
        let mut client = Self {
            way,
            credential,
            challenge: None,
            next_channel: MIN_CHANNEL_NUMBER,
        };
        let refused = client.ask(METHOD_ALLOCATE, allocation(IpAddr::from([0; 4])), coturn);
        assert_eq!(code(&refused), Err(401), "nobody is served unasked");
        client.challenge = Some(challenge(&refused));
        client
    }

    /// Asks for an address of the family of `like`.
    pub(crate) fn allocate(&mut self, coturn: &mut Coturn, like: IpAddr) -> Answer {
        self.exchange(METHOD_ALLOCATE, || allocation(like), coturn)
    }

    /// Asks that datagrams from and to an address be let through.
    pub(crate) fn permit(&mut self, coturn: &mut Coturn, ip: IpAddr) -> Answer {
        let peer = || -> Vec<Box<dyn Setter>> { vec![Box::new(PeerAddress { ip, port: 9 })] };
        self.exchange(METHOD_CREATE_PERMISSION, peer, coturn)
    }

    /// Asks for a channel to an address, which is a permission too.
    pub(crate) fn bind_channel(&mut self, coturn: &mut Coturn, ip: IpAddr) -> Answer {
        let channel = ChannelNumber(self.next_channel);
        self.next_channel += 1;
        let attributes = || -> Vec<Box<dyn Setter>> {
            vec![Box::new(channel), Box::new(PeerAddress { ip, port: 9 })]
        };
        self.exchange(METHOD_CHANNEL_BIND, attributes, coturn)
    }

    /// Sends something to wherever, whether that is permitted or not.
    pub(crate) fn send(&mut self, ip: IpAddr, port: u16, data: &[u8]) {
        let attributes: Vec<Box<dyn Setter>> = vec![
            Box::new(PeerAddress { ip, port }),
            Box::new(Data(data.to_vec())),
        ];
        let indication = message(METHOD_SEND, CLASS_INDICATION, attributes);
        self.way.write(&indication.raw);
    }

    /// Asks once more whenever the relay says that its nonce is another one by now (RFC 8489 section 9.2.5).
    fn exchange(
        &mut self,
        method: Method,
        attributes: impl Fn() -> Vec<Box<dyn Setter>>,
        coturn: &mut Coturn,
    ) -> Answer {
        loop {
            let answer = self.ask(method, attributes(), coturn);
            match code(&answer) {
                Err(STALE_NONCE) => self.challenge = Some(challenge(&answer)),
                code => return code,
            }
        }
    }

    fn ask(
        &mut self,
        method: Method,
        mut attributes: Vec<Box<dyn Setter>>,
        coturn: &mut Coturn,
    ) -> Message {
        let provider = rtc_crypto::default_provider().unwrap();
        let mut request = if let Some((realm, nonce)) = &self.challenge {
            for (attr, text) in [
                (ATTR_USERNAME, &self.credential.username),
                (ATTR_REALM, realm),
                (ATTR_NONCE, nonce),
            ] {
                let text = text.clone();
                attributes.push(Box::new(TextAttribute { attr, text }));
            }
            let mut request = message(method, CLASS_REQUEST, attributes);
            let integrity = MessageIntegrity::new_long_term_integrity_with_provider(
                self.credential.username.clone(),
                realm.clone(),
                self.credential.password.clone(),
                provider.crypto(),
            );
            integrity.unwrap().add_to(&mut request).unwrap();
            request
        } else {
            message(method, CLASS_REQUEST, attributes)
        };
        request.write_header();
        loop {
            coturn.still_runs();
            self.way.write(&request.raw);
            while let Some(bytes) = self.way.read() {
                let mut answer = Message::new();
                answer.unmarshal_binary(&bytes).unwrap();
                if answer.transaction_id == request.transaction_id {
                    return answer;
                }
            }
        }
    }
}

fn shake_hands(config: &Arc<ClientConfig>, port: u16) -> std::io::Result<Tls> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let name = "127.0.0.1".try_into().unwrap();
    let mut tls = ClientConnection::new(Arc::clone(config), name).unwrap();
    while tls.is_handshaking() {
        tls.complete_io(&mut stream)?;
    }
    Ok(StreamOwned::new(tls, stream))
}

impl Way {
    /// Hands a message over. Before the relay is up a datagram may find nobody.
    fn write(&mut self, bytes: &[u8]) {
        match self {
            Self::Udp(socket) => match socket.send(bytes) {
                Ok(_) => {}
                Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionRefused),
            },
            Self::Tls(stream) => stream.write_all(bytes).unwrap(),
        }
    }

    /// The next message, if one comes soon.
    fn read(&mut self) -> Option<Vec<u8>> {
        match self {
            Self::Udp(socket) => {
                let mut bytes = vec![0; 2_048];
                let length = socket.recv(&mut bytes).ok()?;
                bytes.truncate(length);
                Some(bytes)
            }
            Self::Tls(stream) => {
                let mut bytes = vec![0; HEADER_BYTES];
                stream.read_exact(&mut bytes).unwrap();
                let length = usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
                bytes.resize(HEADER_BYTES + length, 0);
                stream.read_exact(&mut bytes[HEADER_BYTES..]).unwrap();
                Some(bytes)
            }
        }
    }
}

fn allocation(like: IpAddr) -> Vec<Box<dyn Setter>> {
    let transport = RequestedTransport {
        protocol: PROTO_UDP,
    };
    let family = if like.is_ipv4() {
        REQUESTED_FAMILY_IPV4
    } else {
        REQUESTED_FAMILY_IPV6
    };
    vec![Box::new(transport), Box::new(family)]
}

fn message(method: Method, class: MessageClass, attributes: Vec<Box<dyn Setter>>) -> Message {
    let mut setters: Vec<Box<dyn Setter>> = vec![
        Box::new(MessageType::new(method, class)),
        Box::new(TransactionId::new()),
    ];
    setters.extend(attributes);
    let mut message = Message::new();
    message.build(&setters).unwrap();
    message
}

/// Realm and nonce of a refusal.
fn challenge(refused: &Message) -> (String, String) {
    let text = |attr| TextAttribute::get_from_as(refused, attr).unwrap().text;
    (text(ATTR_REALM), text(ATTR_NONCE))
}

fn code(answer: &Message) -> Answer {
    if answer.typ.class == CLASS_SUCCESS_RESPONSE {
        return Ok(());
    }
    let mut error = ErrorCodeAttribute::default();
    error.get_from(answer).unwrap();
    Err(error.code.0)
}
