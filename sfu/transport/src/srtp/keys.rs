//! From the DTLS handshake to session keys: the keying material's halves (RFC 5764 section 4.2) and
//! the key derivation of RFC 3711 section 4.3, at a key derivation rate of zero.

use rtc_crypto::{BlockCipherAlgorithm, RTCCrypto};

use super::SrtpError;

const BLOCK_LEN: usize = 16;

/// Bytes of an AES-128 key.
pub(crate) const KEY_LEN: usize = 16;

/// How packets are protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// `SRTP_AEAD_AES_128_GCM` (RFC 7714).
    AeadAes128Gcm,
    /// `SRTP_AES128_CM_HMAC_SHA1_80` (RFC 3711, RFC 5764).
    Aes128CmSha1_80,
}

impl Profile {
    /// Bytes of a master salt.
    fn salt_len(self) -> usize {
        match self {
            Self::AeadAes128Gcm => 12,
            Self::Aes128CmSha1_80 => 14,
        }
    }

    /// Bytes that the handshake must export: two keys and two salts.
    pub(crate) fn keying_material_len(self) -> usize {
        2 * (KEY_LEN + self.salt_len())
    }
}

/// Which session key is derived (RFC 3711 section 4.3.1).
#[derive(Clone, Copy)]
pub(crate) enum Label {
    RtpEncryption = 0,
    RtpAuthentication = 1,
    RtpSalt = 2,
    RtcpEncryption = 3,
    RtcpAuthentication = 4,
    RtcpSalt = 5,
}

/// One direction's master key and salt.
#[derive(Clone, Copy)]
pub(crate) struct MasterKey<'a> {
    key: &'a [u8],
    salt: &'a [u8],
}

/// The master keys of both directions.
pub(crate) struct MasterKeys<'a> {
    /// What the DTLS client, the participant, protects with.
    pub(crate) client: MasterKey<'a>,
    /// What the DTLS server, we, protect with.
    pub(crate) server: MasterKey<'a>,
}

impl<'a> MasterKeys<'a> {
    /// Takes exported keying material apart; `None` if it is too short.
    pub(crate) fn split(material: &'a [u8], profile: Profile) -> Option<Self> {
        let (client_key, rest) = material.split_at_checked(KEY_LEN)?;
        let (server_key, rest) = rest.split_at_checked(KEY_LEN)?;
        let (client_salt, rest) = rest.split_at_checked(profile.salt_len())?;
        let server_salt = rest.get(..profile.salt_len())?;
        Some(Self {
            client: MasterKey {
                key: client_key,
                salt: client_salt,
            },
            server: MasterKey {
                key: server_key,
                salt: server_salt,
            },
        })
    }
}

impl MasterKey<'_> {
    /// Derives a session key of `N` bytes.
    pub(crate) fn derive<const N: usize>(
        &self,
        label: Label,
        crypto: &dyn RTCCrypto,
    ) -> Result<[u8; N], SrtpError> {
        let mut block = [0; BLOCK_LEN];
        block[..self.salt.len()].copy_from_slice(self.salt);
        block[7] ^= label as u8;
        let mut derived = [0; N];
        for (counter, chunk) in (0_u16..).zip(derived.chunks_mut(BLOCK_LEN)) {
            let mut keystream = block;
            keystream[BLOCK_LEN - 2..].copy_from_slice(&counter.to_be_bytes());
            crypto
                .block_encrypt(BlockCipherAlgorithm::Aes128, self.key, &mut keystream)
                .map_err(|_| SrtpError::NotReady)?;
            chunk.copy_from_slice(&keystream[..chunk.len()]);
        }
        Ok(derived)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::hex;

    /// RFC 3711 appendix B.3.
    #[test]
    fn the_derivation_gives_the_keys_of_the_rfc() {
        let provider = rtc_crypto::default_provider().unwrap();
        let key = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
        let salt = hex("0EC675AD498AFEEBB6960B3AABE6");
        let master = MasterKey {
            key: &key,
            salt: &salt,
        };
        let encryption: [u8; 16] = master
            .derive(Label::RtpEncryption, provider.crypto())
            .unwrap();
        assert_eq!(encryption.to_vec(), hex("C61E7A93744F39EE10734AFE3FF7A087"));
        let salt: [u8; 14] = master.derive(Label::RtpSalt, provider.crypto()).unwrap();
        assert_eq!(salt.to_vec(), hex("30CBBC08863D8C85D49DB34A9AE1"));
        let authentication: [u8; 20] = master
            .derive(Label::RtpAuthentication, provider.crypto())
            .unwrap();
        assert_eq!(
            authentication.to_vec(),
            hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4")
        );
    }

    #[test]
    fn keying_material_is_two_keys_and_then_two_salts() {
        let material: Vec<u8> = (0..56).collect();
        let keys = MasterKeys::split(&material, Profile::AeadAes128Gcm).unwrap();
        assert_eq!((keys.client.key[0], keys.server.key[0]), (0, 16));
        assert_eq!(
            (keys.client.salt, keys.server.salt),
            (&material[32..44], &material[44..56])
        );
        assert!(MasterKeys::split(&material, Profile::Aes128CmSha1_80).is_none());
    }
}
