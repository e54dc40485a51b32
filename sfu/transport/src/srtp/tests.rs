use proptest::prelude::*;
use rtc_srtp::{
    context::Context,
    option::{srtcp_replay_protection, srtp_replay_protection},
    protection_profile::ProtectionProfile,
};

use super::*;

const SSRC: u32 = 0x1234_5678;

fn keying_material(profile: Profile) -> Vec<u8> {
    (1..).take(profile.keying_material_len()).collect()
}

/// Us, and the participant as rtc-srtp plays it: what it sends with, what it receives with.
fn pair(profile: Profile) -> (Srtp, Context, Context) {
    let material = keying_material(profile);
    let (theirs, salt_len) = match profile {
        Profile::AeadAes128Gcm => (ProtectionProfile::AeadAes128Gcm, 12),
        Profile::Aes128CmSha1_80 => (ProtectionProfile::Aes128CmHmacSha1_80, 14),
    };
    let provider = default_provider().unwrap();
    let context = |direction: usize| {
        let salt = 32 + direction * salt_len;
        Context::new(
            &material[direction * 16..][..16],
            &material[salt..][..salt_len],
            theirs,
            Some(srtp_replay_protection(128)),
            Some(srtcp_replay_protection(128)),
            provider.crypto(),
        )
        .unwrap()
    };
    (
        Srtp::new(profile, &material).unwrap(),
        context(0),
        context(1),
    )
}

const PROFILES: [Profile; 2] = [Profile::AeadAes128Gcm, Profile::Aes128CmSha1_80];

/// A packet with a source list and an extension, so that the header is not the plain one.
fn header(ssrc: u32, sequence_number: u16) -> Vec<u8> {
    let mut header = vec![0x91, 96];
    header.extend(sequence_number.to_be_bytes());
    header.extend([0, 0, 3, 9]);
    header.extend(ssrc.to_be_bytes());
    header.extend([0, 0, 0, 1]);
    header.extend([0xbe, 0xde, 0, 1, 0x10, 7, 0, 0]);
    header
}

fn packet(ssrc: u32, sequence_number: u16) -> Vec<u8> {
    let mut packet = header(ssrc, sequence_number);
    packet.extend((0..100).map(|byte| byte ^ sequence_number as u8));
    packet
}

fn protect(srtp: &mut Srtp, ssrc: u32, sequence_number: u16) -> Result<Vec<u8>, SrtpError> {
    let plain = packet(ssrc, sequence_number);
    let header = header(ssrc, sequence_number);
    let payload = &plain[header.len()..];
    let out_packet = OutPacket {
        ssrc,
        sequence: sequence_number,
        header: &header,
        head: &payload[..10],
        tail: &payload[10..],
    };
    let mut out = [0; 1500];
    let len = srtp.protect_rtp(out_packet, &mut out)?;
    Ok(out[..len].to_vec())
}

fn report(ssrc: u32) -> Vec<u8> {
    let mut report = vec![0x80, 201, 0, 1];
    report.extend(ssrc.to_be_bytes());
    report.extend([0x81, 206, 0, 2, 0, 0, 0, 9, 0, 0, 0, 8]);
    report
}

#[test]
fn another_implementation_opens_what_we_seal_across_the_rollover() {
    for profile in PROFILES {
        let (mut ours, _, mut receiving) = pair(profile);
        for number in [0xfffd_u16, 0xffff, 0xfffe, 0, 2, 1, 3] {
            let sealed = protect(&mut ours, SSRC, number).unwrap();
            let opened = receiving.decrypt_rtp(&sealed).unwrap();
            assert_eq!(
                opened.to_vec(),
                packet(SSRC, number),
                "{profile:?} {number}"
            );
        }
        for _ in 0..3 {
            let mut out = [0; 200];
            let len = ours.protect_rtcp(&report(7), &mut out).unwrap();
            assert_eq!(
                receiving.decrypt_rtcp(&out[..len]).unwrap().to_vec(),
                report(7)
            );
        }
    }
}

#[test]
fn we_open_what_another_implementation_seals_in_any_order() {
    for profile in PROFILES {
        let (mut ours, mut sending, _) = pair(profile);
        let mut sealed: Vec<(u16, Vec<u8>)> = (0xffe0_u16..=0xffff)
            .chain(0..32)
            .map(|number| {
                (
                    number,
                    sending.encrypt_rtp(&packet(SSRC, number)).unwrap().to_vec(),
                )
            })
            .collect();
        for start in (0..sealed.len() - 4).step_by(4) {
            sealed[start..start + 4].reverse();
        }
        for (number, mut received) in sealed {
            let (header, Opened { len, .. }) = ours.unprotect_rtp(&mut received).unwrap();
            assert_eq!(RtpHeader::parse(&received[..len]), Some(header));
            assert_eq!(
                received[..len],
                packet(SSRC, number),
                "{profile:?} {number}"
            );
        }
        for _ in 0..3 {
            let mut received = sending.encrypt_rtcp(&report(3)).unwrap().to_vec();
            let len = ours.unprotect_rtcp(&mut received).unwrap().len;
            assert_eq!(received[..len], report(3));
        }
    }
}

#[test]
fn a_packet_counts_once() {
    for profile in PROFILES {
        let (mut ours, mut sending, _) = pair(profile);
        let rtp = sending.encrypt_rtp(&packet(SSRC, 5)).unwrap().to_vec();
        let rtcp = sending.encrypt_rtcp(&report(3)).unwrap().to_vec();
        assert!(ours.unprotect_rtp(&mut rtp.clone()).is_ok());
        assert_eq!(
            ours.unprotect_rtp(&mut rtp.clone()),
            Err(SrtpError::Replayed)
        );
        assert!(ours.unprotect_rtcp(&mut rtcp.clone()).is_ok());
        assert_eq!(
            ours.unprotect_rtcp(&mut rtcp.clone()),
            Err(SrtpError::Replayed)
        );
    }
}

#[test]
fn a_forged_packet_is_refused_and_changes_nothing() {
    for profile in PROFILES {
        let (mut ours, mut sending, _) = pair(profile);
        let genuine = sending.encrypt_rtp(&packet(SSRC, 5)).unwrap().to_vec();
        for position in 0..genuine.len() {
            let mut forged = genuine.clone();
            forged[position] ^= 1;
            assert!(
                ours.unprotect_rtp(&mut forged).is_err(),
                "{profile:?} byte {position}"
            );
        }
        let mut forged_far_ahead = genuine.clone();
        forged_far_ahead[2] = 0x90;
        assert_eq!(
            ours.unprotect_rtp(&mut forged_far_ahead),
            Err(SrtpError::NotAuthentic)
        );
        assert!(ours.unprotect_rtp(&mut genuine.clone()).is_ok());

        let genuine = sending.encrypt_rtcp(&report(3)).unwrap().to_vec();
        for position in 0..genuine.len() {
            let mut forged = genuine.clone();
            forged[position] ^= 1;
            assert!(
                ours.unprotect_rtcp(&mut forged).is_err(),
                "{profile:?} byte {position}"
            );
        }
        assert!(ours.unprotect_rtcp(&mut genuine.clone()).is_ok());
    }
}

#[test]
fn a_cut_packet_is_refused() {
    for profile in PROFILES {
        let (mut ours, mut sending, _) = pair(profile);
        let rtp = sending.encrypt_rtp(&packet(SSRC, 5)).unwrap();
        let rtcp = sending.encrypt_rtcp(&report(3)).unwrap();
        for len in 0..rtp.len() {
            assert!(ours.unprotect_rtp(&mut rtp[..len].to_vec()).is_err());
        }
        for len in 0..rtcp.len() {
            assert!(ours.unprotect_rtcp(&mut rtcp[..len].to_vec()).is_err());
        }
    }
}

#[test]
fn spoofed_sources_take_no_memory() {
    for profile in PROFILES {
        let (mut ours, mut sending, _) = pair(profile);
        for ssrc in 0..1_000 {
            let mut forged = packet(ssrc, 1);
            assert_eq!(
                ours.unprotect_rtp(&mut forged),
                Err(SrtpError::NotAuthentic)
            );
        }
        let mut genuine = sending.encrypt_rtp(&packet(SSRC, 5)).unwrap().to_vec();
        assert!(ours.unprotect_rtp(&mut genuine).is_ok());
    }
}

#[test]
fn a_number_is_never_sealed_twice() {
    for profile in PROFILES {
        let (mut ours, ..) = pair(profile);
        protect(&mut ours, SSRC, 7).unwrap();
        assert_eq!(protect(&mut ours, SSRC, 7), Err(SrtpError::Repeated));
        protect(&mut ours, SSRC + 1, 7).unwrap();
        protect(&mut ours, SSRC, 6).unwrap();
    }
}

#[test]
fn a_small_buffer_is_refused_without_using_up_the_number() {
    for profile in PROFILES {
        let (mut ours, ..) = pair(profile);
        let header = header(SSRC, 1);
        let plain = OutPacket {
            ssrc: SSRC,
            sequence: 1,
            header: &header,
            head: &[],
            tail: &[1; 50],
        };
        let mut small = vec![0; header.len() + 50 + ours.outbound.cipher.tag_len() - 1];
        assert_eq!(
            ours.protect_rtp(plain, &mut small),
            Err(SrtpError::BufferTooSmall)
        );
        assert_eq!(ours.protect_rtp(plain, &mut [0; 200]), Ok(small.len() + 1));
        assert_eq!(
            ours.protect_rtcp(&report(1), &mut [0; 21]),
            Err(SrtpError::BufferTooSmall)
        );
        assert_eq!(
            ours.protect_rtcp(&[0x80; 7], &mut [0; 99]),
            Err(SrtpError::Malformed)
        );
    }
}

#[test]
fn the_last_srtcp_index_is_the_last_packet() {
    let (mut ours, ..) = pair(Profile::AeadAes128Gcm);
    ours.outbound.rtcp_index = RTCP_INDEX_MAX - 1;
    assert!(ours.protect_rtcp(&report(1), &mut [0; 100]).is_ok());
    assert_eq!(
        ours.protect_rtcp(&report(1), &mut [0; 100]),
        Err(SrtpError::Exhausted)
    );
}

proptest! {
    #[test]
    fn any_bytes_are_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), gcm: bool) {
        let (mut ours, ..) = pair(PROFILES[usize::from(gcm)]);
        prop_assert!(ours.unprotect_rtp(&mut bytes.clone()).is_err());
        prop_assert!(ours.unprotect_rtcp(&mut bytes.clone()).is_err());
        let _ = ours.protect_rtcp(&bytes, &mut [0; 300]);
        let plain = OutPacket { ssrc: SSRC, sequence: 1, header: &bytes, head: &[], tail: &[] };
        let _ = ours.protect_rtp(plain, &mut [0; 300]);
    }
}
