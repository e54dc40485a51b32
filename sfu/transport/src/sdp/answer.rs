//! The answer as text (RFC 8829 section 5.3.1, RFC 8839, RFC 8842, RFC 9143).
//!
//! Every accepted line repeats the transport, as browsers themselves do; the candidates stand in the
//! first one. The k-th receive lines of sound and picture carry one participant, so they share a
//! media stream and a CNAME, and the browser keeps them in step.

use std::{
    fmt::{self, Write},
    net::SocketAddr,
};

use super::{
    codecs::{self, FeedbackLimits},
    extensions,
    negotiation::{Accepted, Fate, Negotiation},
    offer::OfferLine,
};
use crate::ice::Credentials;

/// The type preference of host candidates (RFC 8445 section 5.1.2.2).
const HOST_PREFERENCE: u32 = 126;
/// That of host candidates by TCP: below everything by UDP (RFC 6544 section 4.2).
const TCP_HOST_PREFERENCE: u32 = 90;
/// What the local preference of a passive TCP candidate begins with (RFC 6544 section 4.2).
const PASSIVE_PREFERENCE: u32 = 4 << 13;
/// RTP's component, the only one when RTCP is multiplexed.
const COMPONENT: u32 = 1;

/// What the answer says about our side of the transport.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalTransport<'a> {
    pub(crate) credentials: &'a Credentials,
    /// As SDP writes it.
    pub(crate) fingerprint: &'a str,
    pub(crate) candidates: &'a [SocketAddr],
    pub(crate) tcp_candidates: &'a [SocketAddr],
    /// Counts the answers of this connection, from 1.
    pub(crate) version: u64,
}

/// Writes the answer.
pub(crate) fn write(negotiation: &Negotiation<'_>, local: LocalTransport<'_>) -> String {
    let mut answer = String::with_capacity(8 * 1024);
    write_all(&mut answer, negotiation, local).expect("writing to a string does not fail");
    answer
}

fn write_all(
    answer: &mut String,
    negotiation: &Negotiation<'_>,
    local: LocalTransport<'_>,
) -> fmt::Result {
    write!(
        answer,
        "v=0\r\no=- 1 {} IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE",
        local.version
    )?;
    for fate in &negotiation.fates {
        if let Fate::Accepted(accepted) = fate {
            write!(answer, " {}", accepted.mid)?;
        }
    }
    answer.push_str("\r\na=ice-lite\r\na=msid-semantic:WMS *\r\n");
    let mut is_first = true;
    for (line, fate) in negotiation.offer.lines.iter().zip(&negotiation.fates) {
        match fate {
            Fate::Rejected => write_rejected(answer, line)?,
            Fate::Accepted(accepted) => {
                write_head(answer, negotiation, line, accepted, local)?;
                write_transport(answer, local, is_first)?;
                write_media(answer, negotiation, line, accepted)?;
                is_first = false;
            }
        }
    }
    Ok(())
}

/// RFC 3264 section 6: the port is zero, the formats are those offered.
fn write_rejected(answer: &mut String, line: &OfferLine<'_>) -> fmt::Result {
    let media = &line.media;
    write!(answer, "m={} 0 {}", media.name, media.protocol)?;
    for format in &media.formats {
        write!(answer, " {format}")?;
    }
    answer.push_str("\r\nc=IN IP4 0.0.0.0\r\n");
    if let Some(mid) = line.mid {
        write!(answer, "a=mid:{mid}\r\n")?;
    }
    answer.push_str("a=inactive\r\n");
    Ok(())
}

fn write_head(
    answer: &mut String,
    negotiation: &Negotiation<'_>,
    line: &OfferLine<'_>,
    accepted: &Accepted<'_>,
    local: LocalTransport<'_>,
) -> fmt::Result {
    let default = local.candidates.first();
    let port = default.map_or(9, SocketAddr::port);
    write!(
        answer,
        "m={} {port} {}",
        line.media.name, line.media.protocol
    )?;
    for payload_type in codecs::in_order(&negotiation.session.payloads, accepted.kind) {
        write!(answer, " {payload_type}")?;
    }
    match default {
        Some(SocketAddr::V4(address)) => write!(answer, "\r\nc=IN IP4 {}\r\n", address.ip())?,
        Some(SocketAddr::V6(address)) => write!(answer, "\r\nc=IN IP6 {}\r\n", address.ip())?,
        None => answer.push_str("\r\nc=IN IP4 0.0.0.0\r\n"),
    }
    write!(
        answer,
        "a=mid:{}\r\na={}\r\na=rtcp-mux\r\n",
        accepted.mid,
        accepted.direction.name()
    )?;
    if line.media.attributes.get("rtcp-rsize").is_some() {
        answer.push_str("a=rtcp-rsize\r\n");
    }
    Ok(())
}

fn write_transport(
    answer: &mut String,
    local: LocalTransport<'_>,
    candidates: bool,
) -> fmt::Result {
    write!(
        answer,
        "a=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:{}\r\na=setup:passive\r\n",
        local.credentials.ufrag, local.credentials.password, local.fingerprint
    )?;
    if !candidates {
        return Ok(());
    }
    let mut foundation = 0;
    let by_udp = local.candidates.iter().zip((0..=u32::from(u16::MAX)).rev());
    for (address, local_preference) in by_udp {
        foundation += 1;
        let priority = priority(HOST_PREFERENCE, local_preference);
        write!(
            answer,
            "a=candidate:{foundation} {COMPONENT} udp {priority} {} {} typ host\r\n",
            address.ip(),
            address.port()
        )?;
    }
    let by_tcp = local.tcp_candidates.iter().zip((0..1 << 13).rev());
    for (address, other_preference) in by_tcp {
        foundation += 1;
        let priority = priority(TCP_HOST_PREFERENCE, PASSIVE_PREFERENCE | other_preference);
        write!(
            answer,
            "a=candidate:{foundation} {COMPONENT} tcp {priority} {} {} typ host tcptype passive\r\n",
            address.ip(),
            address.port()
        )?;
    }
    answer.push_str("a=end-of-candidates\r\n");
    Ok(())
}

/// RFC 8445 section 5.1.2.1.
fn priority(type_preference: u32, local_preference: u32) -> u32 {
    type_preference << 24 | local_preference << 8 | (256 - COMPONENT)
}

fn write_media(
    answer: &mut String,
    negotiation: &Negotiation<'_>,
    line: &OfferLine<'_>,
    accepted: &Accepted<'_>,
) -> fmt::Result {
    let session = &negotiation.session;
    extensions::write(answer, &line.media, accepted.kind, session.extensions)?;
    let we_send = accepted.ours.as_ref();
    let limits = FeedbackLimits {
        transport_cc: session.extensions.transport_cc.is_some(),
        nack: we_send.is_none_or(|(_, receiver)| receiver.rtx_ssrc.is_some()),
    };
    codecs::write(
        answer,
        &line.media,
        &session.payloads,
        accepted.kind,
        limits,
    )?;
    if !accepted.rids.is_empty() {
        for rid in &accepted.rids {
            write!(answer, "a=rid:{rid} recv\r\n")?;
        }
        write!(answer, "a=simulcast:recv {}\r\n", accepted.rids.join(";"))?;
    }
    if let Some((index, receiver)) = we_send {
        let ssrc = receiver.ssrc;
        write!(
            answer,
            "a=msid:peer{index} peer{index}-{}\r\n",
            line.media.name
        )?;
        if let Some(rtx) = receiver.rtx_ssrc {
            write!(answer, "a=ssrc-group:FID {ssrc} {rtx}\r\n")?;
        }
        for ssrc in [Some(ssrc), receiver.rtx_ssrc].into_iter().flatten() {
            write!(answer, "a=ssrc:{ssrc} cname:peer{index}\r\n")?;
        }
    }
    Ok(())
}
