//! Log lines: for people on a terminal, as JSON for a collector.

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;
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
    /// The program has set up logs already.
    #[error("logs are set up already")]
    AlreadySet,
}

/// Sends the program's logs to standard error, from now on.
///
/// `filter` has the form of `tracing_subscriber::EnvFilter`, such as `info,sfu_server=debug`.
///
/// # Errors
/// A filter that does not parse, or a second call in one program.
pub fn init(format: Format, filter: &str) -> Result<(), LogsError> {
    let filter = EnvFilter::try_new(filter).map_err(|error| LogsError::Filter {
        filter: filter.to_owned(),
        reason: error.to_string(),
    })?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        Format::Text => builder.finish().try_init(),
        Format::Json => builder.json().finish().try_init(),
    }
    .map_err(|_| LogsError::AlreadySet)
}
