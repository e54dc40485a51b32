//! SRTP with AES-GCM (RFC 7714), in place: one direction of one connection.
//!
//! The library underneath is aws-lc, and nothing is shared with the server. Sequence numbers of RTP are
//! counted on beyond 16 bits for every SSRC by the nearest-cycle rule (RFC 3711 section 3.3.1).

use aws_lc_rs::{
    aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    cipher::{AES_128, AES_256, EncryptingKey, UnboundCipherKey},
};
use dimpl::SrtpProfile;
use thiserror::Error;

/// What SRTP adds to a packet of RTP, bytes.
pub const RTP_OVERHEAD_BYTES: usize = TAG_BYTES;
/// What SRTCP adds to a packet of RTCP, bytes: the tag and the index (RFC 7714 section 9).
pub const RTCP_OVERHEAD_BYTES: usize = TAG_BYTES + INDEX_BYTES;

const TAG_BYTES: usize = 16;
const INDEX_BYTES: usize = 4;
const SALT_BYTES: usize = 12;
const BLOCK_BYTES: usize = 16;
/// Marks an SRTCP packet as encrypted, in front of its index.
const ENCRYPTED: u32 = 1 << 31;

/// Why a packet could not be protected or opened, or keys not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SrtpError {
    /// The handshake agreed on a profile that is not AES-GCM.
    #[error("the server wants an SRTP profile other than AES-GCM")]
    Profile,
    /// The handshake exported too little, or a cipher refused its key.
    #[error("the keys cannot be used")]
    Keys,
    /// The packet is too short for what it claims to be.
    #[error("the packet is too short")]
    Short,
    /// It was not protected by the other end.
    #[error("the packet is not authentic")]
    NotAuthentic,
}

/// The two directions, from a DTLS client's point of view.
pub struct Keys {
    /// What we protect with.
    pub outbound: Direction,
    /// What the server protects with.
    pub inbound: Direction,
}

impl Keys {
    /// Takes exported keying material apart (RFC 5764 section 4.2).
    ///
    /// # Errors
    /// The profile is not AES-GCM, or the material too short for it.
    pub fn new(material: &[u8], profile: SrtpProfile) -> Result<Self, SrtpError> {
        let key_bytes = match profile {
            SrtpProfile::AEAD_AES_128_GCM => 16,
            SrtpProfile::AEAD_AES_256_GCM => 32,
            _ => return Err(SrtpError::Profile),
        };
        if material.len() < 2 * (key_bytes + SALT_BYTES) {
            return Err(SrtpError::Keys);
        }
        let (keys, salts) = material.split_at(2 * key_bytes);
        let direction = |of: usize| {
            let key = &keys[of * key_bytes..][..key_bytes];
            Direction::new(key, &salts[of * SALT_BYTES..][..SALT_BYTES])
        };
        Ok(Self {
            outbound: direction(0)?,
            inbound: direction(1)?,
        })
    }
}

/// One direction's session keys and counters.
pub struct Direction {
    rtp: Cipher,
    rtcp: Cipher,
    rtcp_index: u32,
    /// For every SSRC the highest sequence number so far, rollovers included.
    sources: Vec<(u32, u64)>,
}

struct Cipher {
    key: LessSafeKey,
    salt: [u8; NONCE_LEN],
}

impl Direction {
    fn new(master_key: &[u8], master_salt: &[u8]) -> Result<Self, SrtpError> {
        Ok(Self {
            rtp: Cipher::derive(master_key, master_salt, 0, 2)?,
            rtcp: Cipher::derive(master_key, master_salt, 3, 5)?,
            rtcp_index: 0,
            sources: vec![],
        })
    }

    /// Protects a packet of RTP whose header takes `header_bytes`, and appends the tag.
    ///
    /// # Errors
    /// The packet is shorter than its header.
    pub fn protect_rtp(
        &mut self,
        packet: &mut Vec<u8>,
        header_bytes: usize,
    ) -> Result<(), SrtpError> {
        let (ssrc, number) = rtp_numbers(packet)?;
        let index = self.extend(ssrc, number);
        let (header, body) = packet
            .split_at_mut_checked(header_bytes)
            .ok_or(SrtpError::Short)?;
        let tag = self.rtp.seal(rtp_iv(ssrc, index), header, body)?;
        packet.extend_from_slice(&tag);
        Ok(())
    }

    /// Opens a packet of RTP in place; returns where its payload stands.
    ///
    /// # Errors
    /// The packet is malformed or not authentic.
    pub fn open_rtp<'a>(
        &mut self,
        packet: &'a mut [u8],
        header_bytes: usize,
    ) -> Result<&'a mut [u8], SrtpError> {
        let (ssrc, number) = rtp_numbers(packet)?;
        let index = self.estimate(ssrc, number);
        let (header, sealed) = packet
            .split_at_mut_checked(header_bytes)
            .ok_or(SrtpError::Short)?;
        let payload = self.rtp.open(rtp_iv(ssrc, index), header, sealed)?;
        self.note(ssrc, index);
        Ok(payload)
    }

    /// Protects a compound packet of RTCP, and appends tag and index.
    ///
    /// # Errors
    /// The packet is too short to be one.
    pub fn protect_rtcp(&mut self, packet: &mut Vec<u8>) -> Result<(), SrtpError> {
        self.rtcp_index = (self.rtcp_index + 1) & !ENCRYPTED;
        let trailer = (self.rtcp_index | ENCRYPTED).to_be_bytes();
        let ssrc = rtcp_ssrc(packet)?;
        let (header, body) = packet.split_at_mut(8);
        let aad = [&*header, &trailer].concat();
        let tag = self.rtcp.seal(rtcp_iv(ssrc, self.rtcp_index), &aad, body)?;
        packet.extend_from_slice(&tag);
        packet.extend_from_slice(&trailer);
        Ok(())
    }

    /// Opens a packet of RTCP; returns the plain compound packet.
    ///
    /// # Errors
    /// The packet is malformed, not encrypted or not authentic.
    pub fn open_rtcp(&mut self, packet: &mut [u8]) -> Result<Vec<u8>, SrtpError> {
        let ssrc = rtcp_ssrc(packet)?;
        let end = packet
            .len()
            .checked_sub(INDEX_BYTES)
            .ok_or(SrtpError::Short)?;
        let (body, trailer) = packet.split_at_mut(end);
        let word = u32::from_be_bytes(trailer.try_into().map_err(|_| SrtpError::Short)?);
        if word & ENCRYPTED == 0 {
            return Err(SrtpError::NotAuthentic);
        }
        let (header, sealed) = body.split_at_mut_checked(8).ok_or(SrtpError::Short)?;
        let aad = [&*header, &*trailer].concat();
        let iv = rtcp_iv(ssrc, word & !ENCRYPTED);
        let plain = self.rtcp.open(iv, &aad, sealed)?;
        Ok([header, plain].concat())
    }

    fn extend(&mut self, ssrc: u32, number: u16) -> u64 {
        let index = self.estimate(ssrc, number);
        self.note(ssrc, index);
        index
    }

    fn estimate(&self, ssrc: u32, number: u16) -> u64 {
        let known = self.sources.iter().find(|(known, _)| *known == ssrc);
        known.map_or_else(
            || u64::from(number),
            |(_, highest)| nearest(*highest, number),
        )
    }

    fn note(&mut self, ssrc: u32, index: u64) {
        match self.sources.iter_mut().find(|(known, _)| *known == ssrc) {
            Some((_, highest)) => *highest = index.max(*highest),
            None => self.sources.push((ssrc, index)),
        }
    }
}

impl Cipher {
    /// Derives a session key and salt by their labels (RFC 3711 section 4.3, RFC 7714 section 11).
    fn derive(
        master_key: &[u8],
        master_salt: &[u8],
        key_label: u8,
        salt_label: u8,
    ) -> Result<Self, SrtpError> {
        let mut key = [0; 32];
        let key = &mut key[..master_key.len()];
        derive(master_key, master_salt, key_label, key)?;
        let mut salt = [0; NONCE_LEN];
        derive(master_key, master_salt, salt_label, &mut salt)?;
        let algorithm = match master_key.len() {
            16 => &AES_128_GCM,
            _ => &AES_256_GCM,
        };
        let key = UnboundKey::new(algorithm, key).map_err(|_| SrtpError::Keys)?;
        Ok(Self {
            key: LessSafeKey::new(key),
            salt,
        })
    }

    fn nonce(&self, iv: [u8; NONCE_LEN]) -> Nonce {
        let mut nonce = self.salt;
        for (byte, with) in nonce.iter_mut().zip(iv) {
            *byte ^= with;
        }
        Nonce::assume_unique_for_key(nonce)
    }

    fn seal(
        &self,
        iv: [u8; NONCE_LEN],
        aad: &[u8],
        body: &mut [u8],
    ) -> Result<[u8; TAG_BYTES], SrtpError> {
        let tag = self
            .key
            .seal_in_place_separate_tag(self.nonce(iv), Aad::from(aad), body)
            .map_err(|_| SrtpError::Keys)?;
        tag.as_ref().try_into().map_err(|_| SrtpError::Keys)
    }

    fn open<'a>(
        &self,
        iv: [u8; NONCE_LEN],
        aad: &[u8],
        sealed: &'a mut [u8],
    ) -> Result<&'a mut [u8], SrtpError> {
        self.key
            .open_in_place(self.nonce(iv), Aad::from(aad), sealed)
            .map_err(|_| SrtpError::NotAuthentic)
    }
}

fn derive(key: &[u8], salt: &[u8], label: u8, out: &mut [u8]) -> Result<(), SrtpError> {
    let algorithm = match key.len() {
        16 => &AES_128,
        _ => &AES_256,
    };
    let key = UnboundCipherKey::new(algorithm, key).map_err(|_| SrtpError::Keys)?;
    let cipher = EncryptingKey::ecb(key).map_err(|_| SrtpError::Keys)?;
    let mut block = [0; BLOCK_BYTES];
    block[..salt.len()].copy_from_slice(salt);
    block[7] ^= label;
    for (counter, chunk) in (0_u16..).zip(out.chunks_mut(BLOCK_BYTES)) {
        let mut stream = block;
        stream[BLOCK_BYTES - 2..].copy_from_slice(&counter.to_be_bytes());
        cipher.encrypt(&mut stream).map_err(|_| SrtpError::Keys)?;
        chunk.copy_from_slice(&stream[..chunk.len()]);
    }
    Ok(())
}

/// RFC 7714 section 8.1.
fn rtp_iv(ssrc: u32, index: u64) -> [u8; NONCE_LEN] {
    let mut iv = [0; NONCE_LEN];
    iv[2..6].copy_from_slice(&ssrc.to_be_bytes());
    iv[6..].copy_from_slice(&index.to_be_bytes()[2..]);
    iv
}

/// RFC 7714 section 9.1.
fn rtcp_iv(ssrc: u32, index: u32) -> [u8; NONCE_LEN] {
    let mut iv = [0; NONCE_LEN];
    iv[2..6].copy_from_slice(&ssrc.to_be_bytes());
    iv[8..].copy_from_slice(&index.to_be_bytes());
    iv
}

fn rtp_numbers(packet: &[u8]) -> Result<(u32, u16), SrtpError> {
    let header: &[u8; 12] = packet.first_chunk().ok_or(SrtpError::Short)?;
    let ssrc = u32::from_be_bytes([header[8], header[9], header[10], header[11]]);
    Ok((ssrc, u16::from_be_bytes([header[2], header[3]])))
}

fn rtcp_ssrc(packet: &[u8]) -> Result<u32, SrtpError> {
    let header: &[u8; 8] = packet.first_chunk().ok_or(SrtpError::Short)?;
    Ok(u32::from_be_bytes([
        header[4], header[5], header[6], header[7],
    ]))
}

/// The number with these 16 low bits that is nearest to the highest one so far.
#[must_use]
pub fn nearest(highest: u64, number: u16) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "the difference of two 16-bit numbers, taken as signed, is the nearer way round"
    )]
    let step = number.wrapping_sub(highest as u16) as i16;
    highest
        .checked_add_signed(i64::from(step))
        .unwrap_or_else(|| u64::from(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtc::rtp::header::Header;
    use rtc::shared::marshal::Marshal;

    fn packet(number: u16) -> Vec<u8> {
        let header = Header {
            version: 2,
            sequence_number: number,
            ssrc: 7,
            ..Header::default()
        };
        let mut packet = header.marshal().unwrap().to_vec();
        packet.extend([9; 50]);
        packet
    }

    /// A client's keys, and the same seen from the server.
    fn both(profile: SrtpProfile) -> (Keys, Keys) {
        let material: Vec<u8> = (0..88).collect();
        let client = Keys::new(&material, profile).unwrap();
        let server = Keys::new(&material, profile).unwrap();
        let server = Keys {
            outbound: server.inbound,
            inbound: server.outbound,
        };
        (client, server)
    }

    #[test]
    fn what_one_end_protects_the_other_opens_across_a_rollover() {
        for profile in [SrtpProfile::AEAD_AES_128_GCM, SrtpProfile::AEAD_AES_256_GCM] {
            let (mut client, mut server) = both(profile);
            for number in (0..20_u16).map(|n| n.wrapping_sub(10)) {
                let mut sealed = packet(number);
                client.outbound.protect_rtp(&mut sealed, 12).unwrap();
                assert_ne!(sealed[12..62], [9; 50]);
                let payload = server.inbound.open_rtp(&mut sealed, 12).unwrap();
                assert_eq!(payload, [9; 50]);
            }
        }
    }

    #[test]
    fn a_changed_bit_is_noticed() {
        let (mut client, mut server) = both(SrtpProfile::AEAD_AES_128_GCM);
        let mut sealed = packet(1);
        client.outbound.protect_rtp(&mut sealed, 12).unwrap();
        sealed[20] ^= 1;
        let opened = server.inbound.open_rtp(&mut sealed, 12);
        assert_eq!(opened, Err(SrtpError::NotAuthentic));
    }

    #[test]
    fn rtcp_goes_both_ways() {
        let (mut client, mut server) = both(SrtpProfile::AEAD_AES_128_GCM);
        let plain: Vec<u8> = (0..40).collect();
        for _ in 0..3 {
            let mut sealed = plain.clone();
            server.outbound.protect_rtcp(&mut sealed).unwrap();
            assert_eq!(sealed.len(), plain.len() + RTCP_OVERHEAD_BYTES);
            assert_eq!(client.inbound.open_rtcp(&mut sealed), Ok(plain.clone()));
        }
    }

    /// The same packets as an implementation of somebody else's makes them.
    #[test]
    fn another_implementation_opens_what_is_protected_here() {
        use rtc_srtp::{context::Context, protection_profile::ProtectionProfile};
        let material: Vec<u8> = (0..56).collect();
        let mut keys = Keys::new(&material, SrtpProfile::AEAD_AES_128_GCM).unwrap();
        let provider = rtc_crypto::default_provider().unwrap();
        let mut theirs = Context::new(
            &material[..16],
            &material[32..44],
            ProtectionProfile::AeadAes128Gcm,
            None,
            None,
            rtc_crypto::RTCCryptoProvider::crypto(&*provider),
        )
        .unwrap();
        let mut sealed = packet(65_535);
        keys.outbound.protect_rtp(&mut sealed, 12).unwrap();
        assert_eq!(theirs.decrypt_rtp(&sealed).unwrap()[..], packet(65_535)[..]);
        let mut report = vec![0x80, 201, 0, 1, 0, 0, 0, 7];
        keys.outbound.protect_rtcp(&mut report).unwrap();
        assert_eq!(theirs.decrypt_rtcp(&report).unwrap().len(), 8);
    }
}
