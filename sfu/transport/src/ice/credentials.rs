//! ICE user name fragments and passwords (RFC 8445 section 5.3).

use rand::RngCore;

/// The characters that both are made of: exactly 64, six bits each.
const ICE_CHARS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// 96 bits: far more than the RFC's 24, because it also names the transport among all others of a
/// port.
const UFRAG_LEN: usize = 16;
/// 192 bits; the RFC asks for 128.
const PASSWORD_LEN: usize = 32;

/// One side's credentials for one ICE session.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) ufrag: String,
    pub(crate) password: String,
}

impl Credentials {
    pub(crate) fn generate(rng: &mut impl RngCore) -> Self {
        let mut text = |len: usize| {
            let mut bytes = vec![0; len];
            rng.fill_bytes(&mut bytes);
            bytes
                .into_iter()
                .map(|byte| char::from(ICE_CHARS[usize::from(byte % 64)]))
                .collect()
        };
        Self {
            ufrag: text(UFRAG_LEN),
            password: text(PASSWORD_LEN),
        }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("ufrag", &self.ufrag)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rng;

    #[test]
    fn credentials_are_long_enough_and_made_of_ice_characters() {
        let credentials = Credentials::generate(&mut rng(1));
        for (text, len) in [
            (&credentials.ufrag, UFRAG_LEN),
            (&credentials.password, PASSWORD_LEN),
        ] {
            assert_eq!(text.len(), len);
            assert!(text.bytes().all(|byte| ICE_CHARS.contains(&byte)));
        }
        assert_ne!(credentials, Credentials::generate(&mut rng(2)));
    }

    #[test]
    fn printing_credentials_shows_no_password() {
        let credentials = Credentials::generate(&mut rng(1));
        assert!(!format!("{credentials:?}").contains(&credentials.password));
    }
}
