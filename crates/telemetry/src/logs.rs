//! Log lines: for people on a terminal, as JSON for a collector.

use serde::{Deserialize, Serialize};
use tracing::{Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::layer::{Filter, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// How a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Why logs could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogsError {
    /// The filter does not parse.
    #[error("the log filter {filter:?} is not one: {reason}")]
    Filter {
        /// The filter as configured.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The filter lets nothing through that an operator must hear.
    #[error("the log filter {0:?} lets no error of the program through")]
    Silent(String),
    /// The program has set up logs already.
    #[error("logs are set up already")]
    AlreadySet,
}

/// Libraries that write down, at DEBUG and TRACE, what passes through them, tokens and secrets with it.
/// They are heard from INFO on, whatever an operator asks for.
const TALKATIVE: [&str; 6] = [
    "tungstenite",
    "tokio_tungstenite",
    "hyper",
    "h2",
    "rustls",
    "sqlx",
];

/// Libraries that call every ordinary browser's greeting a warning. Their errors are heard.
const EASILY_ALARMED: [&str; 1] = ["rtc_dtls"];

/// The filter that an operator asks for, without what would show people's secrets.
///
/// `filter` has the form of `tracing_subscriber::EnvFilter`, such as `info,sfu_server=debug`.
///
/// # Errors
/// A filter that does not parse.
pub fn filter<S: Subscriber>(filter: &str) -> Result<impl Filter<S> + use<S>, LogsError> {
    let asked = EnvFilter::try_new(filter).map_err(|error| LogsError::Filter {
        filter: filter.to_owned(),
        reason: error.to_string(),
    })?;
    Ok(asked.and(filter_fn(|line| {
        let library = line.target().split("::").next().unwrap_or_default();
        let quietest = if TALKATIVE.contains(&library) {
            Level::INFO
        } else if EASILY_ALARMED.contains(&library) {
            Level::ERROR
        } else {
            Level::TRACE
        };
        *line.level() <= quietest
    })))
}

/// Whether a filter can be used and lets through what an operator must hear. A slip of the pen such as `inf` is a
/// filter too: it names a library that does not exist, and no other is heard.
///
/// # Errors
/// It does not parse, or lets no error of the program through.
pub fn check(filter: &str) -> Result<(), LogsError> {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::sink);
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(self::filter(filter)?));
    let heard = tracing::subscriber::with_default(
        subscriber,
        || tracing::enabled!(target: "openvisit", Level::ERROR),
    );
    if heard {
        Ok(())
    } else {
        Err(LogsError::Silent(filter.to_owned()))
    }
}

/// Sends the program's logs to standard error, from now on, through [`filter`].
///
/// # Errors
/// A filter that does not parse, or a second call in one program.
pub fn init(format: Format, filter: &str) -> Result<(), LogsError> {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry();
    match format {
        Format::Text => registry
            .with(lines.with_filter(self::filter(filter)?))
            .try_init(),
        Format::Json => registry
            .with(lines.json().with_filter(self::filter(filter)?))
            .try_init(),
    }
    .map_err(|_| LogsError::AlreadySet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_silences_the_program_is_told_from_one_that_does_not() {
        for heard in ["info", "error", "info,sfu_server=debug", "openvisit=warn"] {
            assert!(check(heard).is_ok(), "{heard}");
        }
        for silent in ["inf", "off", "sfu_server=debug", "info,openvisit=off"] {
            let refused = check(silent);
            assert!(matches!(refused, Err(LogsError::Silent(_))), "{silent}");
        }
        assert!(matches!(check("a=b=c"), Err(LogsError::Filter { .. })));
    }
}
