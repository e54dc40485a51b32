//! ICE user name fragments and passwords (RFC 8445 section 5.3).

use rand::RngCore;

/// The characters that both are made of: exactly 64, six bits each.
const ICE_CHARS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// 84 bits of chance: far more than the RFC's 24, because it also names the transport among all
/// others of a port. Two characters before them name the port.
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
    /// Credentials of a transport that belongs to this port, a number below 4,096.
    pub(crate) fn generate(port_number: u16, rng: &mut impl RngCore) -> Self {
        let mut text = |beginning: &[u16], len: usize| -> String {
            let mut bytes = vec![0; len - beginning.len()];
            rng.fill_bytes(&mut bytes);
            let digits = bytes.into_iter().map(u16::from);
            beginning
                .iter()
                .copied()
                .chain(digits)
                .map(|digit| char::from(ICE_CHARS[usize::from(digit % 64)]))
                .collect()
        };
        Self {
            ufrag: text(&[port_number / 64, port_number % 64], UFRAG_LEN),
            password: text(&[], PASSWORD_LEN),
        }
    }
}

/// The number of the port that a user fragment of ours belongs to: see
/// [`TransportConfig::port_number`](crate::TransportConfig::port_number). A check that came by a
/// connection, and so to no port, tells by it where it wants to go.
#[must_use]
pub fn port_of_ufrag(ufrag: &str) -> Option<u16> {
    let digit = |character: &u8| ICE_CHARS.iter().position(|known| known == character);
    let [high, low] = ufrag.as_bytes().first_chunk()?;
    u16::try_from(digit(high)? * 64 + digit(low)?).ok()
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
        let credentials = Credentials::generate(7, &mut rng(1));
        for (text, len) in [
            (&credentials.ufrag, UFRAG_LEN),
            (&credentials.password, PASSWORD_LEN),
        ] {
            assert_eq!(text.len(), len);
            assert!(text.bytes().all(|byte| ICE_CHARS.contains(&byte)));
        }
        assert_ne!(credentials, Credentials::generate(7, &mut rng(2)));
    }

    #[test]
    fn a_user_fragment_says_which_port_it_belongs_to() {
        for number in [0, 1, 63, 64, 4095] {
            let credentials = Credentials::generate(number, &mut rng(1));
            assert_eq!(port_of_ufrag(&credentials.ufrag), Some(number));
        }
        assert_eq!(port_of_ufrag(""), None);
        assert_eq!(port_of_ufrag("A"), None);
        assert_eq!(port_of_ufrag("A\u{20ac}"), None);
    }

    #[test]
    fn printing_credentials_shows_no_password() {
        let credentials = Credentials::generate(7, &mut rng(1));
        assert!(!format!("{credentials:?}").contains(&credentials.password));
    }
}
