//! Certificate fingerprints in SDP (RFC 8122 section 5).

use std::fmt::{self, Write};

use ring::digest;

/// The hash functions that a fingerprint may use here, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HashFunction {
    Sha256,
    Sha384,
    Sha512,
}

impl HashFunction {
    fn parse(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Sha384, Self::Sha512]
            .into_iter()
            .find(|function| function.name().eq_ignore_ascii_case(name))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    fn algorithm(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }
}

/// A certificate's fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    function: HashFunction,
    digest: Vec<u8>,
}

impl Fingerprint {
    /// The fingerprint of a certificate in DER.
    pub(crate) fn of(certificate: &[u8], function: HashFunction) -> Self {
        let digest = digest::digest(function.algorithm(), certificate)
            .as_ref()
            .to_vec();
        Self { function, digest }
    }

    /// Reads an `a=fingerprint` value; `None` for a hash function that is too weak or unknown, and
    /// for a digest of the wrong length.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let (name, digits) = value.trim().split_once(' ')?;
        let function = HashFunction::parse(name)?;
        let digest = digits
            .trim()
            .split(':')
            .map(|byte| {
                u8::from_str_radix(byte, 16)
                    .ok()
                    .filter(|_| byte.len() == 2)
            })
            .collect::<Option<Vec<u8>>>()?;
        (digest.len() == function.algorithm().output_len()).then_some(Self { function, digest })
    }

    /// Whether a certificate is one that `offered` announces. Of several hash functions the
    /// strongest counts, and one match suffices (RFC 8122 section 5).
    pub(crate) fn announced(offered: &[Self], certificate: &[u8]) -> bool {
        let Some(strongest) = offered.iter().map(|fingerprint| fingerprint.function).max() else {
            return false;
        };
        offered.contains(&Self::of(certificate, strongest))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function.name())?;
        for (index, byte) in self.digest.iter().enumerate() {
            f.write_char(if index == 0 { ' ' } else { ':' })?;
            write!(f, "{byte:02X}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for function in [
            HashFunction::Sha256,
            HashFunction::Sha384,
            HashFunction::Sha512,
        ] {
            let fingerprint = Fingerprint::of(b"certificate", function);
            assert_eq!(
                Fingerprint::parse(&fingerprint.to_string()),
                Some(fingerprint)
            );
        }
    }

    #[test]
    fn weak_or_garbled_fingerprints_are_not_read() {
        let good = Fingerprint::of(b"certificate", HashFunction::Sha256).to_string();
        for bad in [
            "",
            "sha-256",
            "sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB",
            &good.replacen("sha-256", "sha-384", 1),
            &good[..good.len() - 3],
            &good.replacen(':', "", 1),
            &good.replacen(':', ":+", 1),
        ] {
            assert_eq!(Fingerprint::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_strongest_hash_function_decides_and_one_match_suffices() {
        let right = |function| Fingerprint::of(b"right", function);
        let wrong = |function| Fingerprint::of(b"wrong", function);
        let announced = |offered: &[Fingerprint]| Fingerprint::announced(offered, b"right");
        assert!(announced(&[right(HashFunction::Sha256)]));
        assert!(announced(&[
            wrong(HashFunction::Sha256),
            right(HashFunction::Sha256)
        ]));
        assert!(announced(&[
            wrong(HashFunction::Sha256),
            right(HashFunction::Sha512)
        ]));
        assert!(!announced(&[
            right(HashFunction::Sha256),
            wrong(HashFunction::Sha384)
        ]));
        assert!(!announced(&[wrong(HashFunction::Sha256)]));
        assert!(!announced(&[]));
    }
}
