//! Codes by the clock (RFC 6238): six digits, half a minute, HMAC-SHA-1, as every authenticator has them.

use booking_domain::CODE_PERIOD_S;
use ids::StaffId;
use rand::{TryRngCore, rngs::OsRng};
use totp_rs::{Algorithm, TOTP};

use crate::ProblemCode;

const DIGITS: usize = 6;
/// The length of HMAC-SHA-1's output (RFC 4226 section 4, R6).
const SECRET_BYTES: usize = 20;
const ISSUER: &str = "OpenVisit";

/// What a member's secret is sealed for.
pub(crate) fn context(staff: StaffId) -> String {
    format!("totp {staff}")
}

/// A new secret for a login.
pub(crate) fn generate(login: &str) -> Result<TOTP, ProblemCode> {
    let mut secret = vec![0; SECRET_BYTES];
    OsRng.try_fill_bytes(&mut secret).map_err(unusable)?;
    with_secret(secret, login)
}

/// The codes of a secret.
pub(crate) fn with_secret(secret: Vec<u8>, login: &str) -> Result<TOTP, ProblemCode> {
    let (issuer, login) = (Some(ISSUER.to_owned()), login.replace(':', " "));
    TOTP::new(
        Algorithm::SHA1,
        DIGITS,
        1,
        CODE_PERIOD_S,
        secret,
        issuer,
        login,
    )
    .map_err(unusable)
}

/// Whether a code is the one of a time step, compared in constant time.
pub(crate) fn is_code_of(codes: &TOTP, code: &str, step: u64) -> bool {
    let right = codes.generate(step.saturating_mul(CODE_PERIOD_S));
    code.len() == right.len()
        && code
            .bytes()
            .zip(right.bytes())
            .fold(0, |differs, (a, b)| differs | (a ^ b))
            == 0
}

fn unusable(error: impl std::fmt::Display) -> ProblemCode {
    tracing::error!(%error, "a second factor cannot be used");
    ProblemCode::Unavailable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_that_of_rfc_6238_appendix_b() {
        let codes = with_secret(b"12345678901234567890".to_vec(), "wang").unwrap();
        assert!(is_code_of(&codes, "287082", 59 / 30));
        assert!(is_code_of(&codes, "081804", 1_111_111_109 / 30));
        assert!(!is_code_of(&codes, "081804", 1_111_111_139 / 30));
        assert!(!is_code_of(&codes, "08180", 1_111_111_109 / 30));
    }

    #[test]
    fn an_authenticator_reads_who_and_where_out_of_the_address() {
        let url = generate("wang.xinyi").unwrap().get_url();
        assert!(
            url.starts_with("otpauth://totp/OpenVisit:wang.xinyi?secret="),
            "{}",
            url.len()
        );
    }
}
