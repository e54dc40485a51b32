//! Offers in the forms that clients write them, and their answers.
//!
//! Those of Chromium and Firefox are recorded from the browsers, the others are written after their
//! sources.

use std::{io::Cursor, net::SocketAddr, time::Instant};

use rand::{SeedableRng, rngs::StdRng};
use rtc_sdp::description::session::SessionDescription;
use sfu_core::{Payloads, PublishedLayer, ReceiveLine, Session};
use sfu_transport::{Accepted, Certificate, OfferError, Transport, TransportConfig};

const CHROMIUM: &str = include_str!("offers/chromium.sdp");
const FIREFOX: &str = include_str!("offers/firefox.sdp");
const SAFARI: &str = include_str!("offers/safari.sdp");
const AIORTC: &str = include_str!("offers/aiortc.sdp");
const GSTREAMER: &str = include_str!("offers/gstreamer.sdp");
const WEBRTC_RS: &str = include_str!("offers/webrtc-rs.sdp");

fn config() -> TransportConfig {
    let candidates = vec![
        SocketAddr::from(([198, 51, 100, 1], 3_478)),
        SocketAddr::from(([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], 3_478)),
    ];
    TransportConfig {
        tcp_candidates: vec![SocketAddr::from(([198, 51, 100, 1], 443))],
        ..TransportConfig::new(Certificate::generate().unwrap(), candidates)
    }
}

fn accept(offer: &str) -> Result<(Session, String), OfferError> {
    let config = config();
    let mut rng = StdRng::seed_from_u64(7);
    let Accepted {
        answer, session, ..
    } = Transport::accept(offer, &config, &mut rng, Instant::now())?;
    let answer = answer.replace(config.certificate.fingerprint(), "sha-256 FI:NG:ER:PR:IN:T");
    Ok((session, answer.replace("\r\n", "\n")))
}

/// The sections of an answer, the session's first.
fn sections(answer: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    for line in answer.lines() {
        if line.starts_with("m=") {
            sections.push(String::new());
        }
        let section = sections.last_mut().unwrap();
        section.push_str(line);
        section.push('\n');
    }
    sections
}

fn mids(lines: &[ReceiveLine]) -> Vec<&str> {
    lines.iter().map(|line| line.mid.as_str()).collect()
}

fn rids(layers: &[PublishedLayer]) -> Vec<&str> {
    layers
        .iter()
        .filter_map(|layer| layer.rid.as_deref())
        .collect()
}

#[test]
fn chromium_is_answered() {
    let (session, answer) = accept(CHROMIUM).unwrap();
    let video = session.video.as_ref().unwrap();
    assert_eq!(
        (video.mid.as_str(), rids(&video.layers)),
        ("1", vec!["q", "h", "f"])
    );
    assert!(video.layers.iter().all(|layer| layer.ssrc.is_none()));
    assert!(session.audio.as_ref().unwrap().ssrc.is_some());
    assert_eq!(mids(&session.audio_receivers), ["2", "4", "6"]);
    assert_eq!(mids(&session.video_receivers), ["3", "5", "7"]);
    insta::assert_snapshot!("chromium", answer);
}

#[test]
fn firefox_is_answered() {
    let (session, answer) = accept(FIREFOX).unwrap();
    let video = session.video.as_ref().unwrap();
    assert_eq!(rids(&video.layers), ["q", "h", "f"]);
    assert!(
        video
            .layers
            .iter()
            .all(|layer| layer.ssrc.is_some() && layer.rtx_ssrc.is_some())
    );
    let expected = Payloads {
        opus: Some(109),
        vp8: Some(120),
        vp8_rtx: Some(124),
        ..Payloads::default()
    };
    assert_eq!(session.payloads, expected);
    insta::assert_snapshot!("firefox", answer);
}

#[test]
fn safari_is_answered() {
    let (session, answer) = accept(SAFARI).unwrap();
    assert_eq!(
        rids(&session.video.as_ref().unwrap().layers),
        ["q", "h", "f"]
    );
    assert_eq!(
        (session.payloads.h264, session.payloads.h264_rtx),
        (Some(98), Some(99))
    );
    assert_eq!(
        mids(&session.video_receivers),
        ["1", "3"],
        "a line can serve both ways"
    );
    insta::assert_snapshot!("safari", answer);
}

#[test]
fn aiortc_is_answered() {
    let (session, answer) = accept(AIORTC).unwrap();
    let layer = &session.video.as_ref().unwrap().layers[0];
    assert_eq!((layer.ssrc, layer.rtx_ssrc), (Some(2002), Some(2003)));
    assert_eq!(
        session.payloads.h264,
        Some(101),
        "constrained baseline before baseline"
    );
    insta::assert_snapshot!("aiortc", answer);
}

#[test]
fn gstreamer_is_answered() {
    let (session, answer) = accept(GSTREAMER).unwrap();
    assert_eq!(
        (session.payloads.opus, session.payloads.vp8),
        (Some(97), Some(96))
    );
    assert!(session.video_receivers[0].rtx_ssrc.is_none());
    assert!(answer.contains("a=rtcp-fb:96 nack pli\n") && !answer.contains("a=rtcp-fb:96 nack\n"));
    insta::assert_snapshot!("gstreamer", answer);
}

#[test]
fn webrtc_rs_is_answered_and_its_data_channel_rejected() {
    let (session, answer) = accept(WEBRTC_RS).unwrap();
    assert_eq!(
        (
            mids(&session.audio_receivers),
            mids(&session.video_receivers)
        ),
        (vec!["2"], vec!["3"])
    );
    assert!(answer.contains("a=group:BUNDLE 0 1 2 3\n"));
    assert!(answer.contains("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\n"));
    insta::assert_snapshot!("webrtc-rs", answer);
}

#[test]
fn the_browsers_own_restart_offers_are_answered_with_the_same_lines() {
    for (offer, restart) in [
        (CHROMIUM, include_str!("offers/chromium-restart.sdp")),
        (FIREFOX, include_str!("offers/firefox-restart.sdp")),
    ] {
        let config = config();
        let mut rng = StdRng::seed_from_u64(7);
        let now = Instant::now();
        let Accepted {
            mut transport,
            answer,
            ..
        } = Transport::accept(offer, &config, &mut rng, now).unwrap();
        let before = transport.local_ufrag().to_owned();
        let again = transport.restart(restart, &config, &mut rng, now).unwrap();
        assert_ne!(transport.local_ufrag(), before);
        let lasting = |answer: &str| -> Vec<String> {
            let lasts = |line: &&str| !line.starts_with("a=ice-") && !line.starts_with("o=");
            answer.lines().filter(lasts).map(str::to_owned).collect()
        };
        assert_eq!(lasting(&answer), lasting(&again));
    }
}

#[test]
fn every_answer_is_read_by_another_implementation() {
    for offer in [CHROMIUM, FIREFOX, SAFARI, AIORTC, GSTREAMER, WEBRTC_RS] {
        let config = config();
        let mut rng = StdRng::seed_from_u64(7);
        let accepted = Transport::accept(offer, &config, &mut rng, Instant::now()).unwrap();
        let read =
            SessionDescription::unmarshal(&mut Cursor::new(accepted.answer.as_bytes())).unwrap();
        let offered = offer.lines().filter(|line| line.starts_with("m=")).count();
        assert_eq!(read.media_descriptions.len(), offered);
        for media in read.media_descriptions {
            let is_accepted = media.media_name.port.value != 0;
            assert_eq!(
                media.attribute("setup").flatten() == Some("passive"),
                is_accepted
            );
            assert!(media.attribute("mid").flatten().is_some());
        }
    }
}

#[test]
fn of_four_receive_lines_the_last_stays_inactive() {
    let extra = sections(&CHROMIUM.replace("\r\n", "\n")).pop().unwrap();
    let extra = extra.replace("a=mid:7", "a=mid:8");
    let offer =
        format!("{}{extra}", CHROMIUM.replace("\r\n", "\n")).replace("BUNDLE 0", "BUNDLE 8 0");
    let (session, answer) = accept(&offer).unwrap();
    assert_eq!(session.video_receivers.len(), 3);
    let last = sections(&answer).pop().unwrap();
    assert!(
        last.contains("a=inactive\n") && !last.contains("a=ssrc"),
        "{last}"
    );
    assert!(!last.starts_with("m=video 0"), "it is not rejected");
}

#[test]
fn only_the_first_sending_line_of_a_kind_publishes() {
    let offer = WEBRTC_RS.replace("recvonly", "sendonly");
    let (session, answer) = accept(&offer).unwrap();
    assert_eq!(session.audio.unwrap().mid, "0");
    assert_eq!(session.audio_receivers, []);
    let directions: Vec<_> = answer
        .lines()
        .filter(|line| line.ends_with("only") || line.ends_with("inactive"))
        .collect();
    assert_eq!(
        directions,
        [
            "a=recvonly",
            "a=recvonly",
            "a=inactive",
            "a=inactive",
            "a=inactive"
        ]
    );
}

#[test]
fn a_client_that_only_watches_needs_no_sending_line() {
    let (session, _) = accept(&AIORTC.replace("a=sendrecv", "a=recvonly")).unwrap();
    assert_eq!((session.audio, session.video), (None, None));
    assert_eq!(
        (session.audio_receivers.len(), session.video_receivers.len()),
        (1, 1)
    );
}

#[test]
fn lines_outside_the_group_or_without_a_known_codec_are_rejected() {
    let (session, answer) = accept(&AIORTC.replace("BUNDLE 0 1", "BUNDLE 0")).unwrap();
    assert!(session.video.is_none() && session.payloads.vp8.is_none());
    assert!(answer.contains("m=video 0 UDP/TLS/RTP/SAVPF 97 98 99 100 101 102\n"));
    let (session, answer) = accept(&AIORTC.replace("opus/48000/2", "other/48000")).unwrap();
    assert!(session.audio.is_none());
    assert!(answer.contains("m=audio 0 ") && answer.contains("a=group:BUNDLE 1\n"));
}

#[test]
fn without_anything_to_carry_an_offer_is_refused() {
    let offer = AIORTC
        .replace("opus/48000/2", "other/48000")
        .replace("VP8/90000", "VP9/90000")
        .replace("H264/90000", "H265/90000");
    assert_eq!(accept(&offer).unwrap_err(), OfferError::NoMedia);
    assert_eq!(
        accept(&AIORTC.replace("a=rtcp-mux\r\n", "")).unwrap_err(),
        OfferError::NoRtcpMux { line: 1 }
    );
}

#[test]
fn simulcast_needs_the_rid_extension() {
    let offer = SAFARI.replace("sdes:rtp-stream-id", "sdes:something-else");
    let (session, answer) = accept(&offer).unwrap();
    assert_eq!(session.video.unwrap().layers.len(), 1);
    assert!(!answer.contains("a=simulcast") && !answer.contains("a=rid"));
}

#[test]
fn our_ssrcs_are_unlike_each_other_and_unlike_the_clients() {
    let (session, _) = accept(CHROMIUM).unwrap();
    let mut ours: Vec<u32> = session
        .audio_receivers
        .iter()
        .chain(&session.video_receivers)
        .flat_map(|line| [Some(line.ssrc), line.rtx_ssrc])
        .flatten()
        .collect();
    let count = ours.len();
    ours.sort_unstable();
    ours.dedup();
    assert_eq!((ours.len(), count), (9, 9));
    // What the generator would give first is declared by the client: the next is taken.
    let taken = session.audio_receivers[0].ssrc;
    let (other, _) =
        accept(&CHROMIUM.replacen("a=ssrc:", &format!("a=ssrc:{taken} cname:x\r\na=ssrc:"), 1))
            .unwrap();
    assert_ne!(other.audio_receivers[0].ssrc, taken);
}
