//! Thousands sign in, in the same instant or within some seconds, each as the page does: who hears that too many do
//! so comes back when told to.
//!
//! Everybody has the same password, so that nobody waits for thousands of hashes before it begins; to the service
//! each takes as long to check as any other.
//!
//! - [`comer`]: somebody who signs in
//! - [`figures`]: what is told at the end

pub mod comer;
pub mod figures;

use std::{net::Ipv4Addr, num::NonZeroU16, sync::Arc, time::Duration};

use booking_store::Store;

use self::{comer::Comer, figures::SignInFigures};
use super::{
    StoreKind, Venue,
    own::OwnVenue,
    people,
    person::Service,
    place::{self, BATCHES, Place, now_ms},
    round,
};

/// The first of the networks: every address from 127.0.0.0 to 127.255.255.255 is the machine itself (RFC 1122
/// section 3.2.1.3).
const FIRST_NETWORK: Ipv4Addr = Ipv4Addr::new(127, 1, 0, 0);

/// How many sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInPlan {
    /// The service's database.
    pub store: StoreKind,
    /// How many people.
    pub people: usize,
    /// From how many networks, each of one address.
    pub networks: NonZeroU16,
    /// Within which time they come; none: all in the same instant.
    pub within: Duration,
}

/// Starts a service of one's own, fills it with people, lets them sign in, and tells what became of it.
///
/// # Errors
/// The service or its database does not start, or refuses to be filled.
pub async fn sign_in(
    plan: &SignInPlan,
    progress: &mut dyn FnMut(&str),
) -> anyhow::Result<SignInFigures> {
    let own = OwnVenue::start(plan.store).await?;
    let done = sign_in_to(&own.venue(), plan, progress).await;
    own.stop().await?;
    done
}

/// Fills a service that runs with people and lets them sign in.
async fn sign_in_to(
    venue: &Venue<'_>,
    plan: &SignInPlan,
    progress: &mut dyn FnMut(&str),
) -> anyhow::Result<SignInFigures> {
    let store = Store::open(venue.store).await?;
    progress("the facility");
    let place = Place::make(&store, BATCHES).await?;
    let database = place::database(venue.store).await?;
    progress("the people");
    let people = people::make(&database, &place, &venue.keys.vault, plan.people).await?;
    let password: Arc<str> = people::with_one_password(&store, &database).await?.into();
    place::know_the_data(&database, venue.store).await?;
    let service = Arc::new(Service::of(venue)?);
    progress("they sign in");
    let since_ms = now_ms();
    let networks = (0..plan.networks.get()).cycle();
    let comers = people.into_iter().zip(networks).map(|(visitor, network)| {
        let comer = Comer {
            service: service.clone(),
            own: address(network),
            email: visitor.email,
            password: password.clone(),
        };
        move |wanted| comer.go(wanted)
    });
    let round = round::run(venue.pid, comers.collect(), plan.within).await?;
    let kept = people::sessions_since(&database, since_ms).await?;
    database.close().await;
    store.close().await;
    Ok(SignInFigures::of(&round, kept))
}

fn address(network: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(FIRST_NETWORK.to_bits() + u32::from(network))
}
