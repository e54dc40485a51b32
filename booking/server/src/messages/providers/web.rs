//! What gateways over HTTP have in common.

use std::time::Duration;

use booking_domain::Failure;
use reqwest::{Client, RequestBuilder, StatusCode, redirect::Policy};

use super::{ProviderError, Refusal};

const CONNECTING: Duration = Duration::from_secs(5);
/// How long an answer may take, where nothing else is set.
pub(super) const ANSWERING: Duration = Duration::from_secs(12);
/// Far more than any gateway answers, bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// A client that follows nobody elsewhere with a message.
pub(super) fn client(provider: &'static str, answering: Duration) -> Result<Client, ProviderError> {
    Client::builder()
        .connect_timeout(CONNECTING)
        .timeout(answering)
        .redirect(Policy::none())
        .user_agent("openvisit")
        .build()
        .map_err(|error| ProviderError::Gateway(provider, error.to_string()))
}

/// Sends a request. An answer that does not come leaves open whether the message was taken.
pub(super) async fn ask(request: RequestBuilder) -> Result<(StatusCode, String), Refusal> {
    let lost = |error: reqwest::Error| {
        let why = if error.is_timeout() {
            "no answer in time"
        } else if error.is_connect() {
            "cannot be reached"
        } else {
            "the answer was lost"
        };
        Refusal::new(Failure::Unreachable, why)
    };
    let mut response = request.send().await.map_err(lost)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(Refusal::new(Failure::Unreachable, "too long an answer"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

/// What a status other than success says: a gateway that refuses us (a wrong password, an unpaid bill) or
/// everybody is waited for, since the message is not to blame.
pub(super) fn failure_of(status: StatusCode) -> Failure {
    match status {
        StatusCode::UNAUTHORIZED
        | StatusCode::PAYMENT_REQUIRED
        | StatusCode::FORBIDDEN
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED
        | StatusCode::NOT_FOUND
        | StatusCode::METHOD_NOT_ALLOWED => Failure::Unreachable,
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::CONFLICT
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS => Failure::Deferred,
        status if status.is_client_error() => Failure::Rejected,
        _ => Failure::Unreachable,
    }
}

/// A status that is no success, as a refusal.
pub(super) fn refused(status: StatusCode) -> Refusal {
    Refusal::new(failure_of(status), format!("status {}", status.as_u16()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_message_is_not_to_blame_for_is_waited_for() {
        let failure = |status| failure_of(StatusCode::from_u16(status).unwrap());
        for status in [401, 402, 403, 404, 301, 500, 502, 503] {
            assert_eq!(failure(status), Failure::Unreachable, "{status}");
        }
        assert_eq!(failure(429), Failure::Deferred);
        assert_eq!(failure(400), Failure::Rejected);
        assert_eq!(failure(422), Failure::Rejected);
    }
}
