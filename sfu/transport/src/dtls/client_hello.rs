//! What a `ClientHello` says about SRTP (RFC 5764 section 4.1.1).
//!
//! rtc-dtls takes the first profile of the *client's* list that is allowed, and browsers list AES-CM
//! first. So the list is looked at before the handshake begins, and one profile alone is allowed.

use crate::srtp::Profile;

const EXTENSION_USE_SRTP: u16 = 14;
const SRTP_AES128_CM_HMAC_SHA1_80: u16 = 0x0001;
const SRTP_AEAD_AES_128_GCM: u16 = 0x0007;

/// Bytes of the version and the random.
const FIXED_LEN: usize = 2 + 32;

/// The profile to agree on: GCM where the client has it. `None` when the hello cannot be read or
/// offers no profile that we have.
pub(crate) fn best_profile(client_hello: &[u8]) -> Option<Profile> {
    let profiles = srtp_profiles(client_hello)?;
    let offers = |wanted: u16| {
        profiles
            .chunks_exact(2)
            .any(|profile| profile == wanted.to_be_bytes())
    };
    if offers(SRTP_AEAD_AES_128_GCM) {
        Some(Profile::AeadAes128Gcm)
    } else if offers(SRTP_AES128_CM_HMAC_SHA1_80) {
        Some(Profile::Aes128CmSha1_80)
    } else {
        None
    }
}

fn srtp_profiles(client_hello: &[u8]) -> Option<&[u8]> {
    let rest = client_hello.get(FIXED_LEN..)?;
    let (_session_id, rest) = vector_u8(rest)?;
    let (_cookie, rest) = vector_u8(rest)?;
    let (_cipher_suites, rest) = vector_u16(rest)?;
    let (_compression_methods, rest) = vector_u8(rest)?;
    let (mut extensions, _) = vector_u16(rest)?;
    while let Some((kind, rest)) = extensions.split_first_chunk() {
        let (data, rest) = vector_u16(rest)?;
        if u16::from_be_bytes(*kind) == EXTENSION_USE_SRTP {
            return vector_u16(data).map(|(profiles, _)| profiles);
        }
        extensions = rest;
    }
    None
}

/// A vector with one byte of length, and what follows.
fn vector_u8(from: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = from.split_first()?;
    rest.split_at_checked(usize::from(*len))
}

/// A vector with two bytes of length, and what follows.
fn vector_u16(from: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = from.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hello(extensions: &[u8]) -> Vec<u8> {
        let mut hello = vec![0xfe, 0xfd];
        hello.extend([5; 32]);
        hello.extend([0, 2, 7, 7, 0, 2, 0xc0, 0x2b, 1, 0]);
        hello.extend((extensions.len() as u16).to_be_bytes());
        hello.extend(extensions);
        hello
    }

    fn use_srtp(profiles: &[u8]) -> Vec<u8> {
        let mut extension = vec![0, 23, 0, 0, 0, 14, 0, 3 + profiles.len() as u8];
        extension.extend([0, profiles.len() as u8]);
        extension.extend(profiles);
        extension.push(0);
        hello(&extension)
    }

    #[test]
    fn gcm_is_taken_wherever_the_client_lists_it() {
        let best = |profiles: &[u8]| best_profile(&use_srtp(profiles));
        assert_eq!(best(&[0, 1, 0, 8, 0, 7]), Some(Profile::AeadAes128Gcm));
        assert_eq!(best(&[0, 7, 0, 1]), Some(Profile::AeadAes128Gcm));
        assert_eq!(best(&[0, 8, 0, 1, 0, 2]), Some(Profile::Aes128CmSha1_80));
        assert_eq!(best(&[0, 8, 0, 2]), None);
        assert_eq!(best(&[]), None);
    }

    #[test]
    fn a_hello_without_srtp_or_cut_short_gives_no_profile() {
        assert_eq!(best_profile(&hello(&[0, 23, 0, 0])), None);
        let whole = use_srtp(&[0, 7]);
        for len in 0..whole.len() - 1 {
            assert_eq!(best_profile(&whole[..len]), None, "{len} bytes");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = best_profile(&bytes);
        }
    }
}
