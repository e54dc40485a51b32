//! Signing in, and who looks after whom.

use std::time::Duration;

use booking_domain::{
    Actor, CODE_ATTEMPTS, CODE_ATTEMPTS_WITHIN_MS, Duties, Duty, MemberChange, MemberChanged,
    MemberReset, MemberState, NewMember, OpenSession, Role, STAFF_SESSION_MS, ShownFactor,
    StaffMembers, StaffSessions, StaffSignIn, StoreError,
};
use grant::SecretHash;
use ids::StaffId;

use crate::support::{
    audit_actions,
    world::{MINUTE_MS, STARTS_AT_MS, World},
};

const FIRST: SecretHash = SecretHash::from_bytes([0xd1; 32]);
const RENEWED: SecretHash = SecretHash::from_bytes([0xd2; 32]);

fn administrator() -> Duties {
    Duties::new([Duty::new(Role::Administrator, None).unwrap()])
}

async fn add(world: &World, login: &str, duties: Duties) -> Result<StaffId, StoreError> {
    let member = NewMember {
        name: "陳淑芬".into(),
        login: login.into(),
        password_hash: "$argon2id$…".into(),
        duties,
        by: Actor::System,
        at_ms: STARTS_AT_MS,
    };
    world.store.add_member(member).await
}

async fn begin(world: &World, staff: StaffId, secret: SecretHash) {
    let session = OpenSession {
        staff,
        secret,
        at_ms: STARTS_AT_MS,
        expires_at_ms: STARTS_AT_MS + STAFF_SESSION_MS,
    };
    world.store.begin_staff_session(session).await.unwrap();
}

fn shown(staff: StaffId, step: u64, session: SecretHash, renewed: SecretHash) -> ShownFactor {
    ShownFactor {
        staff,
        step,
        session,
        renewed,
        at_ms: STARTS_AT_MS,
    }
}

pub(crate) async fn a_member_sets_up_a_second_factor_once_and_a_code_counts_once(world: World) {
    let store = &world.store;
    let staff = add(&world, "chen", administrator()).await.unwrap();
    let password = store.staff_password("chen").await.unwrap().unwrap();
    assert!(password.staff == staff && !password.has_second_factor);
    begin(&world, staff, FIRST).await;
    let nothing = store
        .complete_staff_session(shown(staff, 7, FIRST, RENEWED))
        .await;
    assert_eq!(nothing, Ok(false), "there is no factor yet");
    assert_eq!(store.set_up_second_factor(staff, vec![1]).await, Ok(true));
    assert_eq!(store.set_up_second_factor(staff, vec![2]).await, Ok(true));
    let completed = store
        .complete_staff_session(shown(staff, 7, FIRST, RENEWED))
        .await;
    assert_eq!(completed, Ok(true));
    let factor = store.second_factor(staff).await.unwrap().unwrap();
    assert_eq!(
        (factor.secret, factor.pending, factor.last_step),
        (Some(vec![2]), None, 7)
    );
    assert_eq!(store.set_up_second_factor(staff, vec![3]).await, Ok(false));
    assert_eq!(store.staff_session(FIRST, STARTS_AT_MS).await, Ok(None));
    let session = store
        .staff_session(RENEWED, STARTS_AT_MS)
        .await
        .unwrap()
        .unwrap();
    assert!(session.complete && session.password_is_temporary);

    let second = SecretHash::from_bytes([0xd3; 32]);
    begin(&world, staff, second).await;
    let third = SecretHash::from_bytes([0xd4; 32]);
    let again = store
        .complete_staff_session(shown(staff, 7, second, third))
        .await;
    assert_eq!(again, Ok(false));
    let next = store
        .complete_staff_session(shown(staff, 8, second, third))
        .await;
    assert_eq!(next, Ok(true));
}

pub(crate) async fn after_five_codes_the_next_is_looked_at_in_a_quarter_of_an_hour(world: World) {
    let staff = add(&world, "chen", administrator()).await.unwrap();
    let attempt = async |at_ms| world.store.attempt_code(staff, at_ms).await.unwrap();
    for _ in 0..CODE_ATTEMPTS {
        assert_eq!(attempt(STARTS_AT_MS).await, Ok(()));
    }
    let wait = Duration::from_millis(CODE_ATTEMPTS_WITHIN_MS - MINUTE_MS);
    assert_eq!(attempt(STARTS_AT_MS + MINUTE_MS).await, Err(wait));
    let later_ms = STARTS_AT_MS + CODE_ATTEMPTS_WITHIN_MS;
    assert_eq!(attempt(later_ms).await, Ok(()));
    assert_eq!(attempt(later_ms).await, Ok(()));
}

pub(crate) async fn a_changed_password_ends_the_other_sessions(world: World) {
    let staff = add(&world, "chen", administrator()).await.unwrap();
    begin(&world, staff, FIRST).await;
    begin(&world, staff, RENEWED).await;
    let changed = world
        .store
        .change_staff_password(staff, "new".into(), RENEWED, STARTS_AT_MS)
        .await;
    changed.unwrap();
    assert_eq!(
        world.store.staff_session(FIRST, STARTS_AT_MS).await,
        Ok(None)
    );
    let kept = world.store.staff_session(RENEWED, STARTS_AT_MS).await;
    assert!(!kept.unwrap().unwrap().password_is_temporary);
    let password = world.store.staff_password("chen").await.unwrap().unwrap();
    assert_eq!(password.hash, "new");
}

pub(crate) async fn a_login_is_taken_once_and_members_are_listed_by_facility(world: World) {
    let everywhere = add(&world, "chen", administrator()).await.unwrap();
    let taken = add(&world, "chen", administrator()).await;
    assert!(matches!(taken, Err(StoreError::Duplicate(_))));
    let here = Duties::new([
        Duty::new(Role::Reviewer, Some(world.facility)).unwrap(),
        Duty::new(Role::Scheduler, Some(world.facility)).unwrap(),
    ]);
    let local = add(&world, "lin", here.clone()).await.unwrap();
    let listed = async |facility, before, limit| {
        let members = world.store.members(facility, before, limit).await.unwrap();
        members
            .into_iter()
            .map(|member| member.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(listed(None, None, 2).await, [local, everywhere]);
    assert_eq!(listed(None, Some(everywhere), 9).await, [world.officer]);
    assert_eq!(
        listed(Some(world.facility), None, 9).await,
        [local, world.officer]
    );
    let member = world.store.member(local).await.unwrap().unwrap();
    assert_eq!((&member.duties, member.state), (&here, MemberState::Active));
}

fn change(staff: StaffId, was: Duties, duties: Duties, state: MemberState) -> MemberChange {
    MemberChange {
        staff,
        was,
        name: "陳淑芬".into(),
        duties,
        state,
        by: Actor::System,
        at_ms: STARTS_AT_MS,
    }
}

pub(crate) async fn a_change_takes_place_on_what_was_seen_and_leaves_an_administrator(
    world: World,
) {
    let first = add(&world, "chen", administrator()).await.unwrap();
    begin(&world, first, FIRST).await;
    let none = Duties::default();
    let demoted = |was: &Duties| change(first, was.clone(), none.clone(), MemberState::Active);
    let changed = world.store.change_member(demoted(&none)).await;
    assert_eq!(changed, Ok(MemberChanged::Stale));
    let changed = world.store.change_member(demoted(&administrator())).await;
    assert_eq!(changed, Ok(MemberChanged::LastAdministrator));
    let suspended = change(
        first,
        administrator(),
        administrator(),
        MemberState::Suspended,
    );
    let changed = world.store.change_member(suspended.clone()).await;
    assert_eq!(changed, Ok(MemberChanged::LastAdministrator));
    add(&world, "lin", administrator()).await.unwrap();
    let changed = world.store.change_member(suspended).await;
    assert_eq!(changed, Ok(MemberChanged::Done));
    assert_eq!(
        world.store.staff_session(FIRST, STARTS_AT_MS).await,
        Ok(None)
    );
    assert!(world.store.staff_password("chen").await.unwrap().is_none());
}

pub(crate) async fn of_two_administrators_who_close_each_other_one_remains(world: World) {
    let first = add(&world, "chen", administrator()).await.unwrap();
    let second = add(&world, "lin", administrator()).await.unwrap();
    let close = |staff| {
        let store = world.store.clone();
        let change = change(staff, administrator(), administrator(), MemberState::Closed);
        tokio::spawn(async move { store.change_member(change).await.unwrap() })
    };
    let (one, other) = (close(first), close(second));
    let outcomes = [one.await.unwrap(), other.await.unwrap()];
    assert!(outcomes.contains(&MemberChanged::Done), "{outcomes:?}");
    assert!(
        outcomes.contains(&MemberChanged::LastAdministrator),
        "{outcomes:?}"
    );
}

pub(crate) async fn a_reset_takes_away_the_second_factor_and_the_sessions(world: World) {
    let staff = add(&world, "chen", administrator()).await.unwrap();
    begin(&world, staff, FIRST).await;
    world
        .store
        .set_up_second_factor(staff, vec![1])
        .await
        .unwrap();
    let completed = world
        .store
        .complete_staff_session(shown(staff, 7, FIRST, RENEWED))
        .await;
    assert_eq!(completed, Ok(true));
    let factor = world.store.second_factor(staff).await.unwrap().unwrap();
    assert_eq!(factor.secret, Some(vec![1]));
    let reset = MemberReset {
        staff,
        was: administrator(),
        password_hash: "temporary".into(),
        by: Actor::Staff(world.officer),
        at_ms: STARTS_AT_MS,
    };
    assert_eq!(world.store.reset_member(reset).await, Ok(true));
    assert_eq!(
        world.store.staff_session(RENEWED, STARTS_AT_MS).await,
        Ok(None)
    );
    let factor = world.store.second_factor(staff).await.unwrap().unwrap();
    assert_eq!((factor.secret, factor.last_step), (None, 7));
    let actions = audit_actions(&world.database).await;
    assert_eq!(actions.last().unwrap(), "staff_reset");
}
