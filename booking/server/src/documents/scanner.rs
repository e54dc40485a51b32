//! A virus scanner, by whatever command the operator configures.
//!
//! The command reads the file on its standard input. Its exit code says what it found, as `clamdscan` and
//! others have it: 0 nothing, 1 something. Any other code, a signal or no answer in time is no verdict: then
//! the upload is not taken, and may be tried again.

use std::{process::Stdio, time::Duration};

use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

/// The configured scanner.
#[derive(Clone, Debug)]
pub(super) struct Scanner {
    command: Vec<String>,
    answer_within: Duration,
}

/// What a scanner says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It found nothing.
    Clean,
    /// It found something.
    Refused,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScanError {
    /// It could not be started or waited for.
    #[error("the scanner does not run: {0}")]
    Run(#[from] std::io::Error),
    /// It ended with another code than the two that mean something.
    #[error("the scanner ended with {0}")]
    Code(std::process::ExitStatus),
    /// It gave no answer in time, and was ended.
    #[error("the scanner gave no answer in time")]
    Silent,
    /// The command has no words.
    #[error("the scanner's command is empty")]
    NoCommand,
}

impl Scanner {
    pub(super) const fn new(command: Vec<String>, answer_within: Duration) -> Self {
        Self {
            command,
            answer_within,
        }
    }

    /// Shows a file to the scanner.
    pub(super) async fn scan(&self, bytes: &[u8]) -> Result<Verdict, ScanError> {
        let (program, arguments) = self.command.split_first().ok_or(ScanError::NoCommand)?;
        let mut scanner = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let input = scanner.stdin.take();
        let shown = async {
            if let Some(mut input) = input {
                // One that has seen enough need not read to the end.
                let _ = input.write_all(bytes).await;
                let _ = input.shutdown().await;
            }
        };
        let answered = async { tokio::join!(shown, scanner.wait()).1 };
        let status = timeout(self.answer_within, answered)
            .await
            .map_err(|_| ScanError::Silent)??;
        match status.code() {
            Some(0) => Ok(Verdict::Clean),
            Some(1) => Ok(Verdict::Refused),
            _ => Err(ScanError::Code(status)),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Long enough for any machine.
    const LONG: Duration = Duration::from_secs(600);

    pub(in crate::documents) fn shell(script: &str) -> Vec<String> {
        ["sh", "-c", script].map(str::to_owned).to_vec()
    }

    async fn scan(script: &str, answer_within: Duration) -> Result<Verdict, ScanError> {
        let scanner = Scanner::new(shell(script), answer_within);
        scanner.scan(&b"EICAR ".repeat(100_000)).await
    }

    #[tokio::test]
    async fn the_exit_code_is_the_verdict() {
        let clean = scan("cat > /dev/null", LONG).await;
        assert_eq!(clean.unwrap(), Verdict::Clean);
        let refused = scan("! grep -q EICAR", LONG).await;
        assert_eq!(refused.unwrap(), Verdict::Refused);
        // Without reading anything.
        assert_eq!(scan("exit 1", LONG).await.unwrap(), Verdict::Refused);
        assert_eq!(scan("exit 0", LONG).await.unwrap(), Verdict::Clean);
    }

    #[tokio::test]
    async fn a_scanner_that_fails_gives_no_verdict() {
        let failed = scan("cat > /dev/null; exit 2", LONG).await;
        assert!(matches!(failed, Err(ScanError::Code(_))));
        let killed = scan("kill -9 $$", LONG).await;
        assert!(matches!(killed, Err(ScanError::Code(_))));
        let missing = Scanner::new(vec!["/nowhere/scanner".into()], LONG);
        assert!(matches!(missing.scan(b"x").await, Err(ScanError::Run(_))));
        let empty = Scanner::new(Vec::new(), LONG);
        assert!(matches!(empty.scan(b"x").await, Err(ScanError::NoCommand)));
    }

    #[tokio::test]
    async fn a_scanner_that_hangs_gives_no_verdict_and_is_ended() {
        let silent = scan("exec sleep 100000", Duration::from_millis(20)).await;
        assert!(matches!(silent, Err(ScanError::Silent)));
    }
}
