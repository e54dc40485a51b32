//! Giving slots: many requests, one transaction, few statements.

use std::collections::{BTreeMap, BTreeSet};

use booking_domain::{
    BookError, BookRefusal, BookingWindow, Engaged, Held, Month, NewBooking, OfferedSlot,
    StoreError,
    giving::{Given, Hall, Known, NewHold, Wish},
};
use grant::Slot;
use ids::{FacilityId, TerminalId, VisitId};
use sqlx::{AnyConnection, Connection};

use crate::{
    Store,
    bookings::{
        diary,
        facts::{Facts, Wanted},
        holds, keys, month, overdue, wishes,
    },
    error::failed,
    rows::{new_id, wrong},
    slots,
};

type Answer = Result<Held, BookError>;

impl Store {
    /// Answers every request. Where an answer cannot be given, none of them is carried out.
    pub(super) async fn book_together(
        &self,
        requests: &[NewBooking],
    ) -> Result<Vec<Answer>, StoreError> {
        let Some(now_ms) = requests.iter().map(|request| request.now_ms).max() else {
            return Ok(Vec::new());
        };
        let mut transaction = self.begin().await?;
        overdue::release_holds(&mut transaction, now_ms).await?;
        let wishes = wishes::read(&mut transaction, requests).await?;
        let mut answers = Vec::with_capacity(requests.len());
        // In the order of the facilities' ids, so that two transactions wait for each other instead of locking
        // each other up. Within a facility the earlier request comes first.
        let mut asked: BTreeMap<FacilityId, Vec<(usize, Wish<'_>)>> = BTreeMap::new();
        for (index, (request, wish)) in requests.iter().zip(wishes).enumerate() {
            answers.push(Err(match request.party.is_empty() {
                true => BookRefusal::PartySize.into(),
                false => BookError::NotFound,
            }));
            if let Some((facility, wish)) = wish {
                asked.entry(facility).or_default().push((index, wish));
            }
        }
        for (facility, asked) in asked {
            let (indexes, wishes): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
            let hall = enter(&mut transaction, facility, now_ms).await?;
            let given = give_all(&mut transaction, &hall, &wishes).await?;
            for (index, answer) in indexes.into_iter().zip(given) {
                answers[index] = answer;
            }
        }
        transaction.commit().await.map_err(failed)?;
        Ok(answers)
    }
}

/// Takes a facility's row until the end of the transaction.
async fn enter(
    connection: &mut AnyConnection,
    facility: FacilityId,
    now_ms: u64,
) -> Result<Hall, StoreError> {
    let settings = slots::lock(&mut *connection, facility)
        .await?
        .ok_or_else(|| wrong("facility_id", "no such facility"))?;
    let zone = slots::time_zone(&settings.time_zone)?;
    Ok(Hall {
        facility,
        window: BookingWindow::at(now_ms, &settings.rules, &zone),
        schedule: slots::schedule(connection, facility, zone).await?,
        rules: settings.rules,
    })
}

/// Gives all of them together. Where somebody came past the facility's row meanwhile, who lost to them is found
/// by giving one at a time.
async fn give_all(
    connection: &mut AnyConnection,
    hall: &Hall,
    wishes: &[Wish<'_>],
) -> Result<Vec<Answer>, StoreError> {
    match attempt(&mut *connection, hall, wishes, &BTreeSet::new()).await? {
        Attempt::Answered(answers) => Ok(answers),
        Attempt::Lost(_) => {
            let mut answers = Vec::with_capacity(wishes.len());
            for wish in wishes {
                answers.extend(give_one(&mut *connection, hall, wish).await?);
            }
            Ok(answers)
        }
    }
}

/// Tries the next terminal as often as one was lost.
async fn give_one(
    connection: &mut AnyConnection,
    hall: &Hall,
    wish: &Wish<'_>,
) -> Result<Vec<Answer>, StoreError> {
    let mut lost = BTreeSet::new();
    loop {
        match attempt(&mut *connection, hall, std::slice::from_ref(wish), &lost).await? {
            Attempt::Answered(answers) => return Ok(answers),
            Attempt::Lost(holds) => lost.extend(holds.iter().map(|hold| hold.held.terminal)),
        }
    }
}

enum Attempt {
    Answered(Vec<Answer>),
    /// The database did not take these. Nothing of them is written.
    Lost(Vec<NewHold>),
}

/// Decides by what is known now, and writes what was decided, without the terminals that were lost before.
async fn attempt(
    connection: &mut AnyConnection,
    hall: &Hall,
    wishes: &[Wish<'_>],
    lost: &BTreeSet<TerminalId>,
) -> Result<Attempt, StoreError> {
    let offered = wishes.iter().map(|wish| hall.offered(wish.request));
    let offered: Vec<_> = offered.collect();
    let (mut known, facts) = look_up(&mut *connection, hall, wishes, &offered, lost).await?;
    let (mut answers, mut holds) = (Vec::with_capacity(wishes.len()), Vec::new());
    for (wish, offered) in wishes.iter().zip(offered) {
        let party = |slot| facts.of(wanted(hall, wish, slot), &wish.request.party);
        let given = hall.give(
            &mut known,
            wish,
            offered,
            VisitId::from_uuid(new_id()),
            party,
        );
        answers.push(given.map(|given| match given {
            Given::Before(held) => held,
            Given::Now(hold) => {
                let held = hold.held;
                holds.push(hold);
                held
            }
        }));
    }
    if holds.is_empty() {
        return Ok(Attempt::Answered(answers));
    }
    let mut savepoint = connection.begin().await.map_err(failed)?;
    match holds::write(&mut savepoint, &holds, hall.rules.visits_a_month).await {
        Ok(true) => {
            savepoint.commit().await.map_err(failed)?;
            Ok(Attempt::Answered(answers))
        }
        Ok(false) | Err(StoreError::Overlap | StoreError::Duplicate(_)) => {
            savepoint.rollback().await.map_err(failed)?;
            Ok(Attempt::Lost(holds))
        }
        Err(error) => Err(error),
    }
}

/// Looks up what the decisions need: first the keys and the terminals, and of those who can still get a slot
/// everything else.
async fn look_up(
    connection: &mut AnyConnection,
    hall: &Hall,
    wishes: &[Wish<'_>],
    offered: &[Result<OfferedSlot<'_>, BookRefusal>],
    lost: &BTreeSet<TerminalId>,
) -> Result<(Known, Facts), StoreError> {
    let mut known = Known::default();
    let keyed = wishes.iter().filter_map(|wish| wish.request.keyed());
    known.held = keys::held_before(&mut *connection, &Vec::from_iter(keyed)).await?;
    let offered = wishes.iter().zip(offered).filter(|(wish, _)| wish.present);
    let mut offered: Vec<_> = offered
        .filter_map(|(wish, offered)| Some((wish, offered.as_ref().ok()?)))
        .collect();
    let Some(within) = span(offered.iter().map(|(_, offered)| offered.slot)) else {
        return Ok((known, Facts::default()));
    };
    let (facility, diary) = (hall.facility, &mut known.diary);
    diary::read_terminals(&mut *connection, diary, facility, within).await?;
    for terminal in lost {
        diary.engage(Engaged::Terminal(*terminal), within);
    }
    offered.retain(|(_, offered)| hall.free_terminal(diary, offered).is_some());
    let engaged = offered.iter().flat_map(|(wish, _)| {
        let people = wish.request.party.iter().map(|member| member.person);
        Engaged::meeting(wish.inmate, people)
    });
    let engaged = engaged.collect();
    diary::read_people(&mut *connection, diary, engaged, within, None).await?;
    let months = offered
        .iter()
        .filter(|(wish, _)| wish.ground.counts())
        .map(|(wish, offered)| (wish.inmate, Month::of(offered.date)));
    let months = Vec::from_iter(months.collect::<BTreeSet<_>>());
    known.counted = month::counted(&mut *connection, &months).await?;
    let parties = offered
        .iter()
        .map(|(wish, _)| (wish.inmate, wish.request.party.as_slice()));
    let now_ms = wishes.iter().map(|wish| wish.request.now_ms).max();
    let facts = Facts::gather(connection, parties, now_ms.unwrap_or_default()).await?;
    Ok((known, facts))
}

/// From the first start to the last end.
fn span(slots: impl Iterator<Item = Slot>) -> Option<Slot> {
    slots.reduce(|one, other| Slot {
        starts_at_ms: one.starts_at_ms.min(other.starts_at_ms),
        ends_at_ms: one.ends_at_ms.max(other.ends_at_ms),
    })
}

const fn wanted(hall: &Hall, wish: &Wish<'_>, slot: Slot) -> Wanted {
    Wanted {
        facility: hall.facility,
        inmate: wish.inmate,
        slot,
    }
}
