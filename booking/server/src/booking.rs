//! What the endpoints share.

use std::sync::Arc;

use booking_store::Store;
use grant::LinkKeyRing;
use ids::{PersonId, TerminalId};

use crate::{
    DocumentSettings, LinkIssuer, LiveVisits, MessageSettings, PasswordCost, RetentionSettings,
    Vault,
    accounts::{AccountLetters, AccountLimits},
    address_limit::AddressLimit,
    applicants::Applicants,
    booking_desk::BookingDesk,
    call_test_limit::CallTestLimit,
    documents::Desk,
    lookup_limit::LookupLimit,
    number_limit::NumberLimit,
    password_pool::PasswordPool,
    resend::Resends,
    sign_in_limit::SignInLimit,
    slot_boards::SlotBoards,
    visitor_sessions::VisitorSessions,
};

/// How the API behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingSettings {
    /// The address that links begin with, such as `https://visit.example`.
    pub public_url: String,
    /// The origins (RFC 6454) of our own pages.
    pub origins: Vec<String>,
    /// Whether `/api/demo/outbox` shows the queued messages, links and all. For demonstrations only.
    pub demo_outbox: bool,
    /// What the hash of a password costs.
    pub password_cost: PasswordCost,
    /// Where documents are kept, and who looks at them first.
    pub documents: DocumentSettings,
    /// The ways of messages, whose gateways tell what became of them.
    pub messages: MessageSettings,
    /// How long people are known whom no visit needs any more.
    pub retention: RetentionSettings,
}

/// The API's parts. Clones share them.
#[derive(Clone)]
pub struct Booking(pub(crate) Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) live: Arc<dyn LiveVisits>,
    pub(crate) issuer: LinkIssuer,
    pub(crate) resends: Resends,
    pub(crate) resend_limit: AddressLimit,
    pub(crate) sessions: VisitorSessions,
    pub(crate) applicants: Applicants,
    pub(crate) boards: SlotBoards,
    pub(crate) desk: BookingDesk,
    pub(crate) staff_limit: SignInLimit,
    pub(crate) account_letters: AccountLetters,
    pub(crate) account_limits: AccountLimits,
    pub(crate) vault: Vault,
    pub(crate) passwords: PasswordPool,
    pub(crate) staff_passwords: PasswordPool,
    pub(crate) documents: Desk,
    pub(crate) lookup_limit: LookupLimit,
    pub(crate) number_limit: NumberLimit,
    pub(crate) phone_test_limit: CallTestLimit<PersonId>,
    pub(crate) self_test_limit: CallTestLimit<TerminalId>,
    pub(crate) public_url: String,
    pub(crate) origins: Vec<String>,
    pub(crate) demo_outbox: bool,
    pub(crate) messages: MessageSettings,
    pub(crate) retention: RetentionSettings,
}

impl Booking {
    /// Whether browsers reach us by HTTPS alone.
    pub(crate) fn is_secure(&self) -> bool {
        self.0.public_url.starts_with("https://")
    }

    /// The API over a store, with the keys of links, the vault and the running calls.
    ///
    /// Starts the tasks that answer requests for links and letters and remove what has had its time; they end
    /// with the last clone. So this must be
    /// called within a tokio runtime.
    #[must_use]
    pub fn new(
        store: Store,
        keys: Arc<LinkKeyRing>,
        vault: Vault,
        live: Arc<dyn LiveVisits>,
        settings: &BookingSettings,
    ) -> Self {
        let boards = SlotBoards::new(store.clone());
        let issuer = LinkIssuer::new(store.clone(), keys, &settings.public_url);
        Self(Arc::new(Parts {
            resends: Resends::start(issuer.clone(), live.clone()),
            resend_limit: AddressLimit::new(),
            staff_limit: SignInLimit::new(),
            public_url: settings.public_url.clone(),
            origins: settings.origins.clone(),
            demo_outbox: settings.demo_outbox,
            messages: settings.messages.clone(),
            retention: settings.retention.clone(),
            passwords: PasswordPool::for_visitors(settings.password_cost.clone()),
            staff_passwords: PasswordPool::for_staff(settings.password_cost.clone()),
            documents: Desk::new(store.clone(), vault.clone(), &settings.documents),
            lookup_limit: LookupLimit::new(),
            number_limit: NumberLimit::new(),
            phone_test_limit: CallTestLimit::new(),
            self_test_limit: CallTestLimit::new(),
            sessions: VisitorSessions::start(store.clone()),
            applicants: Applicants::start(store.clone()),
            desk: BookingDesk::start(store.clone(), boards.clone()),
            boards,
            account_letters: AccountLetters::start(store.clone()),
            account_limits: AccountLimits::new(),
            vault,
            store,
            live,
            issuer,
        }))
    }
}
