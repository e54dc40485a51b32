//! Taking documents in, keeping them and giving them out.
//!
//! What somebody uploads goes through five steps before anybody else reads it:
//!
//! 1. It is **streamed** in, never more than its application has room for ([`uploads`]).
//! 2. A **virus scanner**, if one is configured, reads it as it came ([`scanner`]).
//! 3. Its **content** says what it is, not its name or its header. Pictures are decoded under a cap of pixels
//!    and encoded anew, so that nothing is left of metadata or of a second file inside; PDFs are parsed and
//!    written anew, and refused where they are encrypted or do things by themselves ([`inspect`]). What reads
//!    them is a process of its own ([`apart`]).
//! 4. It is **sealed** with a key of its own, which the vault seals ([`sealing`]).
//! 5. It is written to a **file** as a whole or not at all ([`files`]), and only then known to the store.
//!
//! A document is deleted by deleting its key; the file follows, at once or with the next sweep
//! ([`housekeeping`]).

mod apart;
mod desk;
mod files;
mod housekeeping;
mod inspect;
mod pdf;
mod pictures;
mod scanner;
mod sealing;
mod uploads;

pub use apart::read_within_limits;
pub(crate) use desk::{Desk, Incoming, IntakeError};
pub use desk::{DocumentSettings, ScannerSettings};
pub(crate) use housekeeping::{FILE_AGE, HousekeepingError, Tidied, tidy};
pub use inspect::{Clean, Rejected, clean};
pub(crate) use sealing::context as key_context;
pub(crate) use uploads::{Upload, UploadError};
