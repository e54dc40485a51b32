//! What lets a device into a seat, from the text message to the last reconnect.
//!
//! 1. A visitor gets a **link** by text message. Its token stands in the URL's fragment, is 32
//!    characters long and signed ([`LinkKeyRing`]): a made-up or mistyped one is known as such without
//!    a look into the database, so the answer tells nobody which links exist. A link is redeemed once.
//! 2. Whoever redeems it gets a **seat grant** ([`GrantKeyRing`], a JWT): bound to visit, seat, device
//!    and the end of the slot. The same device comes back with it, also while the database is away.
//!    Whoever tests a phone before a visit gets a **test pass** ([`TestPass`]) from the same ring: a minute, alone.
//!    The message of the day before brings a **test key** ([`TestKey`]), which asks for such passes and for nothing else.
//! 3. Terminals and officers hold a **secret** ([`Secret`]), 256 random bits.
//! 4. Whoever has a seat, or tests a phone, may use the relay, by a **credential** ([`RelayCredential`]) that ends with
//!    the slot or the test.
//!
//! Stores keep hashes only: [`LinkHash`], [`DeviceHash`], [`SecretHash`], [`TestKeyHash`]. What is secret never shows in
//! `Debug`; it is spelled out by `reveal()` alone.
//!
//! Nothing here reads a clock or draws randomness of its own: both are arguments. Both rings rotate the
//! same way: add a key, make it the current one, and remove the old one once the last slot signed with
//! it has passed.

mod device;
mod hash;
mod link_ring;
mod link_token;
mod relay;
mod seat_grant;
mod secret;
mod slot;
mod test_key;
mod test_pass;

pub use device::{DeviceKey, DeviceKeyError};
pub use hash::{DeviceHash, LinkHash, SecretHash, TestKeyHash};
pub use link_ring::{KeyRingError, LinkError, LinkKeyRing, MintError, VerifiedLink};
pub use link_token::LinkToken;
pub use relay::{RelayCredential, RelayCredentials, RelaySecret, RelaySecretError};
pub use seat_grant::{GrantError, GrantKeyRing, SeatGrant};
pub use secret::{Secret, SecretError};
pub use slot::{MOST_GIVEN_BACK_MINUTES, Slot, Window};
pub use test_key::{TestKey, TestKeyError};
pub use test_pass::TestPass;
