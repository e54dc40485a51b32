//! A facility's slots, given to many who ask, one after the other.
//!
//! What is known of all of them is looked up before; so a decision is a matter of memory, and each of them
//! counts for the next. It holds once the database has taken it: what came in between shows only there.

use std::collections::BTreeMap;

use grant::Slot;
use ids::{FacilityId, InmateId, PersonId, TerminalId, VisitId};

use crate::{
    BookError, BookRefusal, BookingWindow, Diary, Engaged, FacilityRules, Ground, HOLD_MS, Held,
    MemberFacts, Month, NewBooking, OfferedSlot, Schedule, check_party, ground_of,
};

/// What a facility offers at a moment.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Which.
    pub facility: FacilityId,
    /// Its figures.
    pub rules: FacilityRules,
    /// Its slots.
    pub schedule: Schedule,
    /// The dates that are open.
    pub window: BookingWindow,
}

/// What an applicant asks for, and what the application is about.
#[derive(Clone, Debug)]
pub struct Wish<'a> {
    /// The request.
    pub request: &'a NewBooking,
    /// Whom the visit is with.
    pub inmate: InmateId,
    /// On which ground the applicant visits alone.
    pub ground: Ground,
    /// Whether the application stands, and the inmate is there.
    pub present: bool,
}

/// What is known besides, before anything is given; and what was given since.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The engagements of the terminals, and of everybody who is named in a wish.
    pub diary: Diary,
    /// How many visits of an inmate count in a month, if any.
    pub counted: BTreeMap<(InmateId, Month), u32>,
    /// What applicants got for the keys of their requests.
    pub held: BTreeMap<(PersonId, String), Held>,
}

/// A visit that is held for an applicant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHold {
    /// Which, where, when and with whom.
    pub held: Held,
    /// Who asked for it.
    pub applicant: PersonId,
    /// Who comes, the applicant first. One to three.
    pub people: Vec<PersonId>,
    /// 第1梯 is 1.
    pub batch: u16,
    /// Why it counts in no month, where it does not.
    pub ground: Ground,
    /// The month that it counts in.
    pub counted: Option<Month>,
    /// From when one can join, Unix milliseconds.
    pub opens_at_ms: u64,
    /// Until when it is kept, Unix milliseconds.
    pub until_ms: u64,
    /// What the applicant's device calls the request.
    pub key: Option<String>,
    /// When it was asked for, Unix milliseconds.
    pub now_ms: u64,
}

/// What an applicant gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// The same as before, for the same key.
    Before(Held),
    /// A slot.
    Now(NewHold),
}

impl Wish<'_> {
    /// Whether the visit may count in the inmate's month: who comes along may make it so.
    #[must_use]
    pub fn may_count(&self) -> bool {
        self.ground.counts() || self.request.party.len() > 1
    }
}

impl Offer {
    /// The slot that is asked for, if it is open for booking.
    pub fn slot(&self, request: &NewBooking) -> Result<OfferedSlot<'_>, BookRefusal> {
        self.schedule
            .find(request.starts_at_ms)
            .filter(|offered| offered.closed.is_none() && self.window.contains(offered.date))
            .filter(|offered| offered.slot.starts_at_ms > request.now_ms)
            .ok_or(BookRefusal::NotBookable)
    }

    /// A terminal that is free in a slot of the schedule.
    #[must_use]
    pub fn free_terminal(&self, diary: &Diary, offered: &OfferedSlot<'_>) -> Option<TerminalId> {
        let mut terminals = offered.grid.plan.terminals.iter().copied();
        terminals.find(|terminal| diary.is_free(Engaged::Terminal(*terminal), offered.slot))
    }

    /// Gives the slot that is [found](Self::slot), or says why not. The visit gets this id; `party` is asked
    /// for the facts of the party at the slot only where it comes to that.
    ///
    /// Of several obstacles the first is told: an empty party, a key that stands for something else, an application
    /// that does not stand, the slot, a terminal, the party ([`check_party`]), other engagements, and last the
    /// inmate's month.
    pub fn give(
        &self,
        known: &mut Known,
        wish: &Wish<'_>,
        offered: Result<OfferedSlot<'_>, BookRefusal>,
        visit: VisitId,
        party: impl FnOnce(Slot) -> Vec<MemberFacts>,
    ) -> Result<Given, BookError> {
        let request = wish.request;
        let applicant = request.party.first().ok_or(BookRefusal::PartySize)?.person;
        let key = request.keyed();
        if let Some(held) = key.as_ref().and_then(|key| known.held.get(key)) {
            let same = (held.slot.starts_at_ms, held.inmate);
            return if same == (request.starts_at_ms, wish.inmate) {
                Ok(Given::Before(*held))
            } else {
                Err(BookError::KeyReused)
            };
        }
        if !wish.present {
            return Err(BookRefusal::NotApproved.into());
        }
        let offered = offered?;
        let slot = offered.slot;
        let terminal = self
            .free_terminal(&known.diary, &offered)
            .ok_or(BookRefusal::SlotFull)?;
        let starts_at_ms = slot.starts_at_ms;
        let party = party(slot);
        check_party(&party, starts_at_ms, &self.rules, &self.schedule.time_zone)?;
        let people: Vec<PersonId> = request.party.iter().map(|member| member.person).collect();
        if !known.diary.can_meet(wish.inmate, &people, slot) {
            return Err(BookRefusal::AlreadyBusy.into());
        }
        let ground = ground_of(&party);
        let counted = ground.counts().then(|| Month::of(offered.date));
        if let Some(month) = counted {
            let visits = known.counted.entry((wish.inmate, month)).or_default();
            if *visits >= self.rules.visits_a_month {
                return Err(BookRefusal::QuotaUsed.into());
            }
            *visits += 1;
        }
        let held = Held {
            visit,
            facility: self.facility,
            terminal,
            inmate: wish.inmate,
            slot,
        };
        let meeting = Engaged::meeting(wish.inmate, people.iter().copied());
        for engaged in meeting.chain([Engaged::Terminal(terminal)]) {
            known.diary.engage(engaged, slot);
        }
        if let Some(key) = key {
            known.held.insert(key, held);
        }
        Ok(Given::Now(NewHold {
            held,
            applicant,
            people,
            batch: offered.batch,
            ground,
            counted,
            opens_at_ms: self.rules.opens_at_ms(starts_at_ms),
            until_ms: request.now_ms.saturating_add(HOLD_MS),
            key: request.idempotency_key.clone(),
            now_ms: request.now_ms,
        }))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{civil::date, tz::TimeZone};
    use proptest::{bool::weighted, prelude::*, test_runner::TestCaseError};
    use uuid::Uuid;

    use super::*;
    use crate::{GridPlan, PartyCandidate, SlotGrid, Weekdays, overlap};

    /// 2026-11-30T01:00Z, Monday 09:00 in Taipei; visits begin every half hour.
    const FIRST_MS: u64 = 1_796_000_400_000;
    const MINUTE_MS: u64 = 60_000;
    const HALF_HOUR_MS: u64 = 30 * MINUTE_MS;
    const BATCHES: u64 = 4;
    const TERMINALS: u128 = 3;

    fn offer() -> Offer {
        let plan = GridPlan {
            from: date(2026, 11, 1),
            to: None,
            weekdays: Weekdays::from_bits(0b111_1111).unwrap(),
            visit_minutes: 25,
            turnaround_minutes: 5,
            batches: (0..4).map(|batch| 540 + 30 * batch).collect(),
            terminals: (0..TERMINALS)
                .map(|number| TerminalId::from_uuid(Uuid::from_u128(number)))
                .collect(),
        };
        let grid = SlotGrid {
            id: ids::SlotGridId::from_uuid(Uuid::from_u128(1)),
            plan,
        };
        let day = date(2026, 11, 30);
        Offer {
            facility: FacilityId::from_uuid(Uuid::from_u128(1)),
            rules: FacilityRules::default(),
            schedule: Schedule {
                time_zone: TimeZone::get("Asia/Taipei").unwrap(),
                grids: vec![grid],
                closures: Vec::new(),
            },
            window: BookingWindow {
                from: day,
                to: day,
                next_day_opens_at_ms: FIRST_MS,
            },
        }
    }

    /// Somebody with a companion wants to speak with an inmate.
    #[derive(Clone, Debug)]
    struct Asked {
        inmate: u128,
        people: [u128; 2],
        batch: u64,
        key: Option<u8>,
        present: bool,
        /// What is known of the two.
        party: [Facts; 2],
    }

    /// What is known of one of them.
    #[derive(Clone, Copy, Debug)]
    struct Facts {
        approved: bool,
        agreed: bool,
        restricted: bool,
        minor: bool,
        lawyer: bool,
    }

    fn facts() -> impl Strategy<Value = Facts> {
        let rarely = || weighted(0.05);
        (rarely(), rarely(), rarely(), weighted(0.2), weighted(0.4)).prop_map(
            |(pending, silent, restricted, minor, lawyer)| Facts {
                approved: !pending,
                agreed: !silent,
                restricted,
                minor,
                lawyer,
            },
        )
    }

    fn asked() -> impl Strategy<Value = Asked> {
        let people = (0..12_u128, 1..12_u128).prop_map(|(one, off)| [one, (one + off) % 12]);
        let key = proptest::option::weighted(0.3, 0..3_u8);
        let known = (weighted(0.95), [facts(), facts()]);
        (0..6_u128, people, 0..=BATCHES, key, known).prop_map(
            |(inmate, people, batch, key, (present, party))| Asked {
                inmate,
                people,
                batch,
                key,
                present,
                party,
            },
        )
    }

    fn request(asked: &Asked) -> NewBooking {
        let candidate = |(number, facts): (u128, Facts)| PartyCandidate {
            person: PersonId::from_uuid(Uuid::from_u128(number)),
            born: Some(date(if facts.minor { 2015 } else { 1970 }, 1, 1)),
        };
        let party = asked.people.into_iter().zip(asked.party);
        NewBooking {
            application: ids::ApplicationId::from_uuid(Uuid::from_u128(1)),
            party: party.map(candidate).collect(),
            starts_at_ms: FIRST_MS + asked.batch * HALF_HOUR_MS,
            idempotency_key: asked.key.map(|key| key.to_string()),
            now_ms: FIRST_MS - HALF_HOUR_MS,
        }
    }

    fn ground(facts: Facts) -> Ground {
        if facts.lawyer {
            Ground::Lawyer
        } else {
            Ground::Ordinary
        }
    }

    fn members(asked: &Asked, request: &NewBooking) -> Vec<MemberFacts> {
        let member = |(candidate, facts): (&PartyCandidate, &Facts)| MemberFacts {
            candidate: *candidate,
            approved: facts.approved,
            ground: ground(*facts),
            agreed: facts.agreed,
            restricted: facts.restricted,
            missed_at_ms: Vec::new(),
        };
        request.party.iter().zip(&asked.party).map(member).collect()
    }

    /// How an answer stands to what was given before.
    fn check(
        given: &Result<Given, BookError>,
        (asked, wish): (&Asked, &Wish<'_>),
        earlier: &[NewHold],
        limit: u32,
    ) -> Result<(), TestCaseError> {
        let request = wish.request;
        let slot = Slot {
            starts_at_ms: request.starts_at_ms,
            ends_at_ms: request.starts_at_ms + 25 * MINUTE_MS,
        };
        let key = request.keyed();
        let keyed = |hold: &&NewHold| hold.key.clone().map(|key| (hold.applicant, key)) == key;
        if let Some(before) = earlier.iter().find(|hold| key.is_some() && keyed(hold)) {
            let same = before.held.slot == slot && before.held.inmate == wish.inmate;
            let right = match given {
                Ok(Given::Before(held)) => same && before.held == *held,
                Err(BookError::KeyReused) => !same,
                _ => false,
            };
            prop_assert!(right, "{given:?}");
            return Ok(());
        }
        let at_once: Vec<_> = earlier
            .iter()
            .filter(|hold| overlap(hold.held.slot, slot))
            .collect();
        let named = |person: &PersonId| request.party.iter().any(|member| member.person == *person);
        let busy = at_once
            .iter()
            .any(|hold| hold.held.inmate == wish.inmate || hold.people.iter().any(named));
        let counted = earlier
            .iter()
            .filter(|hold| hold.held.inmate == wish.inmate && hold.counted.is_some());
        let used = counted.count() >= limit as usize;
        let party = asked.party;
        let counts = party.iter().any(|facts| !facts.lawyer);
        let obstacles = [
            (!asked.present, BookRefusal::NotApproved),
            (asked.batch == BATCHES, BookRefusal::NotBookable),
            (at_once.len() as u128 == TERMINALS, BookRefusal::SlotFull),
            (
                party.iter().any(|facts| !facts.approved || !facts.agreed),
                BookRefusal::NotApproved,
            ),
            (
                party.iter().any(|facts| facts.restricted),
                BookRefusal::Restricted,
            ),
            (
                party.iter().all(|facts| facts.minor),
                BookRefusal::MinorWithoutAdult,
            ),
            (busy, BookRefusal::AlreadyBusy),
            (counts && used, BookRefusal::QuotaUsed),
        ];
        let first = obstacles
            .into_iter()
            .find_map(|(stands, refusal)| stands.then_some(refusal));
        let right = match (given, first) {
            (Ok(Given::Now(hold)), None) => {
                let taken = at_once
                    .iter()
                    .any(|other| other.held.terminal == hold.held.terminal);
                hold.held.slot == slot && !taken && hold.counted.is_some() == counts
            }
            (Err(BookError::Refused(refusal)), Some(first)) => *refusal == first,
            _ => false,
        };
        prop_assert!(right, "{given:?} and not {first:?}");
        Ok(())
    }

    proptest! {
        /// Whatever is asked for, and by whomever: nobody and nothing is in two places at once, no month has more than
        /// its visits, a key gives one visit, and whoever is refused is refused for the first reason that is there.
        #[test]
        fn what_is_given_keeps_every_rule(all in proptest::collection::vec(asked(), 1..60)) {
            let (offer, mut known) = (offer(), Known::default());
            let mut holds: Vec<NewHold> = Vec::new();
            for (number, asked) in all.iter().enumerate() {
                let request = request(asked);
                let wish = Wish {
                    request: &request,
                    inmate: InmateId::from_uuid(Uuid::from_u128(asked.inmate)),
                    ground: ground(asked.party[0]),
                    present: asked.present,
                };
                let visit = VisitId::from_uuid(Uuid::from_u128(number as u128));
                let offered = offer.slot(&request);
                let given = offer.give(&mut known, &wish, offered, visit, |_| members(asked, &request));
                check(&given, (asked, &wish), &holds, offer.rules.visits_a_month)?;
                if let Ok(Given::Now(hold)) = given {
                    holds.push(hold);
                }
            }
        }
    }
}
