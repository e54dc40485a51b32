//! The codecs, header extensions and RTCP feedback that a bot offers.

use rtc::{
    interceptor::Registry,
    peer_connection::configuration::{
        interceptor_registry::{
            configure_nack, configure_rtcp_reports, configure_simulcast_extension_headers,
            configure_twcc,
        },
        media_engine::{MIME_TYPE_OPUS, MIME_TYPE_RTX, MIME_TYPE_VP8},
    },
    rtp_transceiver::rtp_sender::{
        RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpHeaderExtensionCapability,
        RtpCodecKind,
    },
};
use webrtc::peer_connection::MediaEngine;

use super::{AUDIO_LEVEL_URI, MID_URI, key_frames, retransmissions};

pub(super) fn register_codecs(media: &mut MediaEngine) -> anyhow::Result<()> {
    let numbered = |rtp_codec, payload_type| RTCRtpCodecParameters {
        rtp_codec,
        payload_type,
    };
    media.register_codec(numbered(opus(), 111), RtpCodecKind::Audio)?;
    media.register_codec(numbered(vp8(), 96), RtpCodecKind::Video)?;
    let rtx = RTCRtpCodec {
        mime_type: MIME_TYPE_RTX.to_owned(),
        clock_rate: 90_000,
        sdp_fmtp_line: "apt=96".to_owned(),
        ..RTCRtpCodec::default()
    };
    media.register_codec(numbered(rtx, 97), RtpCodecKind::Video)?;
    for uri in [AUDIO_LEVEL_URI, MID_URI] {
        let extension = RTCRtpHeaderExtensionCapability {
            uri: uri.to_owned(),
        };
        media.register_header_extension(extension, RtpCodecKind::Audio, None)?;
    }
    Ok(())
}

pub(super) fn opus() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: MIME_TYPE_OPUS.to_owned(),
        clock_rate: 48_000,
        channels: 2,
        sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
        rtcp_feedback: vec![],
    }
}

pub(super) fn vp8() -> RTCRtpCodec {
    let feedback = |typ: &str, parameter: &str| RTCPFeedback {
        typ: typ.to_owned(),
        parameter: parameter.to_owned(),
    };
    RTCRtpCodec {
        mime_type: MIME_TYPE_VP8.to_owned(),
        clock_rate: 90_000,
        channels: 0,
        sdp_fmtp_line: String::new(),
        rtcp_feedback: vec![feedback("ccm", "fir"), feedback("nack", "pli")],
    }
}

pub(super) fn interceptors(media: &mut MediaEngine) -> anyhow::Result<Registry> {
    let registry = configure_nack(retransmissions::configure(Registry::new()), media);
    let registry = configure_rtcp_reports(registry);
    configure_simulcast_extension_headers(media)?;
    let registry = configure_twcc(registry, media)?;
    Ok(key_frames::configure(registry))
}
