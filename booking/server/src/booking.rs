//! What the endpoints share.

use std::sync::Arc;

use booking_store::Store;
use grant::LinkKeyRing;

use crate::{LinkIssuer, LiveVisits, address_limit::AddressLimit, resend::Resends};

/// How the API behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingSettings {
    /// The address that links begin with, such as `https://visit.example`.
    pub public_url: String,
    /// Whether `/api/demo/outbox` shows the queued messages, links and all. For demonstrations only.
    pub demo_outbox: bool,
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
    pub(crate) demo_outbox: bool,
    pub(crate) public_url: String,
}

impl Booking {
    /// The API over a store, with the keys of links and the running calls.
    ///
    /// Starts the task that answers requests for a new link; it ends with the last clone. So this must be
    /// called within a tokio runtime.
    #[must_use]
    pub fn new(
        store: Store,
        keys: Arc<LinkKeyRing>,
        live: Arc<dyn LiveVisits>,
        settings: &BookingSettings,
    ) -> Self {
        let issuer = LinkIssuer::new(store.clone(), keys, &settings.public_url);
        Self(Arc::new(Parts {
            resends: Resends::start(issuer.clone(), live.clone()),
            resend_limit: AddressLimit::new(),
            demo_outbox: settings.demo_outbox,
            public_url: settings.public_url.clone(),
            store,
            live,
            issuer,
        }))
    }
}
