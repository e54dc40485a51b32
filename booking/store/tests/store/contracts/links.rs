//! One link, one person, one visit.

use booking_domain::{
    Channel, DeliveryState, EndedBy, IssueCause, IssueError, LinkStanding, Links, MessageFilter,
    MessageKind, Officers, Outbox, RedeemError, StoredMessage, Terminated, Termination, VisitJobs,
    VisitState, Visits,
};
use ids::VisitId;

use crate::support::{
    statement,
    world::{MINUTE_MS, OPENS_AT_MS, SLOT, STARTS_AT_MS, World, device, link, seat, url},
};

const BEFORE_MS: u64 = STARTS_AT_MS - 60 * MINUTE_MS;

pub(crate) async fn the_first_device_gets_the_seat_and_may_ask_again(world: World) {
    let visit = world.add_visit().await;
    world
        .issue(visit, 2, 1, IssueCause::Confirmed, BEFORE_MS)
        .await
        .unwrap();
    let first = world
        .store
        .redeem(link(1), device(1), STARTS_AT_MS)
        .await
        .unwrap();
    assert_eq!(
        (first.visit.id, first.seat, first.generation),
        (visit, seat(2), 1)
    );
    assert_eq!(first.name, "林志成");
    let again = world
        .store
        .redeem(link(1), device(1), STARTS_AT_MS + 1)
        .await
        .unwrap();
    assert_eq!(again, first);
    let other = world.store.redeem(link(1), device(2), STARTS_AT_MS).await;
    assert_eq!(other, Err(RedeemError::Used));
}

pub(crate) async fn each_obstacle_to_a_redemption_has_its_own_answer(world: World) {
    let visit = world.add_visit().await;
    world
        .issue(visit, 1, 1, IssueCause::Confirmed, BEFORE_MS)
        .await
        .unwrap();
    let redeem = async |token, at_ms| world.store.redeem(link(token), device(1), at_ms).await;
    assert_eq!(redeem(9, STARTS_AT_MS).await, Err(RedeemError::NotFound));
    let early = Err(RedeemError::Early {
        opens_at_ms: OPENS_AT_MS,
    });
    assert_eq!(redeem(1, OPENS_AT_MS - 1).await, early);
    assert_eq!(redeem(1, SLOT.ends_at_ms).await, Err(RedeemError::Over));
    assert!(redeem(1, OPENS_AT_MS).await.is_ok());
    assert!(redeem(1, SLOT.ends_at_ms - 1).await.is_ok());
    let ended = world
        .store
        .terminate(termination(&world, visit))
        .await
        .unwrap();
    assert_eq!(ended, Terminated::Done);
    assert_eq!(
        redeem(1, STARTS_AT_MS + 2).await,
        Err(RedeemError::Withdrawn)
    );
    assert_eq!(redeem(1, SLOT.ends_at_ms).await, Err(RedeemError::Over));
}

pub(crate) async fn nobody_joins_whose_approval_has_ended_whatever_ended_it(world: World) {
    let visit = world.add_visit().await;
    for number in [1, 2] {
        let issued = world.issue(visit, number, number, IssueCause::Confirmed, BEFORE_MS);
        issued.await.unwrap();
    }
    let redeem = async |token| {
        let redeemed = world.store.redeem(link(token), device(1), STARTS_AT_MS);
        redeemed.await.map(|redemption| redemption.seat)
    };
    let state = async |number| {
        let standing = world.store.standing(visit, seat(number)).await;
        standing.unwrap().unwrap().state
    };
    let person = world.people[0];
    // Past the store, so that nothing flags the visit.
    for (ended, put_right) in [
        ("state = 'stale'", "state = 'approved'"),
        ("mobile = 0", "mobile = 1"),
        ("inmate_id = '{other}'", "inmate_id = '{own}'"),
    ] {
        let set = async |change: &str| {
            let change = change
                .replace("{own}", &world.inmates[0].to_string())
                .replace("{other}", &world.inmates[1].to_string());
            let sql = format!("UPDATE application SET {change} WHERE person_id = '{person}'");
            statement(&world.database, &sql).await.unwrap();
        };
        set(ended).await;
        assert_eq!(redeem(1).await, Err(RedeemError::Flagged), "{ended}");
        assert_eq!(state(1).await, VisitState::Flagged, "{ended}");
        let seen = world.store.look(link(1)).await.unwrap().unwrap();
        assert_eq!(
            (seen.visit.state, seen.withdrawn),
            (VisitState::Flagged, false)
        );
        // What ended is one visitor's own.
        assert_eq!(redeem(2).await, Ok(seat(2)));
        assert_eq!(state(2).await, VisitState::Confirmed);
        set(put_right).await;
        assert_eq!(redeem(1).await, Ok(seat(1)), "{put_right}");
        assert_eq!(state(1).await, VisitState::Confirmed);
    }
}

pub(crate) async fn looking_at_a_link_spends_nothing(world: World) {
    let visit = world.add_visit().await;
    world
        .issue(visit, 3, 1, IssueCause::Confirmed, BEFORE_MS)
        .await
        .unwrap();
    for _ in 0..2 {
        let seen = world.store.look(link(1)).await.unwrap().unwrap();
        assert_eq!(
            (seen.visit.id, seen.seat, seen.withdrawn),
            (visit, seat(3), false)
        );
        assert_eq!(seen.visit.inmate_name, "林明華");
        assert_eq!(seen.visit.inmate_first_name, "明華");
        assert_eq!(seen.visit.name_of(seat(3)), Some("林雅婷"));
    }
    assert_eq!(world.store.look(link(2)).await.unwrap(), None);
    assert!(
        world
            .store
            .redeem(link(1), device(1), STARTS_AT_MS)
            .await
            .is_ok()
    );
    assert!(!world.store.look(link(1)).await.unwrap().unwrap().withdrawn);
}

pub(crate) async fn a_newer_link_voids_the_older_one_and_its_device(world: World) {
    let visit = world.add_visit().await;
    let officer = IssueCause::Officer(world.officer);
    world
        .issue(visit, 1, 1, IssueCause::Confirmed, BEFORE_MS)
        .await
        .unwrap();
    world
        .store
        .redeem(link(1), device(1), STARTS_AT_MS)
        .await
        .unwrap();
    assert_eq!(
        world
            .issue(visit, 1, 2, officer, STARTS_AT_MS)
            .await
            .unwrap(),
        2
    );
    let old = world
        .store
        .redeem(link(1), device(1), STARTS_AT_MS + 1)
        .await;
    assert_eq!(old, Err(RedeemError::Withdrawn));
    assert!(world.store.look(link(1)).await.unwrap().unwrap().withdrawn);
    let standing = world.store.standing(visit, seat(1)).await.unwrap().unwrap();
    assert_eq!(
        (standing.generation, standing.state),
        (2, VisitState::Confirmed)
    );
    let new = world
        .store
        .redeem(link(2), device(2), STARTS_AT_MS + 1)
        .await
        .unwrap();
    assert_eq!(new.generation, 2);
    // Another seat is not touched.
    assert_eq!(
        world
            .store
            .standing(visit, seat(2))
            .await
            .unwrap()
            .unwrap()
            .generation,
        0
    );
}

pub(crate) async fn a_visitor_may_not_ask_again_too_soon_but_an_officer_may_always_send(
    world: World,
) {
    let visit = world.add_visit().await;
    let asks = |at_ms: u64| IssueCause::Visitor {
        since_ms: at_ms - 2 * MINUTE_MS,
    };
    world
        .issue(visit, 1, 1, IssueCause::Confirmed, STARTS_AT_MS)
        .await
        .unwrap();
    // The first link was not asked for, so it does not count.
    assert_eq!(
        world
            .issue(visit, 1, 2, asks(STARTS_AT_MS), STARTS_AT_MS)
            .await,
        Ok(2)
    );
    let soon = STARTS_AT_MS + 2 * MINUTE_MS - 1;
    assert_eq!(
        world.issue(visit, 1, 3, asks(soon), soon).await,
        Err(IssueError::TooSoon)
    );
    let officer = IssueCause::Officer(world.officer);
    assert_eq!(world.issue(visit, 1, 4, officer, soon).await, Ok(3));
    assert_eq!(
        world.issue(visit, 1, 5, asks(soon + 1), soon + 1).await,
        Ok(4)
    );
    // Each seat has its own time.
    assert_eq!(world.issue(visit, 2, 6, asks(soon), soon).await, Ok(1));
}

pub(crate) async fn no_link_is_issued_for_a_seat_or_a_visit_that_nobody_can_join(world: World) {
    let visit = world.add_visit().await;
    let nothing = Err(IssueError::NotJoinable);
    let issue = async |visit: VisitId, seat, at_ms| {
        world
            .issue(visit, seat, 1, IssueCause::Confirmed, at_ms)
            .await
    };
    assert_eq!(issue(visit, 0, BEFORE_MS).await, nothing);
    assert_eq!(
        issue(
            "018f3f5e-7c1a-7b2e-9c55-0242ac120002".parse().unwrap(),
            1,
            BEFORE_MS
        )
        .await,
        nothing
    );
    assert_eq!(issue(visit, 1, SLOT.ends_at_ms).await, nothing);
    world
        .store
        .terminate(termination(&world, visit))
        .await
        .unwrap();
    assert_eq!(issue(visit, 1, STARTS_AT_MS).await, nothing);
}

pub(crate) async fn a_token_that_exists_is_refused_and_leaves_the_seat_as_it_was(world: World) {
    let visit = world.add_visit().await;
    world
        .issue(visit, 1, 1, IssueCause::Confirmed, BEFORE_MS)
        .await
        .unwrap();
    let again = world
        .issue(
            visit,
            1,
            1,
            IssueCause::Officer(world.officer),
            STARTS_AT_MS,
        )
        .await;
    assert_eq!(again, Err(IssueError::TokenExists));
    let other_seat = world
        .issue(visit, 2, 1, IssueCause::Confirmed, STARTS_AT_MS)
        .await;
    assert_eq!(other_seat, Err(IssueError::TokenExists));
    assert_eq!(
        world
            .store
            .standing(visit, seat(1))
            .await
            .unwrap()
            .unwrap()
            .generation,
        1
    );
    assert_eq!(
        world
            .store
            .redeem(link(1), device(1), STARTS_AT_MS)
            .await
            .unwrap()
            .generation,
        1
    );
}

pub(crate) async fn a_message_is_queued_with_its_link_and_never_without(world: World) {
    let visit = world.add_visit().await;
    assert_eq!(messages(&world).await, []);
    let first = IssueCause::Confirmed;
    world.issue(visit, 1, 1, first, BEFORE_MS).await.unwrap();
    world
        .issue(visit, 2, 2, first, BEFORE_MS + 1)
        .await
        .unwrap();
    let taken = world.issue(visit, 3, 2, first, BEFORE_MS + 2).await;
    assert_eq!(taken, Err(IssueError::TokenExists));
    let messages = messages(&world).await;
    assert_eq!(messages.len(), 2);
    let content = &messages[1].content;
    assert_eq!(
        (content.kind, content.channel),
        (MessageKind::JoinLink, Channel::Sms)
    );
    assert_eq!(content.address.as_deref(), Some("0900000101"));
    assert_eq!(content.params["url"], url(1));
    assert_eq!(
        (content.created_at_ms, content.expires_at_ms),
        (BEFORE_MS, Some(SLOT.ends_at_ms))
    );
    assert_eq!(messages[1].state, DeliveryState::Queued);
    assert_eq!(messages[0].content.address.as_deref(), Some("0900000102"));
}

pub(crate) async fn a_message_with_a_void_link_is_not_sent_any_more(world: World) {
    let visit = world.add_visit().await;
    let officer = IssueCause::Officer(world.officer);
    world
        .issue(visit, 1, 1, IssueCause::Confirmed, BEFORE_MS)
        .await
        .unwrap();
    let sent = world.issue(visit, 1, 2, officer, OPENS_AT_MS).await;
    assert_eq!(sent, Ok(2));
    let found: Vec<_> = messages(&world)
        .await
        .into_iter()
        .map(|message| (message.content.kind, message.state))
        .collect();
    let expected = [
        (MessageKind::NewJoinLink, DeliveryState::Queued),
        (MessageKind::JoinLink, DeliveryState::Expired),
    ];
    assert_eq!(found, expected);
}

pub(crate) async fn nobody_is_sent_another_link_before_the_first(world: World) {
    let visit = world.add_visit().await;
    let early_ms = OPENS_AT_MS - 1;
    let asks = IssueCause::Visitor {
        since_ms: early_ms - 2 * MINUTE_MS,
    };
    for cause in [IssueCause::Officer(world.officer), asks] {
        let refused = world.issue(visit, 1, 1, cause, early_ms).await;
        assert_eq!(refused, Err(IssueError::NotOpen), "{cause:?}");
    }
    let due = world.store.seats_without_link(OPENS_AT_MS).await.unwrap();
    assert_eq!(due.len(), 3);
    let officer = IssueCause::Officer(world.officer);
    let sent = world.issue(visit, 1, 1, officer, OPENS_AT_MS).await;
    assert_eq!(sent, Ok(1));
}

pub(crate) async fn a_seat_gets_its_first_link_once(world: World) {
    let visit = world.add_visit().await;
    let first = IssueCause::Confirmed;
    assert_eq!(world.issue(visit, 1, 1, first, BEFORE_MS).await, Ok(1));
    let again = world.issue(visit, 1, 2, first, BEFORE_MS).await;
    assert_eq!(again, Err(IssueError::HasOne));
    assert!(world.store.look(link(1)).await.unwrap().is_some());
    assert_eq!(messages(&world).await.len(), 1);
}

async fn messages(world: &World) -> Vec<StoredMessage> {
    let filter = MessageFilter {
        limit: 10,
        ..MessageFilter::default()
    };
    world.store.messages(&filter).await.unwrap()
}

pub(crate) async fn the_slot_of_a_seat_is_that_of_its_visit(world: World) {
    let visit = world.add_visit().await;
    assert_eq!(world.store.slot(visit, seat(3)).await, Ok(Some(SLOT)));
    assert_eq!(world.store.slot(visit, seat(0)).await, Ok(None));
    let seats = world
        .store
        .supervised_visits(world.facility, 0, SLOT.ends_at_ms)
        .await
        .unwrap();
    assert!(
        seats[0]
            .seats
            .iter()
            .all(|seat| seat.link == LinkStanding::None)
    );
}

fn termination(world: &World, visit: VisitId) -> Termination {
    Termination {
        visit,
        facility: world.facility,
        officer: world.officer,
        ended_by: EndedBy::Facility,
        reason: "設備故障，改期補行接見".into(),
        at_ms: STARTS_AT_MS + 1,
    }
}
