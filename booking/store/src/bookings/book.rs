//! Giving slots: many requests, one transaction, few statements.

use std::collections::{BTreeMap, BTreeSet};

use booking_domain::{
    BookError, BookRefusal, BookingWindow, Engaged, Held, Month, NewBooking, OfferedSlot,
    StoreError,
    giving::{Given, Known, Offer, Wish},
};
use grant::Slot;
use ids::{FacilityId, VisitId};
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

/// How often a request that is alone is decided, each time by what is known then. Who lost to somebody who came
/// past the facility's row finds them the next time.
const TRIES_ALONE: u32 = 3;

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
            let offer = enter(&mut transaction, facility, now_ms).await?;
            let given = give_all(&mut transaction, &offer, &wishes).await?;
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
) -> Result<Offer, StoreError> {
    let settings = slots::lock(&mut *connection, facility)
        .await?
        .ok_or_else(|| wrong("facility_id", "no such facility"))?;
    let zone = slots::time_zone(&settings.time_zone)?;
    Ok(Offer {
        facility,
        window: BookingWindow::at(now_ms, &settings.rules, &zone),
        schedule: slots::schedule(connection, facility, zone).await?,
        rules: settings.rules,
    })
}

/// Gives all of them together. Where the database does not take what was decided, each half is given by itself,
/// by what is known then: so who is refused is alone after a few steps, and the others get their slots.
async fn give_all(
    connection: &mut AnyConnection,
    offer: &Offer,
    wishes: &[Wish<'_>],
) -> Result<Vec<Answer>, StoreError> {
    let mut answers = Vec::with_capacity(wishes.len());
    // Those without an answer, the first ones on top; and how often one of them alone is decided.
    let mut left = vec![(wishes, TRIES_ALONE)];
    while let Some((wishes, tries)) = left.pop() {
        match attempt(&mut *connection, offer, wishes).await? {
            Attempt::Answered(given) => answers.extend(given),
            Attempt::Refused(why) if wishes.len() == 1 => match tries - 1 {
                0 => answers.push(Err(why)),
                tries => left.push((wishes, tries)),
            },
            Attempt::Refused(_) => {
                let (first, second) = wishes.split_at(wishes.len() / 2);
                left.extend([(second, tries), (first, tries)]);
            }
        }
    }
    Ok(answers)
}

enum Attempt {
    Answered(Vec<Answer>),
    /// The database did not take what was decided. Nothing of it is written.
    Refused(BookError),
}

/// Decides by what is known now, and writes what was decided.
async fn attempt(
    connection: &mut AnyConnection,
    offer: &Offer,
    wishes: &[Wish<'_>],
) -> Result<Attempt, StoreError> {
    let offered = wishes.iter().map(|wish| offer.slot(wish.request));
    let offered: Vec<_> = offered.collect();
    let (mut known, facts) = look_up(&mut *connection, offer, wishes, &offered).await?;
    let (mut answers, mut holds) = (Vec::with_capacity(wishes.len()), Vec::new());
    for (wish, offered) in wishes.iter().zip(offered) {
        let party = |slot| facts.of(wanted(offer, wish, slot), &wish.request.party);
        let given = offer.give(
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
    let why = match holds::write(&mut savepoint, &holds, offer.rules.visits_a_month).await {
        Ok(true) => {
            savepoint.commit().await.map_err(failed)?;
            return Ok(Attempt::Answered(answers));
        }
        Ok(false) => BookRefusal::QuotaUsed.into(),
        // Said only where no later look finds anybody in the way: then two subjects have one hash.
        Err(StoreError::Overlap) => BookRefusal::SlotFull.into(),
        Err(error @ (StoreError::Duplicate(_) | StoreError::Invalid(_))) => error.into(),
        Err(error) => return Err(error),
    };
    savepoint.rollback().await.map_err(failed)?;
    Ok(Attempt::Refused(why))
}

/// Looks up what the decisions need: first the keys and the terminals, and of those who can still get a slot
/// everything else.
async fn look_up(
    connection: &mut AnyConnection,
    offer: &Offer,
    wishes: &[Wish<'_>],
    offered: &[Result<OfferedSlot<'_>, BookRefusal>],
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
    let (facility, diary) = (offer.facility, &mut known.diary);
    diary::read_terminals(&mut *connection, diary, facility, within).await?;
    offered.retain(|(_, offered)| offer.free_terminal(diary, offered).is_some());
    let engaged = offered.iter().flat_map(|(wish, _)| {
        let people = wish.request.party.iter().map(|member| member.person);
        Engaged::meeting(wish.inmate, people)
    });
    let engaged = engaged.collect();
    diary::read_people(&mut *connection, diary, engaged, within, None).await?;
    let months = offered
        .iter()
        .filter(|(wish, _)| wish.may_count())
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

const fn wanted(offer: &Offer, wish: &Wish<'_>, slot: Slot) -> Wanted {
    Wanted {
        facility: offer.facility,
        inmate: wish.inmate,
        slot,
    }
}
