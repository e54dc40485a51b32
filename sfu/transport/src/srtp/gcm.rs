//! `AEAD_AES_128_GCM` (RFC 7714): everything in place.
//!
//! An RTP packet's header is the associated data, its payload is encrypted and the tag follows it
//! (section 8). An RTCP packet's first eight bytes are clear; the associated data is those and the
//! index word, which stands after the tag (section 9).

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, Tag, UnboundKey};
use rtc_crypto::RTCCrypto;

use super::{
    RTCP_CLEAR_LEN, SrtpError,
    keys::{KEY_LEN, Label, MasterKey},
};

/// Bytes of a tag.
pub(crate) const TAG_LEN: usize = 16;

const SALT_LEN: usize = 12;

/// One direction's keys.
pub(crate) struct Gcm {
    rtp: (LessSafeKey, [u8; SALT_LEN]),
    rtcp: (LessSafeKey, [u8; SALT_LEN]),
}

impl Gcm {
    pub(crate) fn new(master: MasterKey<'_>, crypto: &dyn RTCCrypto) -> Result<Self, SrtpError> {
        let keys = |encryption, salt| {
            let key: [u8; KEY_LEN] = master.derive(encryption, crypto)?;
            let key = UnboundKey::new(&AES_128_GCM, &key).map_err(|_| SrtpError::NotReady)?;
            Ok((LessSafeKey::new(key), master.derive(salt, crypto)?))
        };
        Ok(Self {
            rtp: keys(Label::RtpEncryption, Label::RtpSalt)?,
            rtcp: keys(Label::RtcpEncryption, Label::RtcpSalt)?,
        })
    }

    /// Encrypts a payload in place; the tag goes after it.
    pub(crate) fn seal_rtp(
        &self,
        header: &[u8],
        payload: &mut [u8],
        ssrc: u32,
        index: u64,
    ) -> Result<[u8; TAG_LEN], SrtpError> {
        let (key, salt) = &self.rtp;
        seal(
            key,
            rtp_nonce(salt, ssrc, index),
            Aad::from(header),
            payload,
        )
    }

    /// Decrypts a payload, which its tag follows, in place.
    pub(crate) fn open_rtp(
        &self,
        header: &[u8],
        payload: &mut [u8],
        ssrc: u32,
        index: u64,
    ) -> Result<(), SrtpError> {
        let (key, salt) = &self.rtp;
        open(
            key,
            rtp_nonce(salt, ssrc, index),
            Aad::from(header),
            payload,
        )
    }

    /// Encrypts what follows the clear part of a compound packet; the tag and the index word go
    /// after it.
    pub(crate) fn seal_rtcp(
        &self,
        clear: [u8; RTCP_CLEAR_LEN],
        rest: &mut [u8],
        ssrc: u32,
        index_word: u32,
    ) -> Result<[u8; TAG_LEN], SrtpError> {
        let (key, salt) = &self.rtcp;
        let aad = rtcp_associated_data(clear, index_word);
        seal(
            key,
            rtcp_nonce(salt, ssrc, index_word),
            Aad::from(aad),
            rest,
        )
    }

    /// Decrypts what follows the clear part, its tag included.
    pub(crate) fn open_rtcp(
        &self,
        clear: [u8; RTCP_CLEAR_LEN],
        rest: &mut [u8],
        ssrc: u32,
        index_word: u32,
    ) -> Result<(), SrtpError> {
        let (key, salt) = &self.rtcp;
        let aad = rtcp_associated_data(clear, index_word);
        open(
            key,
            rtcp_nonce(salt, ssrc, index_word),
            Aad::from(aad),
            rest,
        )
    }
}

fn seal(
    key: &LessSafeKey,
    nonce: Nonce,
    aad: Aad<impl AsRef<[u8]>>,
    data: &mut [u8],
) -> Result<[u8; TAG_LEN], SrtpError> {
    let tag: Tag = key
        .seal_in_place_separate_tag(nonce, aad, data)
        .map_err(|_| SrtpError::Malformed)?;
    tag.as_ref().try_into().map_err(|_| SrtpError::Malformed)
}

fn open(
    key: &LessSafeKey,
    nonce: Nonce,
    aad: Aad<impl AsRef<[u8]>>,
    data: &mut [u8],
) -> Result<(), SrtpError> {
    key.open_in_place(nonce, aad, data)
        .map(drop)
        .map_err(|_| SrtpError::NotAuthentic)
}

/// RFC 7714 section 8.1.
fn rtp_nonce(salt: &[u8; SALT_LEN], ssrc: u32, index: u64) -> Nonce {
    let mut nonce = *salt;
    xor(&mut nonce[2..6], &ssrc.to_be_bytes());
    xor(&mut nonce[6..12], &index.to_be_bytes()[2..]);
    Nonce::assume_unique_for_key(nonce)
}

/// RFC 7714 section 9.1.
fn rtcp_nonce(salt: &[u8; SALT_LEN], ssrc: u32, index_word: u32) -> Nonce {
    let mut nonce = *salt;
    xor(&mut nonce[2..6], &ssrc.to_be_bytes());
    xor(
        &mut nonce[8..12],
        &(index_word & !super::ENCRYPTED).to_be_bytes(),
    );
    Nonce::assume_unique_for_key(nonce)
}

/// RFC 7714 section 9.2.
fn rtcp_associated_data(clear: [u8; RTCP_CLEAR_LEN], index_word: u32) -> [u8; RTCP_CLEAR_LEN + 4] {
    let mut data = [0; RTCP_CLEAR_LEN + 4];
    data[..RTCP_CLEAR_LEN].copy_from_slice(&clear);
    data[RTCP_CLEAR_LEN..].copy_from_slice(&index_word.to_be_bytes());
    data
}

fn xor(to: &mut [u8], with: &[u8]) {
    for (to, with) in to.iter_mut().zip(with) {
        *to ^= with;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::hex;

    fn with_session_keys(key: &str, salt: &str) -> Gcm {
        let keys = || {
            let key = UnboundKey::new(&AES_128_GCM, &hex(key)).unwrap();
            (LessSafeKey::new(key), hex(salt).try_into().unwrap())
        };
        Gcm {
            rtp: keys(),
            rtcp: keys(),
        }
    }

    const KEY: &str = "000102030405060708090a0b0c0d0e0f";
    const SALT: &str = "517569642070726f2071756f";

    /// RFC 7714 section 16.1.1.
    #[test]
    fn an_rtp_packet_of_the_rfc_is_sealed_and_opened() {
        let gcm = with_session_keys(KEY, SALT);
        let header = hex("8040f17b8041f8d35501a0b2");
        let plain =
            hex("47616c6c696120657374206f6d6e697320646976697361 20696e207061727465732074726573");
        let sealed = hex(
            "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833
             899d7f27beb16a9152cf765ee4390cce",
        );
        let mut payload = plain.clone();
        let tag = gcm
            .seal_rtp(&header, &mut payload, 0x5501_a0b2, 0xf17b)
            .unwrap();
        payload.extend(tag);
        assert_eq!(payload, sealed);
        gcm.open_rtp(&header, &mut payload, 0x5501_a0b2, 0xf17b)
            .unwrap();
        assert_eq!(payload[..plain.len()], plain);
    }

    /// RFC 7714 section 17.1.
    #[test]
    fn an_rtcp_packet_of_the_rfc_is_sealed() {
        let gcm = with_session_keys(KEY, SALT);
        let clear = hex("81c8000d4d617273").try_into().unwrap();
        let mut rest = hex(
            "4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
        );
        let sealed = hex(
            "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b",
        );
        let tag = gcm
            .seal_rtcp(clear, &mut rest, 0x4d61_7273, 0x8000_05d4)
            .unwrap();
        assert_eq!(rest, sealed);
        assert_eq!(tag.to_vec(), hex("c84aa45896cf4d2fc5abf87245d9eade"));
    }
}
