//! The grant with which a device comes back to its seat.
//!
//! A grant is a JWT (RFC 7519) signed with Ed25519 (`EdDSA`, RFC 8037); its header names the key by
//! `kid`. It is made once, when a link is redeemed, and says all that a return needs, so that coming back
//! needs no database. `exp` is the end of the slot; time is checked against the caller's clock only.

use std::{collections::BTreeMap, fmt};

use ids::{Seat, VisitId};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    jwk::Jwk,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{DeviceHash, KeyRingError, Window};

const ISSUER: &str = "openvisit";
const AUDIENCE: &str = "openvisit seat";
/// Many times what a grant with long names needs.
const MAX_CHARACTERS: usize = 4096;
/// What stands before the 32-byte seed in the PKCS #8 form of an Ed25519 key (RFC 8410 section 7).
const PKCS8_HEAD: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// What a grant says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatGrant {
    /// The visit.
    pub visit: VisitId,
    /// The seat.
    pub seat: Seat,
    /// How many links had been issued for the seat, with this one; a newer link outdates the grant.
    pub generation: u32,
    /// The device that redeemed the link.
    pub device: DeviceHash,
    /// The person's name, as others in the call see it.
    pub name: String,
    /// The facility's name.
    pub facility: String,
    /// The inmate's name.
    pub inmate: String,
    /// From when one may join, Unix milliseconds.
    pub opens_at_ms: u64,
    /// The agreed minute, Unix milliseconds.
    pub starts_at_ms: u64,
    /// The end of the slot, Unix milliseconds.
    pub ends_at_ms: u64,
    /// The person's language as a BCP 47 tag, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// Why a grant does not let anybody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// Not made here, changed on the way, or signed with a key that is no longer in use.
    #[error("the grant is not valid")]
    Invalid,
    /// The slot has ended.
    #[error("the slot of the grant has ended")]
    Over,
}

#[derive(Serialize, Deserialize)]
struct Claims<T> {
    iss: String,
    aud: String,
    iat: u64,
    exp: u64,
    #[serde(flatten)]
    grant: T,
}

/// The Ed25519 keys (RFC 8032) of grants: one signs, all of them verify.
#[derive(Clone)]
pub struct GrantKeyRing {
    current: u8,
    signer: EncodingKey,
    verifiers: BTreeMap<u8, DecodingKey>,
}

impl GrantKeyRing {
    /// A ring of keys, each made from a 32-byte seed, of which `current` signs.
    pub fn new(
        current: u8,
        seeds: impl IntoIterator<Item = (u8, [u8; 32])>,
    ) -> Result<Self, KeyRingError> {
        let mut signer = None;
        let mut verifiers = BTreeMap::new();
        for (id, seed) in seeds {
            let key = EncodingKey::from_ed_der(&[PKCS8_HEAD.as_slice(), &seed].concat());
            let verifier = Jwk::from_encoding_key(&key, Algorithm::EdDSA)
                .and_then(|jwk| DecodingKey::from_jwk(&jwk))
                .map_err(|_| KeyRingError::KeyNotUsable(id))?;
            if verifiers.insert(id, verifier).is_some() {
                return Err(KeyRingError::KeyIdTwice(id));
            }
            if id == current {
                signer = Some(key);
            }
        }
        let signer = signer.ok_or(KeyRingError::CurrentMissing(current))?;
        Ok(Self {
            current,
            signer,
            verifiers,
        })
    }

    /// The grant as a JWT, issued at `now_ms`.
    #[must_use]
    pub fn seal(&self, grant: &SeatGrant, now_ms: u64) -> String {
        self.sign(AUDIENCE, grant, grant.ends_at_ms, now_ms)
    }

    /// What a grant says, if it was made here and its slot has not ended at `now_ms`.
    pub fn open(&self, grant: &str, now_ms: u64) -> Result<SeatGrant, GrantError> {
        let grant: SeatGrant = self.verify(AUDIENCE, grant)?;
        match Window::at(now_ms, grant.opens_at_ms, grant.ends_at_ms) {
            Window::Over => Err(GrantError::Over),
            Window::Early { .. } | Window::Open => Ok(grant),
        }
    }

    /// What is granted as a JWT for one audience, which no other takes.
    pub(crate) fn sign<T: Serialize>(
        &self,
        audience: &str,
        grant: &T,
        ends_at_ms: u64,
        now_ms: u64,
    ) -> String {
        let header = Header {
            kid: Some(self.current.to_string()),
            ..Header::new(Algorithm::EdDSA)
        };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: audience.to_owned(),
            iat: now_ms / 1000,
            exp: ends_at_ms.div_ceil(1000),
            grant,
        };
        encode(&header, &claims, &self.signer)
            .expect("the key was read when the ring was made, and claims are plain JSON")
    }

    /// What was granted to `audience`, at whatever time.
    pub(crate) fn verify<T: DeserializeOwned>(
        &self,
        audience: &str,
        grant: &str,
    ) -> Result<T, GrantError> {
        let verifier = self.verifier_of(grant).ok_or(GrantError::Invalid)?;
        decode::<Claims<T>>(grant, verifier, &validation(audience))
            .map(|token| token.claims.grant)
            .map_err(|_| GrantError::Invalid)
    }

    fn verifier_of(&self, grant: &str) -> Option<&DecodingKey> {
        if grant.len() > MAX_CHARACTERS {
            return None;
        }
        let key_id = decode_header(grant).ok()?.kid?;
        self.verifiers.get(&key_id.parse::<u8>().ok()?)
    }
}

/// One algorithm, one issuer, one audience; the clock is the caller's.
fn validation(audience: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.validate_exp = false;
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[audience]);
    validation
}

impl fmt::Debug for GrantKeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrantKeyRing")
            .field("current", &self.current)
            .field("key_ids", &self.verifiers.keys())
            .finish_non_exhaustive()
    }
}
