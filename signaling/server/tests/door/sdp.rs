//! Offers made by hand, as a client of somebody else's would make them.

use std::fmt::Write;

use rand::Rng;

/// Everything that an offer says, with `pairs` pairs of lines to receive on.
pub(crate) fn offer(pairs: usize) -> String {
    let mut rng = rand::rng();
    let mut word = |length: usize| -> String {
        (0..length)
            .map(|_| char::from(rng.random_range(b'a'..=b'z')))
            .collect()
    };
    let transport = format!(
        "a=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:sha-256 {}\r\na=setup:actpass\r\na=rtcp-mux\r\n",
        word(4),
        word(24),
        ["7C"; 32].join(":")
    );
    let lines = 2 + 2 * pairs;
    let mids: Vec<String> = (0..lines).map(|mid| mid.to_string()).collect();
    let mut sdp = format!(
        "v=0\r\no=- 20518 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\n",
        mids.join(" ")
    );
    for (number, mid) in mids.iter().enumerate() {
        let direction = if number < 2 { "sendonly" } else { "recvonly" };
        let media = if number % 2 == 0 {
            "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\n"
        } else {
            "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\n"
        };
        write!(sdp, "{media}a=mid:{mid}\r\na={direction}\r\n{transport}").unwrap();
    }
    sdp
}
