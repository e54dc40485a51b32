//! All that is kept of a person, as the person gets it.

use super::AccountProfile;

/// What is kept of one person. The newest come first; of each kind at most [`PersonalData::AT_MOST`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalData {
    /// The account.
    pub account: AccountProfile,
    /// Applications.
    pub applications: Vec<ApplicationRecord>,
    /// Files handed in with them.
    pub documents: Vec<DocumentRecord>,
    /// Agreements to visit together.
    pub companions: Vec<CompanionRecord>,
    /// What stands or stood against visits of the person's.
    pub restrictions: Vec<RestrictionRecord>,
    /// Visits.
    pub visits: Vec<VisitRecord>,
    /// Letters and text messages.
    pub messages: Vec<MessageRecord>,
    /// Steps in the audit trail: the person's own, and those about the account.
    pub events: Vec<EventRecord>,
}

impl PersonalData {
    /// How many of a kind are told.
    pub const AT_MOST: u32 = 1000;
}

/// An application. Moments are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationRecord {
    /// Its id.
    pub id: String,
    /// The facility's name.
    pub facility: String,
    /// The inmate's name.
    pub inmate: String,
    /// The relationship to the inmate.
    pub relationship: String,
    /// The ground, where one was needed.
    pub ground: Option<String>,
    /// Asks for visits on site.
    pub on_site: bool,
    /// Asks for remote visits.
    pub remote: bool,
    /// Asks for mobile visits.
    pub mobile: bool,
    /// Where it stands.
    pub state: String,
    /// The reason of the last decision.
    pub reason: Option<String>,
    /// When it was begun.
    pub created_at_ms: u64,
    /// When it was decided.
    pub decided_at_ms: Option<u64>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentRecord {
    /// Of which application.
    pub application: String,
    /// What it shows.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its length, bytes.
    pub bytes: u64,
    /// When it came, Unix milliseconds.
    pub created_at_ms: u64,
    /// When it was deleted, Unix milliseconds.
    pub deleted_at_ms: Option<u64>,
}

/// An agreement to visit an inmate together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanionRecord {
    /// The inmate's name.
    pub inmate: String,
    /// Whether the person asked, rather than was asked.
    pub sent: bool,
    /// Where it stands.
    pub state: String,
    /// When it was begun, Unix milliseconds.
    pub created_at_ms: u64,
}

/// A restriction of the person. What staff wrote about it may name others, and is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestrictionRecord {
    /// The facility's name.
    pub facility: String,
    /// The name of the inmate that it is about; none: every inmate of the facility.
    pub inmate: Option<String>,
    /// What it rests on.
    pub kind: String,
    /// From when, Unix milliseconds.
    pub from_ms: u64,
    /// Until when, Unix milliseconds; none: until it is lifted.
    pub until_ms: Option<u64>,
    /// When it was lifted, Unix milliseconds.
    pub lifted_at_ms: Option<u64>,
}

/// A visit that the person was booked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitRecord {
    /// Its id.
    pub id: String,
    /// The facility's name.
    pub facility: String,
    /// The inmate's name.
    pub inmate: String,
    /// When it begins, Unix milliseconds.
    pub starts_at_ms: u64,
    /// When it ends, Unix milliseconds.
    pub ends_at_ms: u64,
    /// Where it stands.
    pub state: String,
    /// Counts as missed by the person.
    pub missed: bool,
    /// When the person's phone was last tested for it, Unix milliseconds.
    pub tested_at_ms: Option<u64>,
    /// What came of that.
    pub tested: Option<String>,
}

/// A letter or a text message. Moments are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRecord {
    /// What it is about.
    pub kind: String,
    /// `sms` or `email`.
    pub channel: String,
    /// Where it stands.
    pub state: String,
    /// The mobile number or the e-mail address that it went to; none before it was first sent.
    pub recipient: Option<String>,
    /// A letter's subject.
    pub subject: Option<String>,
    /// What it said, where that is still kept and opens nothing by itself.
    pub body: Option<String>,
    /// When it was queued.
    pub created_at_ms: u64,
    /// When it was sent.
    pub sent_at_ms: Option<u64>,
    /// When it arrived, where a gateway told so.
    pub delivered_at_ms: Option<u64>,
}

/// A step in the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecord {
    /// What.
    pub action: String,
    /// To which kind of thing.
    pub subject: String,
    /// By the person, rather than by the service or by staff.
    pub own: bool,
    /// When, Unix milliseconds.
    pub at_ms: u64,
}
