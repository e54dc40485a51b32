//! The hashes that stand in for secrets in a store.

use std::fmt;

use sha2::{Digest, Sha256};

macro_rules! hash_of_a_secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// A hash as a store keeps it.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The hash, for a store.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            pub(crate) fn of(secret: &[u8]) -> Self {
                Self(Sha256::digest(secret).into())
            }
        }

        /// The first four bytes: enough to tell two apart in a log.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let [a, b, c, d, ..] = self.0;
                write!(f, "{}({a:02x}{b:02x}{c:02x}{d:02x}…)", stringify!($name))
            }
        }
    };
}

hash_of_a_secret!(
    /// SHA-256 of a link's token: all that is stored of a link.
    LinkHash
);
hash_of_a_secret!(
    /// SHA-256 of a device key: which device redeemed a link.
    DeviceHash
);
hash_of_a_secret!(
    /// SHA-256 of a terminal's or an officer's [`crate::Secret`].
    SecretHash
);
hash_of_a_secret!(
    /// SHA-256 of a [`crate::TestKey`].
    TestKeyHash
);
