//! Where a receiver sends neither transport-wide feedback nor an estimate of its own: what can be made
//! of its reports of loss (RFC 3550 section 6.4.1).
//!
//! Two reports in a row of more than a tenth lost bring the rate down by a third; clean reports let it
//! grow again, until it limits nothing any more.

/// Out of 256: more than this lost is too much.
const BAD: u8 = 26;
/// Out of 256: up to this lost is clean.
const CLEAN: u8 = 5;

/// The rate that reports of loss allow.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    bad: u8,
    allowed: Option<u64>,
}

impl Reports {
    /// Takes a report, out of 256, while `sent` bit/s are sent and `wanted` would be.
    pub(crate) fn report(&mut self, fraction_lost: u8, sent: u64, wanted: u64) {
        if fraction_lost > BAD {
            self.bad += 1;
            if self.bad >= 2 {
                self.bad = 0;
                self.allowed = Some(self.allowed.unwrap_or(sent).min(sent) * 2 / 3);
            }
            return;
        }
        self.bad = 0;
        if fraction_lost <= CLEAN {
            // A tenth a second, as reports come.
            self.allowed = self
                .allowed
                .map(|allowed| allowed + allowed / 10)
                .filter(|allowed| *allowed < wanted);
        }
    }

    /// Bit/s; `None`: no limit is known.
    pub(crate) fn allowed(&self) -> Option<u64> {
        self.allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sustained_loss_brings_the_rate_down_and_clean_reports_up_again() {
        let mut reports = Reports::default();
        reports.report(60, 900_000, 1_000_000);
        assert_eq!(reports.allowed(), None, "one report is not sustained");
        reports.report(60, 900_000, 1_000_000);
        assert_eq!(reports.allowed(), Some(600_000));
        reports.report(15, 550_000, 1_000_000);
        assert_eq!(reports.allowed(), Some(600_000));
        for _ in 0..5 {
            reports.report(0, 550_000, 1_000_000);
        }
        assert!(reports.allowed().is_some());
        reports.report(0, 550_000, 1_000_000);
        assert_eq!(reports.allowed(), None);
    }
}
