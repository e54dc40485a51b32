//! How a slot is given, who may come, and how they get in, as the rules have it.

use booking_domain::{
    BookError, BookRefusal, Booking, BookingWindow, ChangeError, Ground, HOLD_MS, IssueCause,
    IssueError, MemberFacts, NewBooking, NewLink, PartyCandidate, RedeemError, Removed, SeatLink,
    VisitState, VisitTime, accounts::AccountState, check_party, ground_of, is_adult, local_date,
    local_minute, overlap,
};
use grant::{DeviceHash, LinkHash, Slot, Window};
use ids::{InmateId, PersonId, Seat, VisitId};
use uuid::Uuid;

use super::reference::{Link, Member, Reference, Visit};
use crate::support::season::{BATCHES, HALF_HOUR_MS};

/// What somebody gets who asks for a slot.
pub(super) enum Booked {
    /// The same as before.
    Before(VisitId),
    /// A visit, whose id and terminal are the store's to choose.
    Now(Box<Visit>),
}

impl Reference {
    /// Gives a slot, or says why not.
    pub(super) fn book(&mut self, ask: &NewBooking) -> Result<Booked, BookError> {
        let now_ms = ask.now_ms;
        self.run_out(now_ms);
        let applicant = ask.party.first().ok_or(BookRefusal::PartySize)?.person;
        let mut applications = self.applications.iter();
        let application = applications
            .find(|of| of.id == ask.application && of.person == applicant)
            .ok_or(BookError::NotFound)?;
        let inmate = application.inmate;
        let mut keyed = self.visits.iter().filter(|visit| visit.key.is_some());
        if let Some(before) =
            keyed.find(|visit| visit.key == ask.idempotency_key && visit.applicant == applicant)
        {
            let same = (before.slot.starts_at_ms, before.inmate) == (ask.starts_at_ms, inmate);
            return if same {
                Ok(Booked::Before(before.id))
            } else {
                Err(BookError::KeyReused)
            };
        }
        if !application.is_approved() {
            return Err(BookRefusal::NotApproved.into());
        }
        let slot = self
            .offered(ask.starts_at_ms, now_ms)
            .ok_or(BookRefusal::NotBookable)?;
        if !self
            .terminals
            .iter()
            .any(|terminal| self.is_free(*terminal, slot, now_ms))
        {
            return Err(BookRefusal::SlotFull.into());
        }
        let booking = Booking::Held {
            until_ms: now_ms + HOLD_MS,
        };
        let mut visit = self.visit(booking, inmate, slot, &ask.party);
        visit.key.clone_from(&ask.idempotency_key);
        let party = self.facts(&visit, &ask.party);
        check_party(&party, slot.starts_at_ms, &self.rules, &self.zone)?;
        if self.is_busy(&visit, &visit.people(), now_ms) {
            return Err(BookRefusal::AlreadyBusy.into());
        }
        visit.ground = ground_of(&party);
        let month = self.month(slot);
        if visit.ground.counts() {
            if self.used(inmate, month) >= self.rules.visits_a_month {
                return Err(BookRefusal::QuotaUsed.into());
            }
            visit.counted = Some(month);
        }
        Ok(Booked::Now(Box::new(visit)))
    }

    /// A visit as it comes about. Its id is the store's to choose, and mostly its terminal.
    pub(super) fn visit(
        &self,
        booking: Booking,
        inmate: InmateId,
        slot: Slot,
        party: &[PartyCandidate],
    ) -> Visit {
        Visit {
            id: VisitId::from_uuid(Uuid::nil()),
            booking,
            side: None,
            terminal: self.terminals[0],
            inmate,
            slot,
            given_back_ms: 0,
            time: VisitTime::default(),
            in_grid: true,
            opens_at_ms: self.rules.opens_at_ms(slot.starts_at_ms),
            applicant: party[0].person,
            key: None,
            party: Seat::ALL[1..]
                .iter()
                .copied()
                .zip(party.iter().map(member))
                .collect(),
            links: Vec::new(),
            ground: Ground::Ordinary,
            counted: None,
            sent_to: std::collections::BTreeSet::new(),
            visitor_joined: false,
            inmate_heard: false,
            settled: false,
        }
    }

    /// The slot that begins at a moment, if it can be booked.
    fn offered(&self, starts_at_ms: u64, now_ms: u64) -> Option<Slot> {
        let date = local_date(starts_at_ms, &self.zone);
        let on_time = starts_at_ms.is_multiple_of(60_000)
            && BATCHES.contains(&local_minute(starts_at_ms, &self.zone));
        let closed = self
            .closures
            .iter()
            .any(|closure| !closure.lifted && self.covers(&closure.plan, starts_at_ms));
        let open = BookingWindow::at(now_ms, &self.rules, &self.zone).contains(date);
        (on_time && open && !closed && now_ms < starts_at_ms).then_some(Slot {
            starts_at_ms,
            ends_at_ms: starts_at_ms + HALF_HOUR_MS,
        })
    }

    /// Whether the inmate or one of these people is in another visit at the time.
    pub(super) fn is_busy(&self, visit: &Visit, people: &[PersonId], now_ms: u64) -> bool {
        let mut others = self.busy(now_ms).filter(|other| other.id != visit.id);
        others.any(|other| {
            let meets = other.people().iter().any(|person| people.contains(person));
            overlap(other.slot, visit.slot) && (meets || other.inmate == visit.inmate)
        })
    }

    pub(super) fn is_approved(&self, person: PersonId, inmate: InmateId) -> bool {
        self.ground(person, inmate).is_some()
            && self.people[&person].account == AccountState::Active
    }

    /// On which ground somebody is approved for an inmate, whatever the account does.
    fn ground(&self, person: PersonId, inmate: InmateId) -> Option<Ground> {
        let mut applications = self.applications.iter();
        let of = |of: &&super::reference::Application| of.person == person && of.inmate == inmate;
        let approved = applications.find(|found| of(found) && found.is_approved())?;
        Some(Ground::of_relationship(approved.relationship.as_str()))
    }

    /// Those who are seated, the applicant first.
    pub(super) fn candidates(&self, visit: &Visit) -> Vec<PartyCandidate> {
        let mut people = visit.people();
        people.sort_by_key(|person| *person != visit.applicant);
        people
            .into_iter()
            .map(|person| self.candidate(person))
            .collect()
    }

    pub(super) fn candidate(&self, person: PersonId) -> PartyCandidate {
        let born = Some(self.people[&person].born);
        PartyCandidate { person, born }
    }

    /// What is known of people who want to come to a visit, the applicant first.
    pub(super) fn facts(&self, visit: &Visit, party: &[PartyCandidate]) -> Vec<MemberFacts> {
        let starts_at_ms = visit.slot.starts_at_ms;
        let applicant = party[0].person;
        let agreed = |person: PersonId| {
            let mut agreements = self
                .agreements
                .iter()
                .filter(|of| of.inmate == visit.inmate);
            let both = |pair: [PersonId; 2]| pair.contains(&person) && pair.contains(&applicant);
            person == applicant || agreements.any(|of| of.stands() && both(of.pair))
        };
        let restricted = |person: PersonId| {
            let mut bars = self
                .restrictions
                .iter()
                .filter(|bar| !bar.lifted)
                .map(|bar| &bar.new);
            bars.any(|bar| {
                bar.from_ms <= starts_at_ms
                    && bar.until_ms.is_none_or(|until_ms| starts_at_ms < until_ms)
                    && bar.person.is_none_or(|of| of == person)
                    && bar.inmate.is_none_or(|of| of == visit.inmate)
            })
        };
        let missed = |person: PersonId| {
            let missed = self.visits.iter().filter(|missed| {
                let of = |member: &Member| member.person == person && member.missed;
                missed.booking.state() == VisitState::NoShow && missed.party.values().any(of)
            });
            missed.map(|missed| missed.slot.starts_at_ms).collect()
        };
        let facts = |candidate: &PartyCandidate| MemberFacts {
            candidate: *candidate,
            approved: self.is_approved(candidate.person, visit.inmate),
            ground: self
                .ground(candidate.person, visit.inmate)
                .unwrap_or(Ground::Ordinary),
            agreed: agreed(candidate.person),
            restricted: restricted(candidate.person),
            missed_at_ms: missed(candidate.person),
        };
        party.iter().map(facts).collect()
    }

    pub(super) fn change_party(
        &mut self,
        visit: usize,
        party: &[PartyCandidate],
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        let found = &self.visits[visit];
        if found.applicant != party[0].person {
            return Err(ChangeError::NotFound);
        }
        let facts = self.facts(found, party);
        check_party(&facts, found.slot.starts_at_ms, &self.rules, &self.zone)?;
        let people: Vec<_> = party.iter().map(|candidate| candidate.person).collect();
        if self.is_busy(found, &people, now_ms) {
            return Err(BookRefusal::AlreadyBusy.into());
        }
        if !found.is_ahead(now_ms) || !found.in_grid || found.opens_at_ms <= now_ms {
            return Err(ChangeError::NotPossible);
        }
        self.run_out(now_ms);
        let found = &self.visits[visit];
        let mut seated = found.people();
        seated.sort_by_key(|person| people.iter().position(|of| of == person));
        if seated == people {
            return Ok(());
        }
        let (ground, month) = (ground_of(&facts), self.month(found.slot));
        let counts_now = ground.counts() && !found.ground.counts();
        if counts_now && self.used(found.inmate, month) >= self.rules.visits_a_month {
            return Err(BookRefusal::QuotaUsed.into());
        }
        let visit = &mut self.visits[visit];
        visit
            .party
            .retain(|_, member| people.contains(&member.person));
        let taken: Vec<Seat> = visit.party.keys().copied().collect();
        visit.links.retain(|link| taken.contains(&link.seat));
        let seated = visit.people();
        let free = Seat::ALL[1..].iter().filter(|seat| !taken.contains(seat));
        let coming = party
            .iter()
            .filter(|candidate| !seated.contains(&candidate.person));
        visit.party.extend(free.copied().zip(coming.map(member)));
        if visit.ground.counts() != ground.counts() {
            visit.ground = ground;
            visit.counted = ground.counts().then_some(month);
        }
        Ok(())
    }

    pub(super) fn leave(
        &mut self,
        visit: usize,
        person: PersonId,
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        let found = &self.visits[visit];
        let seat = found.seat_of(person).ok_or(ChangeError::NotFound)?;
        if found.applicant == person || found.party.len() == 1 || !found.is_ahead(now_ms) {
            return Err(ChangeError::NotPossible);
        }
        self.take_away(visit, seat);
        Ok(())
    }

    pub(super) fn take_out(
        &mut self,
        visit: usize,
        person: PersonId,
        now_ms: u64,
    ) -> Result<Removed, ChangeError> {
        let found = &self.visits[visit];
        let seat = found.seat_of(person).ok_or(ChangeError::NotPossible)?;
        if matches!(found.booking, Booking::Held { .. }) || !found.is_ahead(now_ms) {
            return Err(ChangeError::NotPossible);
        }
        if found.party.len() == 1 {
            return Err(BookRefusal::PartySize.into());
        }
        let links = found.party[&seat].links_issued;
        if found.applicant == person {
            let mut left = found.people();
            left.retain(|of| *of != person);
            let adult = left.iter().find(|of| self.is_grown(**of, found.slot));
            let next = *adult.unwrap_or(&left[0]);
            let visit = &mut self.visits[visit];
            (visit.applicant, visit.key) = (next, None);
        }
        self.take_away(visit, seat);
        Ok(Removed { seat, links })
    }

    /// Somebody does not come along.
    fn take_away(&mut self, visit: usize, seat: Seat) {
        self.visits[visit].party.remove(&seat);
        self.visits[visit].links.retain(|link| link.seat != seat);
        let found = &self.visits[visit];
        let mut people = found.people().into_iter();
        let counts = people.any(|person| {
            let ground = self.ground(person, found.inmate);
            ground.is_none_or(Ground::counts)
        });
        let adult = found
            .people()
            .into_iter()
            .any(|person| self.is_grown(person, found.slot));
        let visit = &mut self.visits[visit];
        if visit.in_grid && !counts {
            visit.ground = Ground::Lawyer;
            visit.counted = None;
        }
        if !adult && let Ok(flagged) = visit.booking.clone().flag("no_adult".into()) {
            visit.booking = flagged;
        }
    }

    pub(super) fn is_grown(&self, person: PersonId, slot: Slot) -> bool {
        let born = Some(self.people[&person].born);
        is_adult(born, local_date(slot.starts_at_ms, &self.zone))
    }

    pub(super) fn issue(&mut self, visit: usize, new: &NewLink) -> Result<u32, IssueError> {
        let visit = &mut self.visits[visit];
        let joinable = visit.booking.state().is_joinable() && new.at_ms < visit.slot.ends_at_ms;
        let member = visit.party.get_mut(&new.seat).filter(|_| joinable);
        let member = member.ok_or(IssueError::NotJoinable)?;
        match new.cause {
            IssueCause::Confirmed if member.links_issued > 0 => return Err(IssueError::HasOne),
            IssueCause::Confirmed => {}
            _ if new.at_ms < visit.opens_at_ms => return Err(IssueError::NotOpen),
            IssueCause::Visitor { since_ms } => {
                if member
                    .asked_at_ms
                    .is_some_and(|asked_at_ms| asked_at_ms > since_ms)
                {
                    return Err(IssueError::TooSoon);
                }
                member.asked_at_ms = Some(new.at_ms);
            }
            IssueCause::Officer(_) => {}
        }
        member.links_issued += 1;
        for older in visit.links.iter_mut().filter(|link| link.seat == new.seat) {
            older.state = SeatLink::Void;
        }
        visit.links.push(Link {
            hash: new.hash,
            seat: new.seat,
            generation: member.links_issued,
            state: SeatLink::Issued,
            redeemed: false,
        });
        Ok(member.links_issued)
    }

    pub(super) fn redeem(
        &mut self,
        hash: LinkHash,
        device: DeviceHash,
        now_ms: u64,
    ) -> Result<(Seat, u32), RedeemError> {
        let holds = |visit: &Visit| visit.links.iter().any(|link| link.hash == hash);
        let visit = self
            .visits
            .iter()
            .position(holds)
            .ok_or(RedeemError::NotFound)?;
        let found = &self.visits[visit];
        let link = found
            .links
            .iter()
            .position(|link| link.hash == hash)
            .unwrap();
        let person = found.party[&found.links[link].seat].person;
        let approved = self.is_approved(person, found.inmate);
        let state = match found.booking.state() {
            state if state.is_joinable() && !approved => VisitState::Flagged,
            state => state,
        };
        let window = Window::at(now_ms, found.opens_at_ms, found.slot.ends_at_ms);
        let link = &mut self.visits[visit].links[link];
        link.state = link.state.redeem(device, state, window)?;
        link.redeemed = true;
        Ok((link.seat, link.generation))
    }
}

fn member(candidate: &PartyCandidate) -> Member {
    Member {
        person: candidate.person,
        links_issued: 0,
        asked_at_ms: None,
        missed: false,
    }
}
