//! Two people who visit an inmate together.

use booking_domain::{
    accounts::{AddressCorrection, AddressCorrections, EmailAddress},
    applications::{
        ApplicationError, ApplicationState, Companion, CompanionDirection, CompanionState,
        CompanionStep, Companions, Invitation, ReviewStep,
    },
};
use ids::{ApplicationId, CompanionId};

use crate::support::{applicants::APPLIED_AT_MS, world::World};

fn invitation(world: &World, application: ApplicationId, email: &str) -> Invitation {
    Invitation {
        inviter: world.people[0],
        application,
        email_key: email.to_owned(),
        at_ms: APPLIED_AT_MS + 4,
    }
}

async fn of(world: &World, person: usize) -> Vec<Companion> {
    let companions = world.store.companions_of(world.people[person], None, 10);
    companions.await.unwrap()
}

async fn step(
    world: &World,
    person: usize,
    companion: CompanionId,
    step: CompanionStep,
) -> Result<(), ApplicationError> {
    let person = world.people[person];
    world
        .store
        .step_companion(person, companion, step, APPLIED_AT_MS + 5)
        .await
}

pub(crate) async fn companions_are_ready_once_both_agreed_and_both_are_approved(world: World) {
    let application = world.in_state(0, ApplicationState::Approved).await;
    world.account(0, "a@mail.test").await;
    world.account(1, "b@mail.test").await;
    let invited = invitation(&world, application, "b@mail.test");
    let id = world.store.invite_companion(invited.clone()).await.unwrap();
    let again = world.store.invite_companion(invited).await;
    assert_eq!(again, Err(ApplicationError::Exists));

    let sent = of(&world, 0).await.remove(0);
    assert_eq!(sent.direction, CompanionDirection::Sent);
    assert_eq!((sent.name, sent.state), (None, CompanionState::Invited));
    let received = of(&world, 1).await.remove(0);
    assert_eq!(received.direction, CompanionDirection::Received);
    assert_eq!(received.name.as_deref(), Some("林陳秀英"));
    assert_eq!((sent.other, received.other), (None, None));
    // Who never applied for the inmate is told only as much as is needed to remember.
    assert_eq!(received.inmate_name, "林○華");
    assert_eq!(of(&world, 2).await, []);

    let own = step(&world, 0, id, CompanionStep::Agree).await;
    assert_eq!(own, Err(ApplicationError::NotFound));
    let foreign = step(&world, 2, id, CompanionStep::Agree).await;
    assert_eq!(foreign, Err(ApplicationError::NotFound));
    assert_eq!(step(&world, 1, id, CompanionStep::Agree).await, Ok(()));
    let agreed = of(&world, 0).await.remove(0);
    assert_eq!(agreed.name.as_deref(), Some("林志成"));
    assert!(!agreed.ready);
    world.in_state(1, ApplicationState::Approved).await;
    let both = [of(&world, 0).await.remove(0), of(&world, 1).await.remove(0)];
    assert!(both.iter().all(|companion| companion.ready));
    let others = both.each_ref().map(|companion| companion.other);
    assert_eq!(others, [Some(world.people[1]), Some(world.people[0])]);
    assert_eq!(both[1].inmate_name, "林明華");
    let kinds: Vec<_> = world
        .notices()
        .await
        .into_iter()
        .filter(|notice| notice.0.starts_with("companion"))
        .collect();
    assert_eq!(
        kinds,
        [
            (
                "companion_invited".to_owned(),
                world.people[1].to_string(),
                r#"{"inmate":"林○華","name":"林陳秀英"}"#.to_owned()
            ),
            (
                "companion_agreed".to_owned(),
                world.people[0].to_string(),
                r#"{"inmate":"林明華","name":"林志成"}"#.to_owned()
            ),
        ]
    );
    world
        .decide(
            application,
            ReviewStep::Revoke("接見人遭法院禁止接觸".into()),
        )
        .await;
    assert!(!of(&world, 1).await[0].ready);
    assert_eq!(step(&world, 1, id, CompanionStep::Withdraw).await, Ok(()));
    assert_eq!((of(&world, 0).await, of(&world, 1).await), (vec![], vec![]));
}

pub(crate) async fn an_invitation_waits_at_an_address_that_nobody_has_yet(world: World) {
    let application = world.in_state(0, ApplicationState::Submitted).await;
    world.account(0, "a@mail.test").await;
    let to = |email| {
        world
            .store
            .invite_companion(invitation(&world, application, email))
    };
    let id = to("c@mail.test").await.unwrap();
    let told = world.notices().await;
    assert!(told.iter().all(|notice| notice.0 != "companion_invited"));
    world.account(2, "c@mail.test").await;
    assert_eq!(of(&world, 2).await[0].id, id);
    assert_eq!(step(&world, 2, id, CompanionStep::Decline).await, Ok(()));
    assert_eq!(of(&world, 2).await, []);
    assert_eq!(of(&world, 0).await[0].state, CompanionState::Declined);
    let late = step(&world, 2, id, CompanionStep::Agree).await;
    assert_eq!(late, Err(ApplicationError::NotNow));
    assert_eq!(to("a@mail.test").await, Err(ApplicationError::Oneself));
}

pub(crate) async fn nobody_is_pestered_with_invitations(world: World) {
    let application = world.in_state(0, ApplicationState::Submitted).await;
    let to = |email: String| {
        let invited = invitation(&world, application, &email);
        async { world.store.invite_companion(invited).await }
    };
    for number in 0..10 {
        to(format!("{number}@mail.test")).await.unwrap();
    }
    let more = to("x@mail.test".into()).await;
    assert_eq!(more, Err(ApplicationError::TooMany));
}

pub(crate) async fn one_invites_only_by_an_application_of_ones_own(world: World) {
    let foreign = world.in_state(1, ApplicationState::Approved).await;
    let refused = world.in_state(0, ApplicationState::Refused).await;
    for application in [foreign, refused] {
        let invited = invitation(&world, application, "c@mail.test");
        let sent = world.store.invite_companion(invited).await;
        assert_eq!(sent, Err(ApplicationError::NotFound));
    }
}

pub(crate) async fn an_address_that_staff_put_right_keeps_companions_and_invitations(world: World) {
    for (person, email) in ["a@mail.test", "b@mail.test", "c@mail.test"]
        .into_iter()
        .enumerate()
    {
        world.account(person, email).await;
    }
    let application = world.in_state(0, ApplicationState::Approved).await;
    let agreed = invitation(&world, application, "b@mail.test");
    let agreed = world.store.invite_companion(agreed).await.unwrap();
    assert_eq!(step(&world, 1, agreed, CompanionStep::Agree).await, Ok(()));
    let application = world.in_state(2, ApplicationState::Approved).await;
    let open = Invitation {
        inviter: world.people[2],
        ..invitation(&world, application, "b@mail.test")
    };
    let open = world.store.invite_companion(open).await.unwrap();

    let correction = AddressCorrection {
        person: world.people[1],
        address: EmailAddress::parse("B.New@mail.test").unwrap(),
        staff: world.officer,
        reason: "本人持身分證到場".into(),
        at_ms: APPLIED_AT_MS + 6,
    };
    world.store.correct_address(correction).await.unwrap();
    let companion = of(&world, 0).await.remove(0);
    assert_eq!(companion.email, "B.New@mail.test");
    // Who invited and has no answer learns nothing of whose address it was.
    let sent = of(&world, 2).await.remove(0);
    assert_eq!((&*sent.email, sent.name), ("b@mail.test", None));
    let seen: Vec<_> = of(&world, 1).await.iter().map(|each| each.id).collect();
    assert_eq!(seen, [open, agreed]);
    // Nor does who registers with the old address see what was sent to somebody else.
    world.account(3, "b@mail.test").await;
    assert_eq!(of(&world, 3).await, []);
    let foreign = step(&world, 3, open, CompanionStep::Agree).await;
    assert_eq!(foreign, Err(ApplicationError::NotFound));
    assert_eq!(step(&world, 1, open, CompanionStep::Agree).await, Ok(()));
    let companion = of(&world, 2).await.remove(0);
    assert_eq!(companion.email, "B.New@mail.test");
    assert_eq!(companion.name.as_deref(), Some("林志成"));
}
