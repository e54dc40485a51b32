//! What stands between an applicant and the slots, for many applicants at a time.

use std::collections::{BTreeMap, BTreeSet};

use booking_domain::{
    ApplicantStanding, BookingSubject, Engaged, Ground, StoreError, applications::Bar,
};
use grant::Slot;
use ids::{ApplicationId, InmateId, PersonId};
use sqlx::Row;

use crate::{
    Store,
    bookings::{bars, wishes::BOOKABLE},
    error::failed,
    many::{all, asking, pieces, places},
    rows::{from_ms, id, integer, number, slot, text},
};

/// Who asks, and with which application.
type Asked = (PersonId, ApplicationId);

/// What each of these applications is about, and what is booked already. None where the person has no such
/// application.
pub(super) async fn read(
    store: &Store,
    asked: &[Asked],
    now_ms: u64,
) -> Result<Vec<Option<ApplicantStanding>>, StoreError> {
    let subjects = subjects(store, asked).await?;
    let known = asked.iter().filter(|asked| subjects.contains_key(asked));
    let mut whose = Vec::new();
    for asked in known {
        whose.extend(Engaged::meeting(subjects[asked].inmate, [asked.0]));
    }
    let busy = busy(store, &whose, now_ms).await?;
    let bars = bars(store, &subjects).await?;
    let counted = subjects.values().filter(|subject| subject.ground.counts());
    let inmates: Vec<InmateId> = counted.map(|subject| subject.inmate).collect();
    let months = months(store, &inmates).await?;
    let standing = |asked: &Asked| {
        let subject = subjects.get(asked)?.clone();
        let of = |whose: Engaged| busy.get(&whose.to_string()).into_iter().flatten();
        let both = Engaged::meeting(subject.inmate, [asked.0]);
        let busy = both.flat_map(of).copied().collect();
        let bars = bars.iter().filter(|bar| {
            !bar.is_over(now_ms) && bar.concerns(asked.0, subject.inmate, subject.facility)
        });
        // Somebody else who asks at the same time may be one whose visits with the same inmate count.
        let counts = subject.ground.counts();
        let counted = months.get(&subject.inmate).filter(|_| counts);
        Some(ApplicantStanding {
            busy,
            bars: bars.copied().collect(),
            counted: counted.cloned().unwrap_or_default(),
            subject,
        })
    };
    Ok(asked.iter().map(standing).collect())
}

/// What each of these applications is about. None where the person has no such application.
pub(super) async fn subjects(
    store: &Store,
    asked: &[Asked],
) -> Result<BTreeMap<Asked, BookingSubject>, StoreError> {
    let applications: Vec<_> = asked.iter().map(|(_, application)| *application).collect();
    let mut subjects = BTreeMap::new();
    for piece in pieces(&applications) {
        let sql = format!(
            "SELECT application.id, application.person_id, application.inmate_id,
                    inmate.facility_id, application.relationship, account.birth_date,
                    CAST(CASE WHEN {BOOKABLE} THEN 1 ELSE 0 END AS BIGINT) AS approved
             FROM application JOIN inmate ON inmate.id = application.inmate_id
             LEFT JOIN account ON account.person_id = application.person_id
             WHERE application.id IN ({})",
            places(1, piece.len()),
        );
        for row in &all(&store.readers, asking(sql, &piece)).await? {
            let subject = BookingSubject {
                facility: id(row, "facility_id")?,
                inmate: id(row, "inmate_id")?,
                approved: integer(row, "approved")? == 1,
                ground: Ground::of_relationship(&text(row, "relationship")?),
                sealed_birth_date: row.try_get("birth_date").map_err(failed)?,
            };
            subjects.insert((id(row, "person_id")?, id(row, "id")?), subject);
        }
    }
    Ok(subjects)
}

/// The restrictions that name one of those who ask, or one of their inmates.
async fn bars(
    store: &Store,
    subjects: &BTreeMap<Asked, BookingSubject>,
) -> Result<Vec<Bar>, StoreError> {
    let people: BTreeSet<PersonId> = subjects.keys().map(|(person, _)| *person).collect();
    let inmates: BTreeSet<InmateId> = subjects.values().map(|subject| subject.inmate).collect();
    let mut connection = store.readers.acquire().await.map_err(failed)?;
    let (people, inmates) = (Vec::from_iter(people), Vec::from_iter(inmates));
    bars::read(&mut connection, &people, &inmates).await
}

/// When each of these people and inmates has visits that are not over. Holds that have run out are none.
async fn busy(
    store: &Store,
    whose: &[Engaged],
    now_ms: u64,
) -> Result<BTreeMap<String, Vec<Slot>>, StoreError> {
    let mut busy: BTreeMap<String, Vec<Slot>> = BTreeMap::new();
    for piece in pieces(whose) {
        let sql = format!(
            "SELECT engagement.subject, engagement.starts_at_ms, engagement.ends_at_ms
             FROM engagement JOIN visit ON visit.id = engagement.visit_id
             WHERE engagement.subject IN ({}) AND engagement.ends_at_ms > ${now}
               AND (visit.state <> 'held' OR visit.held_until_ms > ${now})",
            places(1, piece.len()),
            now = piece.len() + 1,
        );
        let asking = asking(sql, &piece).bind(from_ms(now_ms));
        for row in &all(&store.readers, asking).await? {
            let engagements = busy.entry(text(row, "subject")?).or_default();
            engagements.push(slot(row)?);
        }
    }
    Ok(busy)
}

/// How many visits of these inmates count, month by month.
async fn months(
    store: &Store,
    inmates: &[InmateId],
) -> Result<BTreeMap<InmateId, BTreeMap<String, u32>>, StoreError> {
    let mut months: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for piece in pieces(inmates) {
        let sql = format!(
            "SELECT inmate_id, month, visits FROM visit_month WHERE inmate_id IN ({})",
            places(1, piece.len())
        );
        for row in &all(&store.readers, asking(sql, &piece)).await? {
            let of_inmate = months.entry(id(row, "inmate_id")?).or_default();
            of_inmate.insert(text(row, "month")?, number(row, "visits")?);
        }
    }
    Ok(months)
}
