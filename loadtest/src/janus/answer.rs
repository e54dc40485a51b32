//! Makes a lean client's offer into the answer to somebody else's (RFC 8829 section 5.3.1).
//!
//! The lean client only ever offers. Where the other end offers as well, both offers stand for the same
//! connection: each line of theirs is accepted with their payload types and their name for it, and with
//! what our offer says of us: ICE, the certificate and the address. We shake hands first, so that
//! `actpass` on both sides ends well. Header extensions are not taken over, for nobody would read them.

use std::fmt::Write;

use anyhow::{Context, bail};

/// What of our own offer stands on every accepted line.
const OURS: [&str; 4] = ["ice-ufrag", "ice-pwd", "fingerprint", "candidate"];
/// What of their line stands on ours again.
const THEIRS: [&str; 4] = ["mid", "rtpmap", "fmtp", "rtcp-fb"];

/// The answer to `theirs` by whoever made the offer `ours`, who only receives.
///
/// # Errors
/// When one of the two lacks what every offer has, or `theirs` offers something else than sound and
/// pictures.
pub fn to_offer(theirs: &str, ours: &str) -> anyhow::Result<String> {
    let own: Vec<&str> = OURS
        .into_iter()
        .map(|name| {
            first_attribute(ours, name).with_context(|| format!("our offer has no a={name}"))
        })
        .collect::<anyhow::Result<_>>()?;
    let mut sections = theirs.split("\r\nm=");
    let session = sections.next().unwrap_or_default();
    let bundle = first_attribute(session, "group").context("their offer bundles nothing")?;
    let mut answer = format!("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n{bundle}\r\n");
    for section in sections {
        let media = section.lines().next().unwrap_or_default();
        if !media.starts_with("audio ") && !media.starts_with("video ") {
            bail!("their offer has a line of {media:?}");
        }
        let lines = section
            .lines()
            .filter(|line| THEIRS.into_iter().any(|name| is_attribute(line, name)));
        write!(answer, "m={media}\r\nc=IN IP4 0.0.0.0\r\n")?;
        for line in lines.chain(own.iter().copied()) {
            write!(answer, "{line}\r\n")?;
        }
        answer.push_str("a=setup:active\r\na=recvonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\n");
    }
    Ok(answer)
}

/// An offer by somebody who will shake hands first, whatever the other end prefers.
#[must_use]
pub fn active(offer: &str) -> String {
    offer.replace("a=setup:actpass", "a=setup:active")
}

/// A description without header extensions.
#[must_use]
pub fn without_extensions(description: &str) -> String {
    let lines = description.split_inclusive('\n');
    lines.filter(|line| !is_attribute(line, "extmap")).collect()
}

fn first_attribute<'a>(description: &'a str, name: &str) -> Option<&'a str> {
    description.lines().find(|line| is_attribute(line, name))
}

fn is_attribute(line: &str, name: &str) -> bool {
    let rest = line
        .strip_prefix("a=")
        .and_then(|line| line.strip_prefix(name));
    rest.is_some_and(|rest| rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "v=0\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n\
        a=mid:0\r\na=recvonly\r\na=ice-ufrag:us\r\na=ice-pwd:ours\r\na=fingerprint:sha-256 0A\r\n\
        a=setup:actpass\r\na=candidate:1 1 udp 1 192.0.2.1 5000 typ host\r\n\
        a=rtpmap:111 opus/48000/2\r\n";
    const THEIRS: &str = "v=0\r\nt=0 0\r\na=group:BUNDLE x y\r\na=ice-options:trickle\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 100\r\na=mid:x\r\na=sendonly\r\na=ice-ufrag:them\r\n\
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=rtpmap:100 opus/48000/2\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:y\r\na=rtpmap:96 VP8/90000\r\na=ssrc:7 cname:j\r\n";

    #[test]
    fn each_line_is_accepted_by_its_name_with_their_codecs_and_our_ice() {
        let answer = to_offer(THEIRS, OURS).unwrap();
        let sections: Vec<_> = answer.split("m=").collect();
        assert_eq!(sections.len(), 3);
        assert!(sections[0].contains("a=group:BUNDLE x y\r\n"));
        for (section, expected) in [
            (sections[1], ["audio 9", "a=mid:x", "a=rtpmap:100 opus"]),
            (sections[2], ["video 9", "a=mid:y", "a=rtpmap:96 VP8"]),
        ] {
            for line in expected {
                assert!(section.contains(line), "{line} is not in {section}");
            }
            for line in [
                "a=ice-ufrag:us",
                "a=setup:active",
                "a=recvonly",
                "192.0.2.1 5000",
            ] {
                assert!(section.contains(line), "{line} is not in {section}");
            }
        }
        for foreign in ["them", "extmap", "ssrc", "trickle", "actpass"] {
            assert!(!answer.contains(foreign), "{foreign} is in {answer}");
        }
    }

    #[test]
    fn a_data_channel_or_a_lacking_address_is_an_error() {
        let data = format!("{THEIRS}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n");
        assert!(to_offer(&data, OURS).is_err());
        let nowhere = OURS.replace("a=candidate", "a=other");
        assert!(to_offer(THEIRS, &nowhere).is_err());
    }

    #[test]
    fn extensions_and_the_choice_of_a_role_are_taken_out() {
        assert!(!without_extensions(THEIRS).contains("extmap"));
        assert!(without_extensions(THEIRS).contains("a=rtpmap:100"));
        assert!(active(OURS).contains("a=setup:active\r\n"));
    }
}
