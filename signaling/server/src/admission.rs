//! What a credential lets one into.
//!
//! The order is part of the protection: form, key and signature of a link are checked before the store is
//! asked anything, and only who has a signed one hears that no visit belongs to it any more. A grant is checked
//! against its signature, its device and its visit's clock; the store adds what it knows if it answers
//! soon, and is not needed.

use std::{sync::Arc, time::Duration};

use booking_domain::{RedeemError, SeatStanding, Step, StoreError, VisitInfo, VisitState};
use grant::{DeviceHash, DeviceKey, LinkError, LinkHash, SeatGrant, Secret, SecretHash, Window};
use ids::{Seat, TerminalId};
use protocol::{Credential, ErrorCode, Locale, Visit};
use signaling_core::{Admission, Refusal, SeatClaim};
use tokio::time::timeout;

use crate::{
    phone_tests,
    schedule::{names, visit},
    shared::Shared,
};

/// How long a link may wait for the store.
const ANSWER: Duration = Duration::from_secs(5);
/// How long a grant waits for what the store may add.
const STANDING: Duration = Duration::from_secs(1);

/// An answer, and the terminal whose schedule will be asked for again.
pub(crate) type Answer = (Result<Admission, Refusal>, Option<(SecretHash, TerminalId)>);

/// Finds out what `credential` lets one into.
pub(crate) async fn admit(shared: Arc<Shared>, credential: Credential, locale: Locale) -> Answer {
    match credential {
        Credential::Link { token, device_key } => {
            (by_link(&shared, &token, &device_key, locale).await, None)
        }
        Credential::Grant { grant, device_key } => {
            (by_grant(&shared, &grant, &device_key).await, None)
        }
        Credential::Terminal { secret } => by_secret(&shared, &secret).await,
        Credential::Test { pass } => (phone_tests::admit(&shared, &pass), None),
    }
}

async fn by_link(
    shared: &Shared,
    token: &str,
    device_key: &str,
    locale: Locale,
) -> Result<Admission, Refusal> {
    let now_ms = shared.now().unix_ms;
    let link = shared.links.verify(token).map_err(|error| {
        Refusal::new(match error {
            LinkError::Incomplete => ErrorCode::LinkIncomplete,
            LinkError::Damaged => ErrorCode::LinkDamaged,
            LinkError::Unrecognised => ErrorCode::LinkUnrecognised,
        })
    })?;
    let device = device(device_key)?;
    if link.slot.ends_at_ms <= now_ms {
        return Err(Refusal::new(ErrorCode::LinkOver));
    }
    let redeeming = redeem(shared, link.hash, device, locale, now_ms);
    match timeout(ANSWER, redeeming).await {
        Ok(answer) => answer,
        Err(_) => Err(Refusal::new(ErrorCode::Unavailable)),
    }
}

async fn redeem(
    shared: &Shared,
    link: LinkHash,
    device: DeviceHash,
    locale: Locale,
    now_ms: u64,
) -> Result<Admission, Refusal> {
    let seen = shared
        .visits
        .look(link)
        .await
        .map_err(|error| away(&error))?;
    let seen = seen.ok_or(Refusal::new(ErrorCode::LinkWithoutVisit))?;
    if seen.withdrawn {
        return Err(Refusal::new(match seen.visit.state {
            VisitState::Cancelled => ErrorCode::LinkWithoutVisit,
            VisitState::Terminated => ErrorCode::LinkOver,
            _ => ErrorCode::LinkWithdrawn,
        }));
    }
    let early = |info: &VisitInfo| Ok(Admission::Early(visit(info, locale)));
    // Of one that is flagged nobody waits for the opening: the store says what is in the way.
    let flagged = seen.visit.state == VisitState::Flagged;
    if let (Window::Early { .. }, false) = (seen.visit.window(now_ms), flagged) {
        return early(&seen.visit);
    }
    let redemption = match shared.visits.redeem(link, device, now_ms).await {
        Ok(redemption) => redemption,
        Err(RedeemError::Early { .. }) => return early(&seen.visit),
        Err(error) => return Err(not_redeemed(&error)),
    };
    let step = Step::Redeemed {
        seat: redemption.seat,
        generation: redemption.generation,
    };
    shared.recorder.note(redemption.visit.id, step);
    let info = &redemption.visit;
    let grant = SeatGrant {
        visit: info.id,
        seat: redemption.seat,
        generation: redemption.generation,
        device,
        name: redemption.name.clone(),
        facility: info.facility_name.written_in(locale),
        inmate: info.inmate_name.clone(),
        opens_at_ms: info.opens_at_ms,
        starts_at_ms: info.starts_at_ms,
        ends_at_ms: info.ends_at_ms,
        locale: Some(locale.tag().to_owned()),
    };
    shared.metrics.joins.with_label_values(&["link"]).inc();
    Ok(Admission::Seat(SeatClaim {
        visit: visit(info, locale),
        seat: redemption.seat,
        generation: redemption.generation,
        names: names(info),
        grant: Some(shared.grants.seal(&grant, now_ms)),
    }))
}

async fn by_grant(shared: &Shared, text: &str, device_key: &str) -> Result<Admission, Refusal> {
    // Opened outside of time: the visit's own clock decides below, and a stepped wall clock does not.
    let mut grant = shared
        .grants
        .open(text, 0)
        .map_err(|_| Refusal::new(ErrorCode::GrantNotValid))?;
    if device(device_key)? != grant.device {
        return Err(Refusal::new(ErrorCode::GrantNotValid));
    }
    let times = shared.registry.times_of(grant.visit);
    let now = shared.now();
    let now_ms = match times {
        Some((anchor, _)) => anchor.unix_ms_at(now.instant),
        None => now.unix_ms,
    };
    let mut known = Visit {
        id: grant.visit,
        facility: grant.facility.clone(),
        inmate: grant.inmate.clone(),
        opens_at_ms: grant.opens_at_ms,
        starts_at_ms: grant.starts_at_ms,
        ends_at_ms: grant.ends_at_ms,
    };
    if now_ms < known.opens_at_ms {
        return Ok(Admission::Early(known));
    }
    let standing = shared.visits.standing(grant.visit, grant.seat);
    // No answer in time, or an error: the grant speaks for itself.
    if let Ok(Ok(standing)) = timeout(STANDING, standing).await {
        known.ends_at_ms = still_good(&grant, standing)?;
    }
    if let Some((anchor, ends_at)) = times {
        known.ends_at_ms = anchor.unix_ms_at(ends_at);
    }
    if known.ends_at_ms <= now_ms {
        return Err(Refusal::new(ErrorCode::GrantOver));
    }
    grant.ends_at_ms = known.ends_at_ms;
    shared.metrics.joins.with_label_values(&["grant"]).inc();
    Ok(Admission::Seat(SeatClaim {
        visit: known,
        seat: grant.seat,
        generation: grant.generation,
        names: vec![
            (Seat::INMATE, grant.inmate.clone()),
            (grant.seat, grant.name.clone()),
        ],
        grant: Some(shared.grants.seal(&grant, now_ms)),
    }))
}

/// When the visit ends, if the grant still holds.
fn still_good(grant: &SeatGrant, standing: Option<SeatStanding>) -> Result<u64, Refusal> {
    let standing = standing.ok_or(Refusal::new(ErrorCode::GrantNotValid))?;
    if matches!(standing.state, VisitState::Flagged | VisitState::Cancelled) {
        // Not over: the link, which the page shows next, brings the device back once staff say so, or tells that
        // the visit was cancelled.
        Err(Refusal::new(ErrorCode::GrantNotValid))
    } else if !standing.state.is_joinable() {
        Err(Refusal::new(ErrorCode::GrantOver))
    } else if standing.generation > grant.generation {
        Err(Refusal::new(ErrorCode::GrantSuperseded))
    } else {
        Ok(standing.ends_at_ms)
    }
}

async fn by_secret(shared: &Shared, secret: &str) -> Answer {
    let Ok(secret) = Secret::parse(secret) else {
        return (Err(Refusal::new(ErrorCode::TerminalNotKnown)), None);
    };
    let secret = secret.hash();
    let offset = shared.settings.utc_offset_ms;
    let opened = shared
        .schedules
        .open(&*shared.visits, secret, shared.now().unix_ms, offset)
        .await;
    match opened {
        Ok((terminal, appointments)) => (
            Ok(Admission::Terminal {
                facility: terminal.facility_name,
                name: terminal.name,
                build: shared.settings.build.clone(),
                appointments,
            }),
            Some((secret, terminal.id)),
        ),
        Err(refusal) => (Err(refusal), None),
    }
}

fn device(key: &str) -> Result<DeviceHash, Refusal> {
    DeviceKey::parse(key)
        .map(|key| key.hash())
        .map_err(|error| Refusal::with_detail(ErrorCode::BadMessage, error.to_string()))
}

fn not_redeemed(error: &RedeemError) -> Refusal {
    Refusal::new(match error {
        RedeemError::Used => ErrorCode::LinkUsed,
        RedeemError::Withdrawn => ErrorCode::LinkWithdrawn,
        RedeemError::Flagged => ErrorCode::VisitFlagged,
        RedeemError::Over => ErrorCode::LinkOver,
        RedeemError::NotFound => ErrorCode::LinkWithoutVisit,
        RedeemError::Early { .. } | RedeemError::Unavailable(_) => {
            tracing::warn!(%error, "a link could not be redeemed");
            ErrorCode::Unavailable
        }
    })
}

fn away(error: &StoreError) -> Refusal {
    tracing::warn!(%error, "a link could not be looked up");
    Refusal::new(ErrorCode::Unavailable)
}
