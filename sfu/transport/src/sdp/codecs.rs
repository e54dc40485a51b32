//! Codecs: which payload types of a line are understood, and how they are answered.

use std::fmt::Write;

use sfu_core::Payloads;

use super::reader::Media;

/// Audio or video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaKind {
    Audio,
    Video,
}

impl MediaKind {
    pub(crate) fn of(media: &Media<'_>) -> Option<Self> {
        match media.name {
            "audio" => Some(Self::Audio),
            "video" => Some(Self::Video),
            _ => None,
        }
    }
}

/// The payload types on a line that are understood; those of the other kind are `None`.
pub(crate) fn payloads(media: &Media<'_>, kind: MediaKind) -> Payloads {
    match kind {
        MediaKind::Audio => {
            let opus = find(media, "opus/48000/2", |_| Some(0));
            let redundant = |parameters: &str| {
                let opus = opus?.to_string();
                parameters
                    .split('/')
                    .all(|block| block == opus)
                    .then_some(0)
            };
            Payloads {
                opus,
                red: find(media, "red/48000/2", redundant),
                ..Payloads::default()
            }
        }
        MediaKind::Video => {
            let vp8 = find(media, "VP8/90000", |_| Some(0));
            let h264 = find(media, "H264/90000", h264_fitness);
            let rtx_of = |media_type: Option<u8>| {
                let media_type = media_type?;
                find(media, "rtx/90000", |parameters| {
                    (parameter(parameters, "apt")?.parse() == Ok(media_type)).then_some(0)
                })
            };
            Payloads {
                vp8,
                vp8_rtx: rtx_of(vp8),
                h264,
                h264_rtx: rtx_of(h264),
                ..Payloads::default()
            }
        }
    }
}

/// What two lines of one kind agree on; one numbering serves them all.
pub(crate) fn common(one: Payloads, other: Payloads) -> Payloads {
    let both = |one: Option<u8>, other| one.filter(|_| one == other);
    Payloads {
        opus: both(one.opus, other.opus),
        red: both(one.red, other.red),
        vp8: both(one.vp8, other.vp8),
        vp8_rtx: both(one.vp8_rtx, other.vp8_rtx),
        h264: both(one.h264, other.h264),
        h264_rtx: both(one.h264_rtx, other.h264_rtx),
    }
}

/// Whether a line with these payload types can carry anything.
pub(crate) fn usable(payloads: &Payloads, kind: MediaKind) -> bool {
    match kind {
        MediaKind::Audio => payloads.opus.is_some(),
        MediaKind::Video => payloads.vp8.or(payloads.h264).is_some(),
    }
}

/// The agreed payload types of a kind in the order of our preference: redundancy before plain Opus,
/// VP8 before H.264.
pub(crate) fn in_order(payloads: &Payloads, kind: MediaKind) -> Vec<u8> {
    match kind {
        MediaKind::Audio => [payloads.red, payloads.opus]
            .into_iter()
            .flatten()
            .collect(),
        MediaKind::Video => [
            payloads.vp8,
            payloads.vp8_rtx,
            payloads.h264,
            payloads.h264_rtx,
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

/// What a line's answer may say about feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FeedbackLimits {
    /// Whether transport-wide sequence numbers are agreed; without them there is nothing to report.
    pub(crate) transport_cc: bool,
    /// Whether lost packets may be asked for. We send them again as retransmissions only, never
    /// under the number they had (RFC 7714 section 8.3), so what we send needs RTX for it.
    pub(crate) nack: bool,
}

/// Writes `rtpmap`, `fmtp` and `rtcp-fb` lines.
pub(crate) fn write(
    answer: &mut String,
    media: &Media<'_>,
    payloads: &Payloads,
    kind: MediaKind,
    limits: FeedbackLimits,
) -> std::fmt::Result {
    for payload_type in in_order(payloads, kind) {
        let Some(map) = media.attributes.of_payload("rtpmap", payload_type) else {
            continue;
        };
        write!(answer, "a=rtpmap:{payload_type} {map}\r\n")?;
        let this = Some(payload_type);
        let offered = media
            .attributes
            .of_payload("fmtp", payload_type)
            .unwrap_or_default();
        if this == payloads.opus {
            write!(
                answer,
                "a=fmtp:{payload_type} minptime=10;useinbandfec=1\r\n"
            )?;
        } else if this == payloads.h264 {
            let profile = parameter(offered, "profile-level-id").unwrap_or("42e01f");
            write!(
                answer,
                "a=fmtp:{payload_type} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={profile}\r\n"
            )?;
        } else if !offered.is_empty() && this != payloads.vp8 {
            write!(answer, "a=fmtp:{payload_type} {offered}\r\n")?;
        }
        if this == payloads.vp8_rtx || this == payloads.h264_rtx {
            continue;
        }
        for feedback in feedback(kind) {
            let allowed = match *feedback {
                "transport-cc" => limits.transport_cc,
                "nack" => limits.nack,
                _ => true,
            };
            if allowed && offers_feedback(media, payload_type, feedback) {
                write!(answer, "a=rtcp-fb:{payload_type} {feedback}\r\n")?;
            }
        }
    }
    Ok(())
}

fn feedback(kind: MediaKind) -> &'static [&'static str] {
    match kind {
        MediaKind::Audio => &["transport-cc", "nack"],
        MediaKind::Video => &["transport-cc", "ccm fir", "nack", "nack pli"],
    }
}

/// Whether lost packets of the sound may be asked for.
pub(crate) fn offers_nack_of_sound(media: &Media<'_>, payloads: &Payloads) -> bool {
    payloads
        .opus
        .is_some_and(|payload_type| offers_feedback(media, payload_type, "nack"))
}

fn offers_feedback(media: &Media<'_>, payload_type: u8, feedback: &str) -> bool {
    media.attributes.all("rtcp-fb").any(|value| {
        value.split_once(' ').is_some_and(|(number, offered)| {
            (number == "*" || number.parse() == Ok(payload_type)) && offered.trim() == feedback
        })
    })
}

/// The payload type of an encoding, the fittest of several: the least `fitness` of its format
/// parameters, `None` meaning unfit.
fn find(media: &Media<'_>, encoding: &str, fitness: impl Fn(&str) -> Option<u8>) -> Option<u8> {
    media
        .formats
        .iter()
        .filter_map(|format| {
            format
                .parse()
                .ok()
                .filter(|payload_type| *payload_type < 128)
        })
        .filter(|&payload_type| {
            let map = media.attributes.of_payload("rtpmap", payload_type);
            map.is_some_and(|map| map.eq_ignore_ascii_case(encoding))
        })
        .filter_map(|payload_type| {
            let parameters = media
                .attributes
                .of_payload("fmtp", payload_type)
                .unwrap_or_default();
            fitness(parameters).map(|fitness| (fitness, payload_type))
        })
        .min_by_key(|(fitness, _)| *fitness)
        .map(|(_, payload_type)| payload_type)
}

/// Constrained baseline fits best (RFC 6184 section 8.1); plain baseline, which every decoder of
/// that also decodes as phones send it, will do.
fn h264_fitness(parameters: &str) -> Option<u8> {
    if parameter(parameters, "packetization-mode") != Some("1") {
        return None;
    }
    let profile = parameter(parameters, "profile-level-id").filter(|id| id.len() == 6)?;
    let [0, idc, constraints, _] = u32::from_str_radix(profile, 16).ok()?.to_be_bytes() else {
        return None;
    };
    match (idc, constraints & 0x40 != 0) {
        (0x42, true) => Some(0),
        (0x42, false) => Some(1),
        _ => None,
    }
}

/// A value of `key=value;key=value`.
fn parameter<'a>(parameters: &'a str, key: &str) -> Option<&'a str> {
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        name.eq_ignore_ascii_case(key).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdp::reader::Description;

    fn video(lines: &str) -> Payloads {
        let text = format!("v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101\r\n{lines}");
        payloads(
            &Description::read(&text).unwrap().media[0],
            MediaKind::Video,
        )
    }

    fn audio(lines: &str) -> Payloads {
        let text = format!("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 63 0\r\n{lines}");
        payloads(
            &Description::read(&text).unwrap().media[0],
            MediaKind::Audio,
        )
    }

    #[test]
    fn retransmissions_belong_to_the_codec_they_name() {
        let found = video(
            "a=rtpmap:96 VP8/90000\r\na=rtpmap:98 H264/90000\r\n\
             a=fmtp:98 profile-level-id=42e01f;packetization-mode=1\r\n\
             a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=98\r\na=rtpmap:99 rtx/90000\r\na=fmtp:99 apt=96\r\n",
        );
        assert_eq!((found.vp8, found.vp8_rtx), (Some(96), Some(99)));
        assert_eq!((found.h264, found.h264_rtx), (Some(98), Some(97)));
    }

    #[test]
    fn constrained_baseline_in_packetization_mode_one_is_taken_before_baseline() {
        let h264 = |options: &[(u8, &str)]| {
            let lines: String = options
                .iter()
                .map(|(number, fmtp)| {
                    format!("a=rtpmap:{number} H264/90000\r\na=fmtp:{number} {fmtp}\r\n")
                })
                .collect();
            video(&lines).h264
        };
        let mode_0 = (96, "profile-level-id=42e01f;packetization-mode=0");
        let no_mode = (97, "profile-level-id=42e01f");
        let baseline = (98, "packetization-mode=1; profile-level-id=42001f");
        let constrained = (
            99,
            "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42E034",
        );
        let high = (100, "packetization-mode=1;profile-level-id=640c1f");
        let garbled = (101, "packetization-mode=1;profile-level-id=xyz");
        assert_eq!(h264(&[mode_0, no_mode, high, garbled]), None);
        assert_eq!(h264(&[mode_0, baseline, high]), Some(98));
        assert_eq!(h264(&[mode_0, baseline, constrained, high]), Some(99));
    }

    #[test]
    fn redundancy_counts_only_around_the_opus_of_its_line() {
        let opus = "a=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\n";
        assert_eq!(audio(&format!("{opus}a=fmtp:63 111/111\r\n")).red, Some(63));
        assert_eq!(audio(&format!("{opus}a=fmtp:63 0/0\r\n")).red, None);
        assert_eq!(audio(opus).red, None);
        assert_eq!(
            audio("a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n").red,
            None
        );
    }

    #[test]
    fn lost_sound_may_be_asked_for_where_opus_says_so() {
        let nack = |lines: &str| {
            let text = format!(
                "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=rtpmap:111 opus/48000/2\r\n{lines}"
            );
            let description = Description::read(&text).unwrap();
            let media = &description.media[0];
            offers_nack_of_sound(media, &payloads(media, MediaKind::Audio))
        };
        assert!(nack("a=rtcp-fb:111 nack\r\n"));
        assert!(nack("a=rtcp-fb:* nack\r\n"));
        assert!(!nack("a=rtcp-fb:63 nack\r\na=rtcp-fb:111 transport-cc\r\n"));
    }

    #[test]
    fn payload_types_that_the_line_does_not_list_do_not_count() {
        assert_eq!(video("a=rtpmap:120 VP8/90000\r\n"), Payloads::default());
    }

    #[test]
    fn lines_agree_on_what_both_number_alike() {
        let one = Payloads {
            vp8: Some(96),
            h264: Some(98),
            ..Payloads::default()
        };
        let other = Payloads {
            vp8: Some(96),
            h264: Some(99),
            ..Payloads::default()
        };
        assert_eq!(
            common(one, other),
            Payloads {
                vp8: Some(96),
                ..Payloads::default()
            }
        );
    }
}
