//! Messages that stay here: on the page of a demonstration, and in a file.

use std::{
    io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use booking_domain::Failure;
use serde_json::json;
use tokio::{
    fs::{DirBuilder, OpenOptions},
    io::AsyncWriteExt,
    sync::Mutex,
};

use super::{Accepted, Outgoing, Provider, Refusal};

/// Appends each message to a file, readable by its owner only, as one line of JSON. Where no file is named, it is
/// written nowhere.
pub(super) struct Local(Mutex<PathBuf>);

impl Local {
    pub(super) fn new(file: PathBuf) -> Self {
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
        if file.as_os_str().is_empty() {
            return Ok(Accepted::default());
        }
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
        let failed =
            |error: io::Error| Refusal::new(Failure::Unreachable, error.kind().to_string());
        append(&file, &format!("{line}\n")).await.map_err(failed)?;
        Ok(Accepted::default())
    }
}

/// Appends to a file. It and its folder are made for their owner only where there is none.
async fn append(path: &Path, line: &str) -> io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .await?;
    }
    let mut options = OpenOptions::new();
    let mut file = options
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .await?;
    file.write_all(line.as_bytes()).await?;
    file.flush().await
}
