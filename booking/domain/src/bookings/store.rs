//! What booking asks of a store.

use std::collections::BTreeMap;

use async_trait::async_trait;
use grant::Slot;
use ids::{
    ApplicationId, CompanionId, FacilityId, InmateId, PersonId, Seat, StaffId, TerminalId, VisitId,
};
use jiff::civil::Date;

use crate::{
    BookRefusal, EndedBy, ExceptionError, ExceptionVisit, FacilityName, FacilityRules, Ground,
    Month, Outcome, PartyCandidate, StoreError, VisitState, VisitTime,
    applications::{Bar, Relationship},
};

/// Visits as visitors book them.
#[async_trait]
pub trait Bookings: Send + Sync {
    /// How each of these people stands with an application. None where the person has no such application.
    async fn applicant_standings(
        &self,
        asked: &[(PersonId, ApplicationId)],
        now_ms: u64,
    ) -> Result<Vec<Option<ApplicantStanding>>, StoreError>;
    /// What each of these applications is about, and no more. None where the person has no such application.
    async fn booking_subjects(
        &self,
        asked: &[(PersonId, ApplicationId)],
    ) -> Result<Vec<Option<BookingSubject>>, StoreError>;
    /// Those of these companions who have agreed with the person to visit the inmate together.
    async fn ready_companions(
        &self,
        person: PersonId,
        inmate: InmateId,
        companions: &[CompanionId],
    ) -> Result<Vec<ReadyCompanion>, StoreError>;
    /// The sealed dates of birth of a visit's party, and of nobody without an account.
    async fn sealed_birth_dates(
        &self,
        people: &[PersonId],
    ) -> Result<Vec<(PersonId, Vec<u8>)>, StoreError>;
    /// Whether each of these people has a visit by a request with this key.
    async fn keys_used(&self, keyed: &[(PersonId, String)]) -> Result<Vec<bool>, StoreError>;
    /// Holds a slot for each request, or says why not, in one transaction: all answers come when it is
    /// committed. Of requests that want the same, the earlier one in the list comes first. A request whose key
    /// was used for the same slot before gets the visit that it got then.
    async fn book(&self, requests: Vec<NewBooking>) -> Vec<Result<Held, BookError>>;
    /// The applicant confirms a hold, where its party may still come together: `born` says who is a minor. Everybody
    /// is told.
    async fn confirm(
        &self,
        visit: VisitId,
        applicant: PersonId,
        born: &[PartyCandidate],
        now_ms: u64,
    ) -> Result<(), ChangeError>;
    /// The applicant calls the visit off, or lets a hold go.
    async fn cancel(
        &self,
        visit: VisitId,
        applicant: PersonId,
        reason: Option<String>,
        now_ms: u64,
    ) -> Result<(), ChangeError>;
    /// The applicant says who comes: the applicant and these.
    async fn change_party(
        &self,
        visit: VisitId,
        party: Vec<PartyCandidate>,
        now_ms: u64,
    ) -> Result<(), ChangeError>;
    /// One of the party does not come along. Where no adult is left, the visit is flagged.
    async fn leave(
        &self,
        visit: VisitId,
        person: PersonId,
        adults: &[PersonId],
        now_ms: u64,
    ) -> Result<(), ChangeError>;

    /// The visits that a person takes part in, the latest first. What was never confirmed and has run out is
    /// not among them.
    async fn visits_of(
        &self,
        person: PersonId,
        page: BookingPage,
        now_ms: u64,
    ) -> Result<Vec<BookedVisit>, StoreError>;
    /// These visits, in their order.
    async fn booked_visits(
        &self,
        visits: &[VisitId],
    ) -> Result<Vec<Option<BookedVisit>>, StoreError>;
    /// One visit that a person takes part in.
    async fn visit_of(
        &self,
        person: PersonId,
        visit: VisitId,
    ) -> Result<Option<BookedVisit>, StoreError>;

    /// Frees the slots of holds that have run out, and calls off flagged visits whose time has passed. How
    /// many there were, 200 at most.
    async fn release_overdue(&self, now_ms: u64) -> Result<usize, StoreError>;
}

/// Visits as schedulers arrange them. What a facility does not have is not found.
#[async_trait]
pub trait StaffBookings: Send + Sync {
    /// The visits of a facility that begin in a time, by their start and terminal. At most 1,000.
    async fn facility_visits(
        &self,
        facility: FacilityId,
        time: Slot,
    ) -> Result<Vec<BookedVisit>, StoreError>;
    /// Adds a visit outside grid and quota, on a ground of the law and on a day that [`crate::check_event`] allows. It
    /// is confirmed, and everybody is told.
    async fn add_exception(&self, visit: ExceptionVisit) -> Result<VisitId, ExceptionError>;
    /// Corrects what became of a visit, once that is settled or an officer has ended it; the trail has it before and after. The month gets the
    /// visit back or counts it again, as the outcome says. Counted again it counts even where the month is full
    /// by now, for it had its time: the month then holds more than its visits, and has none left. Missed visits
    /// that stand against their people follow by themselves. The party is told where it gets the visit back.
    async fn correct_outcome(&self, correction: Correction) -> Result<(), ChangeError>;
    /// Calls a visit off. Everybody is told.
    async fn cancel_by_staff(&self, cancellation: StaffCancellation) -> Result<(), ChangeError>;
    /// Clears a flagged visit, where its party may come together: it takes place. `born` says who is a minor.
    async fn clear(
        &self,
        facility: FacilityId,
        visit: VisitId,
        born: &[PartyCandidate],
        by: StaffId,
        now_ms: u64,
    ) -> Result<(), ChangeError>;
    /// Takes one of several out of the party of a visit that is ahead. All are told, and where no adult is left, the
    /// visit is flagged.
    async fn remove_from_party(&self, removal: PartyRemoval) -> Result<Removed, ChangeError>;
    /// Moves a visit to another terminal.
    async fn move_to(
        &self,
        facility: FacilityId,
        visit: VisitId,
        terminal: TerminalId,
        by: StaffId,
        now_ms: u64,
    ) -> Result<(), ChangeError>;
}

/// What an application is about, as far as booking goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingSubject {
    /// The facility.
    pub facility: FacilityId,
    /// The inmate.
    pub inmate: InmateId,
    /// Approved for mobile visits, and the inmate is there.
    pub approved: bool,
    /// On which ground visits are booked with it.
    pub ground: Ground,
    /// The applicant's date of birth, sealed.
    pub sealed_birth_date: Option<Vec<u8>>,
}

/// Somebody who has agreed to come along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadyCompanion {
    /// The agreement.
    pub companion: CompanionId,
    /// Who comes along.
    pub person: PersonId,
}

/// How somebody stands with an application: what it is about, and what is booked already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicantStanding {
    /// What it is about.
    pub subject: BookingSubject,
    /// When the inmate or the person has visits that are not over. Holds that have run out are none.
    pub busy: Vec<Slot>,
    /// What stands against visits with the application, or will, and was not lifted.
    pub bars: Vec<Bar>,
    /// How many visits of the inmate count, by the name of the month, where visits with the application count.
    pub counted: BTreeMap<String, u32>,
}

impl ApplicantStanding {
    /// Whether a restriction stands against a visit that begins at a moment, Unix milliseconds.
    #[must_use]
    pub fn is_barred(&self, starts_at_ms: u64) -> bool {
        self.bars.iter().any(|bar| bar.is_in_force(starts_at_ms))
    }

    /// How many visits of the inmate count in a month.
    #[must_use]
    pub fn used(&self, month: Month) -> u32 {
        let counted = self.counted.get(&month.to_string());
        counted.copied().unwrap_or(0)
    }
}

/// A slot that is held for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The visit.
    pub visit: VisitId,
    /// At which facility.
    pub facility: FacilityId,
    /// At which of its terminals.
    pub terminal: TerminalId,
    /// With whom.
    pub inmate: InmateId,
    /// When.
    pub slot: Slot,
}

/// A slot that somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBooking {
    /// The applicant's approved application.
    pub application: ApplicationId,
    /// Who comes, the applicant first.
    pub party: Vec<PartyCandidate>,
    /// When the slot begins, Unix milliseconds.
    pub starts_at_ms: u64,
    /// What the applicant's device calls the request.
    pub idempotency_key: Option<String>,
    /// Now, Unix milliseconds.
    pub now_ms: u64,
}

impl NewBooking {
    /// By what a request that comes again is known: the applicant and the key.
    #[must_use]
    pub fn keyed(&self) -> Option<(PersonId, String)> {
        let applicant = self.party.first()?.person;
        Some((applicant, self.idempotency_key.clone()?))
    }
}

/// Why a slot was not held.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// The rules, or somebody was faster.
    #[error(transparent)]
    Refused(#[from] BookRefusal),
    /// The person, facility or inmate has no such thing.
    #[error("there is no such application")]
    NotFound,
    /// The key was used for another slot, or for another inmate.
    #[error("the key was used for another slot or inmate")]
    KeyReused,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a visit was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// There is no such visit for whoever asks.
    #[error("there is no such visit")]
    NotFound,
    /// The visit does not allow it, or no more.
    #[error("the visit does not allow it as it stands")]
    NotPossible,
    /// The rules do not allow it.
    #[error(transparent)]
    Refused(#[from] BookRefusal),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookingPage {
    /// Only what follows this visit in the list: visits that begin before it does, or at the same time.
    pub before: Option<VisitId>,
    /// At most so many.
    pub limit: u32,
}

/// A visit as it is booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookedVisit {
    /// The visit.
    pub id: VisitId,
    /// The facility.
    pub facility: FacilityId,
    /// Its name.
    pub facility_name: FacilityName,
    /// Its time zone.
    pub time_zone: String,
    /// Its figures.
    pub rules: FacilityRules,
    /// The terminal.
    pub terminal: TerminalId,
    /// Its name.
    pub terminal_name: String,
    /// The inmate.
    pub inmate: InmateId,
    /// The inmate's name.
    pub inmate_name: String,
    /// The inmate number.
    pub inmate_number: String,
    /// 第1梯 is 1; none outside the grid.
    pub batch: Option<u16>,
    /// From when one may join, Unix milliseconds.
    pub opens_at_ms: u64,
    /// When it takes place.
    pub slot: Slot,
    /// Where it stands.
    pub state: VisitState,
    /// What it is held for.
    pub ground: Ground,
    /// The date of the death or of the news of an illness, where the ground counts from one.
    pub event_on: Option<Date>,
    /// Until when the slot is kept, Unix milliseconds.
    pub held_until_ms: Option<u64>,
    /// Who booked it, or comes first in the party of a visit that staff added.
    pub applicant: Option<PersonId>,
    /// Whether it counts in the inmate's month.
    pub counted: bool,
    /// Why it was flagged, ended or called off.
    pub reason: Option<String>,
    /// Who ended it or called it off.
    pub ended_by: Option<EndedBy>,
    /// What its time was spent on so far.
    pub time: VisitTime,
    /// By how much its end was moved for what it lost.
    pub given_back_ms: u64,
    /// The visitors, by their seats.
    pub party: Vec<BookedMember>,
}

/// A visitor of a booked visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookedMember {
    /// The seat.
    pub seat: Seat,
    /// Who.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// What the visitor is to the inmate, by an approved application; none where there is none, or no more.
    pub relationship: Option<Relationship>,
}

/// A visit that staff call off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffCancellation {
    /// Where.
    pub facility: FacilityId,
    /// The visit.
    pub visit: VisitId,
    /// On whose side it fails: staff also note what inmates and visitors tell them.
    pub ended_by: EndedBy,
    /// Why, as the visitors read it.
    pub reason: String,
    /// Who calls it off.
    pub by: StaffId,
    /// Now, Unix milliseconds.
    pub now_ms: u64,
}

/// What became of a visit, as staff know it who know more than its traces tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Where.
    pub facility: FacilityId,
    /// The visit.
    pub visit: VisitId,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it is known better, as the visitors read it.
    pub reason: String,
    /// Who corrects it.
    pub by: StaffId,
    /// Now, Unix milliseconds.
    pub now_ms: u64,
}

/// Somebody whom staff take out of a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyRemoval {
    /// Where.
    pub facility: FacilityId,
    /// The visit.
    pub visit: VisitId,
    /// Who does not come.
    pub person: PersonId,
    /// The dates of birth of the party.
    pub born: Vec<PartyCandidate>,
    /// Why, as the person reads it.
    pub reason: String,
    /// Who takes the person out.
    pub by: StaffId,
    /// Now, Unix milliseconds.
    pub now_ms: u64,
}

/// The seat of somebody who was taken out of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Which.
    pub seat: Seat,
    /// How many links went to it.
    pub links: u32,
}

impl BookedVisit {
    /// Whether its slot was kept and is not any more.
    #[must_use]
    pub fn has_run_out(&self, now_ms: u64) -> bool {
        self.state == VisitState::Held
            && self.held_until_ms.is_none_or(|until_ms| until_ms <= now_ms)
    }
}
