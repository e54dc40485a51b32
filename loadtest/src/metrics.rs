//! The server's own `/metrics`, to hold what it counted against what the clients counted.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::door::BaseUrl;

const PATIENCE: Duration = Duration::from_secs(5);

/// The values of all metrics; those with labels stand under their name, added up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerMetrics(BTreeMap<String, f64>);

impl ServerMetrics {
    /// Asks a service without TLS.
    ///
    /// # Errors
    /// It does not answer, or speaks TLS.
    pub async fn fetch(base: &BaseUrl) -> anyhow::Result<Self> {
        let text = timeout(PATIENCE, get(base, "/metrics"))
            .await
            .context("the service took too long over /metrics")??;
        Ok(Self::read(&text))
    }

    fn read(text: &str) -> Self {
        let mut values = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, value)) = line.rsplit_once(' ') else {
                continue;
            };
            let name = name.split('{').next().unwrap_or(name);
            let name = name.strip_prefix("openvisit_").unwrap_or(name);
            if let Ok(value) = value.parse::<f64>() {
                *values.entry(name.to_owned()).or_insert(0.0) += value;
            }
        }
        Self(values)
    }

    /// The value of a counter, without the `openvisit_` in front; 0 if there is none.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counters are whole and positive"
    )]
    pub fn count(&self, name: &str) -> u64 {
        self.0.get(name).map_or(0, |value| *value as u64)
    }

    /// How far a counter went since `before`.
    #[must_use]
    pub fn since(&self, before: &Self, name: &str) -> u64 {
        self.count(name).saturating_sub(before.count(name))
    }
}

/// The body of a page, asked for with HTTP/1.0 so that it ends with the connection.
pub(crate) async fn get(base: &BaseUrl, path: &str) -> anyhow::Result<String> {
    let authority = base
        .plain_authority()
        .context("metrics are read without TLS only")?;
    let mut stream = TcpStream::connect(authority).await?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {authority}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("the service answers something that is not HTTP")?;
    if head.split(' ').nth(1) != Some("200") {
        bail!("{path}: {}", head.lines().next().unwrap_or_default());
    }
    Ok(body.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_name_and_labels_add_up() {
        let metrics = ServerMetrics::read(
            "# HELP x y\n# TYPE x counter\nopenvisit_sfu_rooms 3\n\
             openvisit_sfu_packets_dropped_total{reason=\"late\"} 2\n\
             openvisit_sfu_packets_dropped_total{reason=\"probe\"} 5\nprocess_open_fds 7\n",
        );
        assert_eq!(metrics.count("sfu_rooms"), 3);
        assert_eq!(metrics.count("sfu_packets_dropped_total"), 7);
        assert_eq!(metrics.count("process_open_fds"), 7);
        assert_eq!(metrics.count("nothing"), 0);
    }
}
