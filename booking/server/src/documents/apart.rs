//! Documents are read in a process of their own.
//!
//! A few hundred bytes can have a decoder ask for more memory than there is, or work for hours. A process that
//! cannot have its memory is ended, and all that it serves with it. So each document is read by another one,
//! which the program starts as `openvisit clean-document` and which the system holds within limits (setrlimit,
//! POSIX.1-2017): see [`read_within_limits`].
//!
//! The document comes on its standard input. On its standard output stands what is kept: its media type, alone
//! on a line, and then its content. Where nothing is kept, the exit code says why. One that a signal or a panic
//! ends could not read the document; one that ends in any other way says nothing of it, and something is wrong
//! with the service.

use std::{
    io::{self, Read as _, Write as _},
    process::Stdio,
};

use booking_domain::applications::{DocumentKind, MAX_BYTES};
use rustix::process::{Resource, Rlimit, getrlimit, nice, setrlimit};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::Command,
};

use super::{
    Rejected,
    inspect::{Clean, clean},
};

/// What a process that reads a document may take, bytes of addresses: 2 GiB. The largest picture takes a third.
const MEMORY_BYTES: u64 = 2 << 30;
/// How long it may work, seconds of a core.
const WORK_SECONDS: u64 = 30;
/// By how much calls and bookings go before it (nice, POSIX.1-2017).
const NICE: i32 = 10;
/// The most that is kept of a document, bytes: an application takes half of it.
const KEPT_BYTES: u64 = 2 * MAX_BYTES;
/// What a document may be once it is clean (RFC 6838).
const MEDIA_TYPES: [&str; 3] = ["image/jpeg", "image/png", "application/pdf"];
/// The exit codes that say why nothing is kept. Command lines and errors have others.
const REFUSALS: [(i32, Rejected); 4] = [
    (10, Rejected::Type),
    (11, Rejected::Unreadable),
    (12, Rejected::Pixels),
    (13, Rejected::Active),
];
/// The exit code of a panic.
const PANICKED: i32 = 101;

/// Has a command, to which the kind is added, read a document.
///
/// # Errors
/// It cannot be started, or cannot work.
pub(super) async fn cleaned(
    command: &[String],
    kind: DocumentKind,
    bytes: &[u8],
) -> io::Result<Result<Clean, Rejected>> {
    let (program, arguments) = command
        .split_first()
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut reader = Command::new(program)
        .args(arguments)
        .arg(kind.as_str())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let (input, output) = (reader.stdin.take(), reader.stdout.take());
    let shown = async {
        if let Some(mut input) = input {
            // One that has seen enough need not read to the end.
            let _ = input.write_all(bytes).await;
            let _ = input.shutdown().await;
        }
    };
    let told = async {
        let mut told = Vec::new();
        if let Some(output) = output {
            output.take(KEPT_BYTES).read_to_end(&mut told).await?;
        }
        io::Result::Ok(told)
    };
    let (_, told) = tokio::join!(shown, told);
    let told = told?;
    if told.len() as u64 >= KEPT_BYTES {
        return Ok(Err(Rejected::Unreadable));
    }
    let ended = reader.wait().await?;
    match ended.code() {
        Some(0) => Ok(kept(told).ok_or(Rejected::Unreadable)),
        None | Some(PANICKED) => {
            tracing::warn!(%ended, "a document could not be read within limits");
            Ok(Err(Rejected::Unreadable))
        }
        Some(code) => refusal(code)
            .map(Err)
            .ok_or_else(|| io::Error::other(format!("what reads documents ended with {ended}"))),
    }
}

fn kept(mut told: Vec<u8>) -> Option<Clean> {
    let end = told.iter().position(|byte| *byte == b'\n')?;
    let bytes = told.split_off(end + 1);
    let named = told.get(..end)?;
    let media_type = MEDIA_TYPES
        .into_iter()
        .find(|media_type| media_type.as_bytes() == named)?;
    Some(Clean { media_type, bytes })
}

fn refusal(code: i32) -> Option<Rejected> {
    let said = REFUSALS.iter().find(|(refusal, _)| *refusal == code)?;
    Some(said.1)
}

/// Takes no more than `most` of a resource for the rest of this process; what it was allowed before may be less.
fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let before = getrlimit(resource).maximum;
    let most = Some(before.map_or(most, |before| before.min(most)));
    let limits = Rlimit {
        current: most,
        maximum: most,
    };
    Ok(setrlimit(resource, limits)?)
}

/// Takes 2 GiB of memory and 30 seconds of a core for the rest of this process, no more, and reads a document
/// for [`DocumentSettings::reader`](super::DocumentSettings::reader). Gives the exit code that says what came
/// of it.
///
/// # Errors
/// The system sets no limits, or nobody listens.
pub fn read_within_limits(kind: DocumentKind) -> io::Result<i32> {
    limit(Resource::As, MEMORY_BYTES)?;
    limit(Resource::Cpu, WORK_SECONDS)?;
    // A document is in no core dump.
    limit(Resource::Core, 0)?;
    nice(NICE)?;
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_BYTES).read_to_end(&mut bytes)?;
    let clean = match clean(kind, &bytes) {
        Ok(clean) => clean,
        Err(rejected) => {
            let said = REFUSALS.iter().find(|(_, refusal)| *refusal == rejected);
            return said.map_or(Err(io::ErrorKind::Other.into()), |(code, _)| Ok(*code));
        }
    };
    let mut output = io::stdout().lock();
    writeln!(output, "{}", clean.media_type)?;
    output.write_all(&clean.bytes)?;
    output.flush()?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::scanner::tests::shell;

    async fn read(script: &str) -> io::Result<Result<Clean, Rejected>> {
        let document = vec![b'd'; 1_000_000];
        cleaned(&shell(script), DocumentKind::Photo, &document).await
    }

    #[tokio::test]
    async fn what_the_other_process_gives_is_kept() {
        // The shell calls the first word behind its script `$0`.
        let kept = read("echo image/png; echo $0; cat").await.unwrap().unwrap();
        assert_eq!(kept.media_type, "image/png");
        assert!(kept.bytes.starts_with(b"photo\nddd"));
        assert_eq!(kept.bytes.len(), 1_000_006);
    }

    #[tokio::test]
    async fn its_exit_code_says_why_nothing_is_kept() {
        for (code, why) in REFUSALS {
            let refused = read(&format!("echo image/png; exit {code}")).await;
            assert_eq!(refused.unwrap(), Err(why));
        }
    }

    #[tokio::test]
    async fn one_that_does_not_come_to_its_end_has_not_read_the_document() {
        for script in [
            "kill -9 $$",
            "cat > /dev/null; echo image/png; exit 101",
            "echo image/gif; cat",
            "printf image/png",
            "true",
            "echo image/png; cat /dev/zero",
        ] {
            assert_eq!(
                read(script).await.unwrap(),
                Err(Rejected::Unreadable),
                "{script}"
            );
        }
    }

    #[tokio::test]
    async fn one_that_cannot_work_says_nothing_of_the_document() {
        for script in ["exit 1", "exit 2", "no-such-program"] {
            assert!(read(script).await.is_err(), "{script}");
        }
        assert!(cleaned(&[], DocumentKind::Photo, b"").await.is_err());
    }

    #[tokio::test]
    async fn it_knows_nothing_of_the_service() {
        let kept = read("echo image/png; /usr/bin/env").await.unwrap().unwrap();
        let told = String::from_utf8(kept.bytes).unwrap();
        assert!(!told.contains("CARGO"), "{told}");
    }
}
