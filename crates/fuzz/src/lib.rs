//! Fuzz targets for everything that reads from the network.
//!
//! A [`Target`] is a function of bytes that must hold for any bytes, and inputs to begin with: real ones,
//! and those that long runs [`found`]. Three things run it:
//!
//! - the tests: what it begins with, and some hundred inputs that [`mutated`] makes of that, the same in
//!   every run;
//! - long runs guided by coverage, by hand (see `CONTRIBUTING.md`);
//! - the example `corpus`, which writes what it begins with where bolero looks for it.
//!
//! Targets that take several datagrams take them framed as on a TCP connection (RFC 4571), so that one
//! input can tell a story.

mod answers;
mod form;
mod forwarded;
pub mod found;
mod headers;
mod ice;
mod media;
mod mutation;
mod own_check;
mod receipts;
mod text;
mod upload;

use std::io;

use sfu_transport::{FRAME_LEN_MAX, FrameQueue, FrameReader};

pub use mutation::mutated;

/// Something that reads from the network.
pub struct Target {
    /// Its name, of its test too.
    pub name: &'static str,
    /// Reads; panics when something does not hold.
    pub run: fn(&[u8]),
    /// Inputs as real peers send them.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

impl Target {
    /// What its runs begin with: its seeds, and what long runs found.
    ///
    /// # Errors
    /// What was found cannot be read.
    pub fn beginning(&self) -> io::Result<Vec<Vec<u8>>> {
        let mut inputs = (self.seeds)();
        inputs.extend(found::inputs(self.name)?);
        Ok(inputs)
    }
}

/// All of them.
pub const TARGETS: [Target; 28] = [
    target("stun", ice::stun, ice::stun_seeds),
    target("own_check", own_check::answer, own_check::answer_seeds),
    target("dtls", ice::dtls, ice::dtls_seeds),
    target("classify", ice::classified, ice::classify_seeds),
    target("goodbye", ice::goodbye, ice::goodbye_seeds),
    target("srtp", media::srtp, media::rtp_seeds),
    target("rtp", media::rtp, media::rtp_stories),
    target("rtcp", media::rtcp, media::rtcp_stories),
    target("frames", frames, frame_seeds),
    target("offer", text::offer, text::offer_seeds),
    target("client_message", text::client_message, text::message_seeds),
    target("link", text::link, text::link_seeds),
    target("grant", text::grant, text::grant_seeds),
    target("test_pass", text::test_pass, text::test_pass_seeds),
    target("test_key", text::test_key, text::test_key_seeds),
    target("field", form::fields, form::field_seeds),
    target("id", form::id, form::id_seeds),
    target("document", upload::document, upload::document_seeds),
    target("inmate_list", upload::inmate_list, upload::list_seeds),
    target("http_answer", answers::http, answers::http_seeds),
    target("mitake_answer", answers::mitake, answers::mitake_seeds),
    target("twilio_answer", answers::twilio, answers::twilio_seeds),
    target("http_receipt", receipts::http, receipts::http_seeds),
    target("mitake_receipt", receipts::mitake, receipts::mitake_seeds),
    target("twilio_receipt", receipts::twilio, receipts::twilio_seeds),
    target("forwarded", forwarded::client, forwarded::seeds),
    target("language", headers::language, headers::language_seeds),
    target("cookies", headers::cookies, headers::cookie_seeds),
];

const fn target(name: &'static str, run: fn(&[u8]), seeds: fn() -> Vec<Vec<u8>>) -> Target {
    Target { name, run, seeds }
}

/// The target of that name.
///
/// # Panics
/// There is none.
#[must_use]
pub fn target_named(name: &str) -> &'static Target {
    let found = TARGETS.iter().find(|target| target.name == name);
    found.expect("a test is named like its target")
}

/// Frames are read as they were written, however the stream is cut.
fn frames(input: &[u8]) {
    let Some((cut, stream)) = input.split_first() else {
        return;
    };
    let piece = usize::from(*cut) * 32 + 1;
    let mut reader = FrameReader::default();
    let mut queue = FrameQueue::new(usize::MAX);
    let mut rest = stream;
    let mut intact = true;
    while intact && !rest.is_empty() {
        let room = reader.room();
        let length = piece.min(room.len()).min(rest.len());
        assert!(length > 0, "no room, and no frame");
        room[..length].copy_from_slice(&rest[..length]);
        reader.filled(length);
        rest = &rest[length..];
        loop {
            match reader.next_frame() {
                Ok(Some(frame)) => {
                    assert!(frame.len() <= FRAME_LEN_MAX);
                    assert!(queue.push(frame));
                }
                Ok(None) => break,
                Err(_) => {
                    intact = false;
                    break;
                }
            }
        }
    }
    assert!(stream.starts_with(queue.pending()));
}

fn frame_seeds() -> Vec<Vec<u8>> {
    let story = framed(&media::rtp_seeds());
    [0_u8, 1, 40, 255]
        .into_iter()
        .map(|cut| [&[cut][..], &story].concat())
        .collect()
}

/// Datagrams as one stream.
fn framed(datagrams: &[Vec<u8>]) -> Vec<u8> {
    let mut queue = FrameQueue::new(usize::MAX);
    for datagram in datagrams {
        assert!(queue.push(datagram), "a seed is as short as a datagram");
    }
    queue.pending().to_vec()
}

/// The datagrams of a stream, up to the first that is too long or not whole.
fn datagrams(mut stream: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    std::iter::from_fn(move || {
        let frame = sfu_transport::first_frame(stream).ok()??;
        stream = &stream[2 + frame.len()..];
        Some(frame.to_vec())
    })
}
