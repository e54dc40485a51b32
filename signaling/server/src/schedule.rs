//! What is on a terminal's schedule, also while the store is away.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use booking_domain::{StoreError, TerminalInfo, VisitInfo, Visits};
use grant::SecretHash;
use ids::{Seat, TerminalId};
use protocol::{ErrorCode, Locale, Visit};
use signaling_core::{Appointment, Refusal};
use tokio::time::timeout;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Late in the evening the schedule reaches past midnight by as much.
const AT_LEAST_MS: u64 = 2 * 60 * 60 * 1000;
const ANSWER: Duration = Duration::from_secs(5);

/// The terminals that have been seen, and what was last on their schedules.
///
/// Only paired terminals get in here, so it is as large as the facilities are.
#[derive(Default)]
pub(crate) struct Schedules {
    known: Mutex<HashMap<SecretHash, (TerminalInfo, Vec<Appointment>)>>,
}

impl Schedules {
    /// The terminal of a secret and its schedule. While the store is away: as it was last known.
    pub(crate) async fn open(
        &self,
        visits: &dyn Visits,
        secret: SecretHash,
        now_ms: u64,
        utc_offset_ms: u64,
    ) -> Result<(TerminalInfo, Vec<Appointment>), Refusal> {
        match timeout(ANSWER, read(visits, secret, now_ms, utc_offset_ms)).await {
            Ok(Ok(Some(found))) => {
                self.known().insert(secret, found.clone());
                Ok(found)
            }
            Ok(Ok(None)) => {
                self.known().remove(&secret);
                Err(Refusal::new(ErrorCode::TerminalNotKnown))
            }
            Ok(Err(_)) | Err(_) => self
                .known()
                .get(&secret)
                .cloned()
                .ok_or(Refusal::new(ErrorCode::Unavailable)),
        }
    }

    /// A terminal's schedule read anew; `None` while the store is away.
    pub(crate) async fn read_again(
        &self,
        visits: &dyn Visits,
        secret: SecretHash,
        terminal: TerminalId,
        now_ms: u64,
        utc_offset_ms: u64,
    ) -> Option<Vec<Appointment>> {
        let reading = appointments(visits, terminal, now_ms, utc_offset_ms);
        let read = timeout(ANSWER, reading).await.ok()?.ok()?;
        if let Some((_, known)) = self.known().get_mut(&secret) {
            known.clone_from(&read);
        }
        Some(read)
    }

    /// No terminal is paired with a secret any more.
    pub(crate) fn forget(&self, secret: SecretHash) {
        self.known().remove(&secret);
    }

    fn known(
        &self,
    ) -> std::sync::MutexGuard<'_, HashMap<SecretHash, (TerminalInfo, Vec<Appointment>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn read(
    visits: &dyn Visits,
    secret: SecretHash,
    now_ms: u64,
    utc_offset_ms: u64,
) -> Result<Option<(TerminalInfo, Vec<Appointment>)>, StoreError> {
    let Some(terminal) = visits.terminal(secret).await? else {
        return Ok(None);
    };
    let appointments = appointments(visits, terminal.id, now_ms, utc_offset_ms).await?;
    Ok(Some((terminal, appointments)))
}

async fn appointments(
    visits: &dyn Visits,
    terminal: TerminalId,
    now_ms: u64,
    utc_offset_ms: u64,
) -> Result<Vec<Appointment>, StoreError> {
    let to_ms = until_midnight(now_ms, utc_offset_ms).max(now_ms + AT_LEAST_MS);
    let found = visits.terminal_visits(terminal, now_ms, to_ms).await?;
    Ok(found.iter().map(appointment).collect())
}

/// The next midnight of a place that is `utc_offset_ms` ahead of UTC.
const fn until_midnight(now_ms: u64, utc_offset_ms: u64) -> u64 {
    let local = now_ms + utc_offset_ms;
    now_ms + DAY_MS - local % DAY_MS
}

fn appointment(info: &VisitInfo) -> Appointment {
    Appointment {
        visit: visit(info, Locale::ZhTw),
        first_name: info.inmate_first_name.clone(),
        names: names(info),
    }
}

/// A visit as its participants may know it, who read a language.
pub(crate) fn visit(info: &VisitInfo, locale: Locale) -> Visit {
    Visit {
        id: info.id,
        facility: info.facility_name.written_in(locale),
        inmate: info.inmate_name.clone(),
        opens_at_ms: info.opens_at_ms,
        starts_at_ms: info.starts_at_ms,
        ends_at_ms: info.ends_at_ms,
    }
}

/// Everybody's name, by seat.
pub(crate) fn names(info: &VisitInfo) -> Vec<(Seat, String)> {
    let inmate = (Seat::INMATE, info.inmate_name.clone());
    let party = info
        .party
        .iter()
        .map(|member| (member.seat, member.name.clone()));
    std::iter::once(inmate).chain(party).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_the_facilitys_midnight() {
        let taipei = 8 * 60 * 60 * 1000;
        // 2026-11-26T02:00:00Z is 10:00 in Taipei; midnight there is 16:00 UTC.
        let now = 1_795_658_400_000;
        assert_eq!(until_midnight(now, taipei), now + 14 * 60 * 60 * 1000);
        assert_eq!(until_midnight(now, 0), now + 22 * 60 * 60 * 1000);
    }
}
