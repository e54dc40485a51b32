//! What arrives before its turn: the client's `ChangeCipherSpec` and its encrypted Finished.
//!
//! Both stand at the end of a flight and build on all messages before them, of which
//! `CertificateVerify` is the last. Neither is told apart from a forgery until then, so what is kept
//! and what is tried are bounded.

use super::record::{CERTIFICATE_VERIFY, CHANGE_CIPHER_SPEC, HANDSHAKE, Record};

/// Encrypted records that are kept: the client's Finished, perhaps again.
const KEPT_MAX: usize = 4;
/// The most bytes of such a record. A Finished has 61.
const FINISHED_LEN_MAX: usize = 80;
/// So many of them are tried. More than one means that forged ones are among them.
const TRIES_MAX: u32 = 200;

/// The end of the client's last flight, as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Early {
    verified: bool,
    change: Change,
    kept: Vec<Vec<u8>>,
    tries: u32,
}

/// Where `ChangeCipherSpec` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Change {
    #[default]
    Missing,
    Arrived,
    Given,
}

/// A record that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DueRecord {
    ChangeCipherSpec,
    Encrypted(Vec<u8>),
}

impl Early {
    /// Keeps a record, if it is one of these.
    pub(super) fn keep(&mut self, record: Record<'_>) {
        match (record.content_type, record.epoch) {
            (CHANGE_CIPHER_SPEC, 0) if self.change == Change::Missing => {
                self.change = Change::Arrived;
            }
            (HANDSHAKE, 1)
                if self.kept.len() < KEPT_MAX && record.whole.len() <= FINISHED_LEN_MAX =>
            {
                self.kept.push(record.whole.to_vec());
            }
            _ => {}
        }
    }

    /// Notes that a message was taken.
    pub(super) fn taken(&mut self, message_type: u8) {
        self.verified |= message_type == CERTIFICATE_VERIFY;
    }

    /// Whether all messages before the end of the flight were taken.
    pub(super) fn is_verified(&self) -> bool {
        self.verified
    }

    /// The next record whose turn has come.
    pub(super) fn next_due(&mut self) -> Option<DueRecord> {
        match self.change {
            Change::Arrived if self.verified => {
                self.change = Change::Given;
                Some(DueRecord::ChangeCipherSpec)
            }
            Change::Given if self.tries < TRIES_MAX => {
                let record = self.kept.pop()?;
                self.tries += 1;
                Some(DueRecord::Encrypted(record))
            }
            Change::Missing | Change::Arrived | Change::Given => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtls::record::{plaintext_record, records};

    fn keep(early: &mut Early, content_type: u8, epoch: u8, fragment: &[u8]) -> Vec<u8> {
        let mut record = plaintext_record(content_type, 0, fragment);
        record[4] = epoch;
        early.keep(records(&record).next().unwrap());
        record
    }

    #[test]
    fn the_end_of_a_flight_waits_for_its_beginning_in_whatever_order_it_comes() {
        let mut early = Early::default();
        let finished = keep(&mut early, HANDSHAKE, 1, &[7; 48]);
        keep(&mut early, CHANGE_CIPHER_SPEC, 0, &[1]);
        assert_eq!(early.next_due(), None);
        early.taken(CERTIFICATE_VERIFY);
        assert_eq!(early.next_due(), Some(DueRecord::ChangeCipherSpec));
        assert_eq!(early.next_due(), Some(DueRecord::Encrypted(finished)));
        keep(&mut early, CHANGE_CIPHER_SPEC, 0, &[1]);
        assert_eq!(early.next_due(), None, "once is enough");
    }

    #[test]
    fn an_encrypted_record_waits_for_the_change_of_keys() {
        let mut early = Early::default();
        early.taken(CERTIFICATE_VERIFY);
        keep(&mut early, HANDSHAKE, 1, &[7; 48]);
        assert_eq!(early.next_due(), None);
    }

    #[test]
    fn what_is_kept_and_what_is_tried_are_bounded() {
        let mut early = Early::default();
        keep(&mut early, HANDSHAKE, 1, &[7; FINISHED_LEN_MAX]);
        assert!(early.kept.is_empty(), "too long");
        for _ in 0..9 {
            keep(&mut early, HANDSHAKE, 1, &[7; 48]);
        }
        assert_eq!(early.kept.len(), KEPT_MAX);
        keep(&mut early, CHANGE_CIPHER_SPEC, 0, &[1]);
        early.taken(CERTIFICATE_VERIFY);
        assert_eq!(early.next_due(), Some(DueRecord::ChangeCipherSpec));
        let mut tried = 0;
        for _ in 0..1_000 {
            keep(&mut early, HANDSHAKE, 1, &[7; 48]);
            tried += u32::from(early.next_due().is_some());
            early.next_due();
        }
        assert!(tried <= TRIES_MAX);
        assert_eq!(early.next_due(), None);
    }
}
