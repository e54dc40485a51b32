//! A step, taken in the store and in the reference.

use booking_domain::{
    BookError, Bookings, ChangeError, Correction, Departed, ExceptionError, IssueCause, IssueError,
    Links, NewBooking, NewLink, Officers, PartyCandidate, PartyRemoval, RedeemError, Removed,
    StaffBookings, StaffCancellation, StoreError, Terminated, Termination, VisitEvent, VisitJobs,
    Visits,
    accounts::{Closed, SuspensionError},
    applications::{ApplicationError, ApplicationState},
    local_date,
};
use grant::{LinkHash, Slot};
use ids::{FacilityId, Seat, VisitId};
use jiff::ToSpan;

use super::{
    book::Booked,
    reference::Reference,
    steps::{Cause, Step, Wish},
};
use crate::support::{
    season::DAY_MS,
    statement,
    world::{World, device, seat},
};

/// A visitor may ask for another link after so long, ms.
const ASKED_AGAIN_MS: u64 = 60_000;

/// A facility in the store and in the reference.
pub(super) struct Doing {
    pub(super) world: World,
    /// Another facility, to which inmates go and from which they come back.
    pub(super) elsewhere: FacilityId,
    pub(super) reference: Reference,
    pub(super) now_ms: u64,
    /// How many links were issued.
    pub(super) links: u32,
}

/// What the store and the reference say to a step.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) store: Said,
    pub(super) reference: Said,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    Is(bool),
    Count(usize),
    Booked(Vec<Result<(Option<VisitId>, Slot), BookError>>),
    Added(Result<(), ExceptionError>),
    Changed(Result<(), ChangeError>),
    Removed(Result<Removed, ChangeError>),
    Issued(Result<u32, IssueError>),
    Redeemed(Result<(Seat, u32), RedeemError>),
    Suspended(Result<usize, SuspensionError>),
    Closed(Closed),
    Agreed(Result<(), ApplicationError>),
    Reviewed(Result<ApplicationState, ApplicationError>),
    Departed(Departed),
    Ends(Result<u64, StoreError>),
    Unsettled(String),
}

pub(super) fn same(said: Said, expected: Said) -> Answers {
    let (store, reference) = (said, expected);
    Answers { store, reference }
}

/// Where there is nothing yet to take the step with.
pub(super) const NOTHING: Answers = Answers {
    store: Said::Nothing,
    reference: Said::Nothing,
};

impl Doing {
    /// Takes a step. What each of the two says to it.
    pub(super) async fn take(&mut self, step: &Step) -> Answers {
        match *step {
            Step::Later { ms } => {
                self.now_ms += ms;
                NOTHING
            }
            Step::Hold(ref wishes) => self.hold(wishes).await,
            Step::AddException(ref asked) => self.add_exception(asked).await,
            Step::Overdue => {
                let released = self.world.store.release_overdue(self.now_ms).await.unwrap();
                same(
                    Said::Count(released),
                    Said::Count(self.reference.overdue(self.now_ms)),
                )
            }
            Step::Unapproved => {
                let flagged = self.world.store.flag_unapproved(self.now_ms).await.unwrap();
                let expected = self.reference.flag_unapproved(self.now_ms);
                same(Said::Count(flagged), Said::Count(expected))
            }
            Step::Settle => self.settle().await,
            Step::Close { .. } | Step::Lift { .. } => self.change_days(step).await,
            Step::Restrict { .. } | Step::LiftRestriction { .. } => {
                self.change_standing(step).await
            }
            Step::Invite { one, other, inmate } => self.invite(one, other, inmate).await,
            Step::Answer {
                agreement,
                who,
                step,
            } => self.answer(agreement, who, step).await,
            Step::Apply {
                who,
                inmate,
                relationship,
            } => self.apply(who, inmate, relationship).await,
            Step::Review { application, step } => self.review(application, step).await,
            Step::Approve {
                application,
                inmate,
            } => self.approve(application, inmate).await,
            Step::Lapse { application } => self.lapse(application).await,
            Step::Depart { inmate, released } => self.depart(inmate, released).await,
            Step::Admit => self.admit().await,
            Step::Suspend { who }
            | Step::Reinstate { who }
            | Step::Verify { newcomer: who }
            | Step::Leaves { who } => self.change_account(step, who).await,
            Step::Issue {
                visit,
                seat,
                cause,
                sent,
            } => self.issue(visit, seat, cause, sent).await,
            Step::Redeem {
                visit,
                link,
                device,
            } => self.redeem(visit, link, device).await,
            Step::Spend { visit, time } => self.spend(visit, time).await,
            Step::GiveBack { visit, lost_ms } => self.give_time_back(visit, lost_ms).await,
            Step::Join { visit, .. } | Step::Hear { visit, .. } | Step::SlotEnds { visit } => {
                self.record(step, visit).await
            }
            Step::Confirm { .. }
            | Step::Cancel { .. }
            | Step::ChangeParty { .. }
            | Step::Leave { .. } => self.change_by_visitors(step).await,
            Step::CallOff { .. }
            | Step::Clear { .. }
            | Step::TakeOut { .. }
            | Step::Move { .. }
            | Step::Terminate { .. }
            | Step::Correct { .. } => self.change_by_staff(step).await,
        }
    }

    /// All that is wished for is decided together in the store, and one after the other in the reference.
    async fn hold(&mut self, wishes: &[Wish]) -> Answers {
        let asks: Vec<_> = wishes.iter().map(|wish| self.booking(wish)).collect();
        let held = self.world.store.book(asks.clone()).await;
        let (mut said, mut expected) = (Vec::new(), Vec::new());
        for (ask, held) in asks.iter().zip(held) {
            let booked = self.reference.book(ask);
            if let (Ok(held), Ok(Booked::Now(visit))) = (&held, &booked) {
                let mut visit = visit.as_ref().clone();
                let free = self
                    .reference
                    .is_free(held.terminal, held.slot, self.now_ms);
                assert!(free, "{held:?}: the terminal is taken");
                (visit.id, visit.terminal) = (held.visit, held.terminal);
                self.reference.visits.push(visit);
            }
            let known = |id: VisitId| self.reference.visits.iter().find(|visit| visit.id == id);
            expected.push(booked.map(|booked| match booked {
                Booked::Before(id) => (Some(id), known(id).unwrap().slot),
                Booked::Now(visit) => (held.as_ref().ok().map(|held| held.visit), visit.slot),
            }));
            said.push(held.map(|held| (Some(held.visit), held.slot)));
        }
        same(Said::Booked(said), Said::Booked(expected))
    }

    fn booking(&self, wish: &Wish) -> NewBooking {
        let person = self.reference.order[wish.by];
        let inmate = self.reference.inmates[wish.inmate].id;
        // Who has never applied for the inmate names somebody else's application.
        let application = self.application(person, inmate);
        NewBooking {
            application: application.unwrap_or(self.reference.applications[0].id),
            party: self.party(wish.by, &wish.along),
            starts_at_ms: self.moment(wish.days, wish.minute),
            idempotency_key: wish.key.map(|key| key.to_string()),
            now_ms: self.now_ms,
        }
    }

    async fn change_by_visitors(&mut self, step: &Step) -> Answers {
        let (store, now_ms) = (&self.world.store, self.now_ms);
        let id = |visit: usize| self.reference.visits[visit].id;
        let person = |who: usize| self.reference.order[who];
        let (said, expected) = match *step {
            Step::Confirm { visit, by } => {
                let (by, born) = (person(by), self.born(visit));
                let said = store.confirm(id(visit), by, &born, now_ms).await;
                (said, self.reference.confirm(visit, by, now_ms))
            }
            Step::Cancel { visit, by } => {
                let by = person(by);
                let said = store.cancel(id(visit), by, None, now_ms).await;
                (said, self.reference.cancel(visit, by, now_ms))
            }
            Step::ChangeParty {
                visit,
                by,
                ref along,
            } => {
                let party = self.party(by, along);
                let said = store.change_party(id(visit), party.clone(), now_ms).await;
                (said, self.reference.change_party(visit, &party, now_ms))
            }
            Step::Leave { visit, who } => {
                let who = person(who);
                let slot = self.reference.visits[visit].slot;
                let people = self.reference.order.iter().copied();
                let adults: Vec<_> = people
                    .filter(|of| self.reference.is_grown(*of, slot))
                    .collect();
                let said = store.leave(id(visit), who, &adults, now_ms).await;
                (said, self.reference.leave(visit, who, now_ms))
            }
            _ => return NOTHING,
        };
        same(Said::Changed(said), Said::Changed(expected))
    }

    async fn change_by_staff(&mut self, step: &Step) -> Answers {
        let (store, now_ms) = (&self.world.store, self.now_ms);
        let (facility, officer) = (self.world.facility, self.world.officer);
        let id = |visit: usize| self.reference.visits[visit].id;
        let person = |who: usize| self.reference.order[who];
        let reason = || "設備檢修".to_owned();
        let (said, expected) = match *step {
            Step::CallOff { visit, side } => {
                let cancellation = StaffCancellation {
                    facility,
                    visit: id(visit),
                    ended_by: side,
                    reason: reason(),
                    by: officer,
                    now_ms,
                };
                let said = store.cancel_by_staff(cancellation).await;
                let found = &self.reference.visits[visit];
                let starts_at_ms = found.slot.starts_at_ms;
                let before = found.booking.clone();
                let after = before.cancel_by_staff(side, Some(reason()), starts_at_ms, now_ms);
                (said, self.reference.call_off(visit, after, now_ms))
            }
            Step::Clear { visit } => {
                let born = self.born(visit);
                let said = store
                    .clear(facility, id(visit), &born, officer, now_ms)
                    .await;
                (said, self.reference.clear(visit, now_ms))
            }
            Step::TakeOut { visit, who } => {
                let person = person(who);
                let removal = PartyRemoval {
                    facility,
                    visit: id(visit),
                    person,
                    born: self.born(visit),
                    reason: reason(),
                    by: officer,
                    now_ms,
                };
                let said = store.remove_from_party(removal).await;
                let expected = self.reference.take_out(visit, person, now_ms);
                return same(Said::Removed(said), Said::Removed(expected));
            }
            Step::Move { visit, terminal } => {
                let terminal = self.world.terminals[terminal];
                let said = store
                    .move_to(facility, id(visit), terminal, officer, now_ms)
                    .await;
                (said, self.reference.move_to(visit, terminal, now_ms))
            }
            Step::Terminate { visit, side } => {
                let termination = Termination {
                    visit: id(visit),
                    facility,
                    officer,
                    ended_by: side,
                    reason: reason(),
                    at_ms: now_ms,
                };
                let said = match store.terminate(termination).await.unwrap() {
                    Terminated::Done => Ok(()),
                    Terminated::NotFound => Err(ChangeError::NotFound),
                    Terminated::NotOpen => Err(ChangeError::NotPossible),
                };
                (said, self.reference.terminate(visit, officer, side, now_ms))
            }
            Step::Correct { visit, outcome } => {
                let correction = Correction {
                    facility,
                    visit: id(visit),
                    outcome,
                    reason: reason(),
                    by: officer,
                    now_ms,
                };
                let said = store.correct_outcome(correction).await;
                (said, self.reference.correct(visit, outcome))
            }
            _ => return NOTHING,
        };
        same(Said::Changed(said), Said::Changed(expected))
    }

    async fn issue(&mut self, visit: usize, number: u8, cause: Cause, sent: bool) -> Answers {
        let now_ms = self.now_ms;
        self.links += 1;
        let mut hash = [0; 32];
        hash[..4].copy_from_slice(&self.links.to_be_bytes());
        let since_ms = now_ms.saturating_sub(ASKED_AGAIN_MS);
        let new = NewLink {
            visit: self.reference.visits[visit].id,
            seat: seat(number),
            hash: LinkHash::from_bytes(hash),
            cause: match cause {
                Cause::Opening => IssueCause::Confirmed,
                Cause::Visitor => IssueCause::Visitor { since_ms },
                Cause::Officer => IssueCause::Officer(self.world.officer),
            },
            url: format!("https://visit.gov.test/j#{}", self.links),
            at_ms: now_ms,
        };
        let said = self.world.store.issue(new.clone()).await;
        let expected = self.reference.issue(visit, &new);
        if sent && said.is_ok() && said == expected {
            // A gateway takes it, past the store.
            let found = &mut self.reference.visits[visit];
            let (id, person) = (found.id, found.party[&new.seat].person);
            let sql = format!(
                "UPDATE outbox SET state = 'sent' WHERE visit_id = '{id}' AND person_id = '{person}'
                 AND kind IN ('join_link', 'new_join_link') AND state = 'queued'"
            );
            statement(&self.world.database, &sql).await.unwrap();
            found.sent_to.insert(person);
        }
        same(Said::Issued(said), Said::Issued(expected))
    }

    async fn redeem(&mut self, visit: usize, link: usize, number: u16) -> Answers {
        let links = &self.reference.visits[visit].links;
        let Some(link) = links.get(links.len().wrapping_sub(1 + link)) else {
            return NOTHING;
        };
        let (hash, device, now_ms) = (link.hash, device(number), self.now_ms);
        let said = self.world.store.redeem(hash, device, now_ms).await;
        let said = said.map(|redemption| (redemption.seat, redemption.generation));
        let expected = self.reference.redeem(hash, device, now_ms);
        same(Said::Redeemed(said), Said::Redeemed(expected))
    }

    /// What a call notes of itself. It does so whether or not the visit takes the step.
    async fn record(&mut self, step: &Step, visit: usize) -> Answers {
        use booking_domain::Step as Noted;
        let found = &mut self.reference.visits[visit];
        let before = found.booking.clone();
        let (noted, after) = match *step {
            Step::Join { seat: number, .. } => {
                let seat = seat(number);
                found.visitor_joined |= seat != Seat::INMATE;
                (Noted::Joined { seat }, before.clone().join(seat))
            }
            Step::Hear { seat: number, .. } => {
                found.inmate_heard |= seat(number) == Seat::INMATE;
                (Noted::Heard { seat: seat(number) }, Ok(before.clone()))
            }
            _ => (Noted::SlotEnded, before.clone().slot_ended()),
        };
        found.booking = after.unwrap_or(before);
        let event = VisitEvent {
            visit: found.id,
            at_ms: self.now_ms,
            step: noted,
        };
        self.world.store.record(event).await.unwrap();
        NOTHING
    }

    /// Settles what is due, as the job does.
    async fn settle(&mut self) -> Answers {
        let unsettled = self
            .world
            .store
            .unsettled_visits(self.now_ms)
            .await
            .unwrap();
        let expected = self.reference.unsettled(self.now_ms);
        let answers = same(
            Said::Unsettled(format!("{unsettled:?}")),
            Said::Unsettled(format!("{expected:?}")),
        );
        for (id, attendance) in expected {
            let outcome = attendance.outcome();
            self.world
                .store
                .settle_visit(id, outcome, self.now_ms)
                .await
                .unwrap();
            let visit = self
                .reference
                .visits
                .iter()
                .position(|visit| visit.id == id)
                .unwrap();
            self.reference.settle(visit, outcome);
        }
        answers
    }

    /// The dates of birth of a visit's party.
    fn born(&self, visit: usize) -> Vec<PartyCandidate> {
        self.reference.candidates(&self.reference.visits[visit])
    }

    /// Somebody and who comes along.
    pub(super) fn party(&self, by: usize, along: &[usize]) -> Vec<PartyCandidate> {
        let people = std::iter::once(by).chain(along.iter().copied());
        people
            .map(|who| self.reference.candidate(self.reference.order[who]))
            .collect()
    }

    /// A minute of a day, so many days from now.
    pub(super) fn moment(&self, days: u64, minute: u16) -> u64 {
        let date = local_date(self.now_ms + days * DAY_MS, &self.reference.zone);
        let midnight = date.to_zoned(self.reference.zone.clone()).unwrap();
        let moment = midnight.saturating_add(i64::from(minute).minutes());
        u64::try_from(moment.timestamp().as_millisecond()).unwrap()
    }
}
