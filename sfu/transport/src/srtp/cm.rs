//! `AES128_CM_HMAC_SHA1_80` (RFC 3711): for clients that know no GCM.
//!
//! The payload is encrypted in counter mode (section 4.1.1); an HMAC-SHA1 over the packet and its
//! rollover counter, cut to 80 bits, follows it (section 4.2).

use ring::hmac;
use rtc_crypto::{RTCCrypto, StreamCipher, StreamCipherAlgorithm};
use subtle::ConstantTimeEq;

use super::{
    SrtpError,
    keys::{KEY_LEN, Label, MasterKey},
};

/// Bytes of a tag.
pub(crate) const TAG_LEN: usize = 10;

const SALT_LEN: usize = 14;
const AUTHENTICATION_KEY_LEN: usize = 20;

/// One direction's keys.
pub(crate) struct CounterMode {
    pub(crate) rtp: Keys,
    pub(crate) rtcp: Keys,
}

/// The keys for RTP, or for RTCP.
pub(crate) struct Keys {
    cipher: Box<dyn StreamCipher>,
    salt: [u8; SALT_LEN],
    authentication: hmac::Key,
}

impl CounterMode {
    pub(crate) fn new(master: MasterKey<'_>, crypto: &dyn RTCCrypto) -> Result<Self, SrtpError> {
        let keys = |encryption, authentication, salt| {
            let key: [u8; KEY_LEN] = master.derive(encryption, crypto)?;
            let authentication: [u8; AUTHENTICATION_KEY_LEN] =
                master.derive(authentication, crypto)?;
            Ok(Keys {
                cipher: crypto
                    .new_stream_cipher(StreamCipherAlgorithm::Aes128Ctr, &key)
                    .map_err(|_| SrtpError::NotReady)?,
                salt: master.derive(salt, crypto)?,
                authentication: hmac::Key::new(
                    hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
                    &authentication,
                ),
            })
        };
        Ok(Self {
            rtp: keys(
                Label::RtpEncryption,
                Label::RtpAuthentication,
                Label::RtpSalt,
            )?,
            rtcp: keys(
                Label::RtcpEncryption,
                Label::RtcpAuthentication,
                Label::RtcpSalt,
            )?,
        })
    }
}

impl Keys {
    /// Encrypts or decrypts in place, with the packet's index, or for RTCP the SRTCP index.
    pub(crate) fn apply(
        &mut self,
        data: &mut [u8],
        ssrc: u32,
        index: u64,
    ) -> Result<(), SrtpError> {
        let mut initial = [0; 16];
        initial[..SALT_LEN].copy_from_slice(&self.salt);
        let position = (u128::from(ssrc) << 64) ^ (u128::from(index) << 16);
        let initial = u128::from_be_bytes(initial) ^ position;
        self.cipher
            .apply_keystream(&initial.to_be_bytes(), data)
            .map_err(|_| SrtpError::Malformed)
    }

    /// The tag over parts that follow each other.
    pub(crate) fn tag(&self, parts: [&[u8]; 2]) -> [u8; TAG_LEN] {
        let mut context = hmac::Context::with_key(&self.authentication);
        for part in parts {
            context.update(part);
        }
        let mut tag = [0; TAG_LEN];
        tag.copy_from_slice(&context.sign().as_ref()[..TAG_LEN]);
        tag
    }

    /// Checks a tag in constant time.
    pub(crate) fn verify(&self, parts: [&[u8]; 2], tag: &[u8]) -> Result<(), SrtpError> {
        if self.tag(parts).ct_eq(tag).into() {
            Ok(())
        } else {
            Err(SrtpError::NotAuthentic)
        }
    }
}
