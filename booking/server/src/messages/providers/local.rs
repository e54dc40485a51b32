//! Messages that stay here: on the page of a demonstration, and in a file.

use std::path::PathBuf;

use async_trait::async_trait;
use booking_domain::Failure;
use serde_json::json;
use tokio::{fs::OpenOptions, io::AsyncWriteExt, sync::Mutex};

use super::{Accepted, Outgoing, Provider, Refusal};

/// Appends each message to a file, readable by its owner only, as one line of JSON.
pub(super) struct Local(Mutex<Option<PathBuf>>);

impl Local {
    pub(super) fn new(file: Option<PathBuf>) -> Self {
        Self(Mutex::new(file))
    }
}

#[async_trait]
impl Provider for Local {
    fn name(&self) -> &'static str {
        "local"
    }

    fn reaches_people(&self) -> bool {
        false
    }

    async fn send(&self, message: &Outgoing) -> Result<Accepted, Refusal> {
        // One line at a time.
        let file = self.0.lock().await;
        let Some(path) = &*file else {
            return Ok(Accepted::default());
        };
        let text = &message.text;
        let line = json!({
            "id": message.id,
            "at_ms": message.now_ms,
            "channel": message.channel.as_str(),
            "recipient": text.recipient,
            "subject": text.subject,
            "body": text.body,
            "calendar": text.calendar,
        });
        let write = async {
            let mut options = OpenOptions::new();
            let mut file = options
                .create(true)
                .append(true)
                .mode(0o600)
                .open(path)
                .await?;
            file.write_all(format!("{line}\n").as_bytes()).await?;
            file.flush().await
        };
        let failed =
            |error: std::io::Error| Refusal::new(Failure::Unreachable, error.kind().to_string());
        write.await.map(|()| Accepted::default()).map_err(failed)
    }
}
