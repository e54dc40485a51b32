//! What is known about documents, and for how long.

use booking_domain::applications::{
    ApplicationError, ApplicationState, DocumentKind, Documents, MAX_BYTES, MAX_DOCUMENTS,
    NewDocument, Retention, RetentionLimits,
};

use crate::support::{applicants::APPLIED_AT_MS, audit_trail_of, statement, world::World};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

pub(crate) async fn documents_stay_within_the_room_of_their_application(world: World) {
    let id = world.draft(0).await;
    let sized = |bytes| NewDocument {
        bytes,
        ..world.document(0, id, DocumentKind::Identity)
    };
    let taken = world.store.document_bytes(world.people[0], id).await;
    assert_eq!(taken, Ok(3000));
    let too_much = world.store.add_document(sized(MAX_BYTES - 2999)).await;
    assert_eq!(too_much, Err(ApplicationError::NoRoom));
    // Two at once that fit one by one but not together.
    let (one, two) = tokio::join!(
        world.store.add_document(sized(MAX_BYTES - 3000)),
        world.store.add_document(sized(MAX_BYTES - 3000)),
    );
    let mut outcomes = [one, two];
    outcomes.sort_by_key(Result::is_err);
    assert_eq!(outcomes, [Ok(()), Err(ApplicationError::NoRoom)]);
    assert_eq!(
        world.store.document_bytes(world.people[0], id).await,
        Ok(MAX_BYTES)
    );
    let foreign = world.store.document_bytes(world.people[1], id).await;
    assert_eq!(foreign, Err(ApplicationError::NotFound));
}

pub(crate) async fn an_application_has_so_many_documents_and_no_more(world: World) {
    let id = world.draft(0).await;
    for _ in 3..MAX_DOCUMENTS {
        let document = world.document(0, id, DocumentKind::Relationship);
        world.store.add_document(document).await.unwrap();
    }
    let document = world.document(0, id, DocumentKind::Relationship);
    let added = world.store.add_document(document).await;
    assert_eq!(added, Err(ApplicationError::TooMany));
}

pub(crate) async fn a_document_is_its_applicants_own_and_a_look_of_staff_is_noted(world: World) {
    let id = world.draft(0).await;
    let document = world.document(0, id, DocumentKind::Photo);
    let document_id = document.id;
    world.store.add_document(document).await.unwrap();
    let own = |person: usize| {
        world
            .store
            .own_document(world.people[person], id, document_id)
    };
    let found = own(0).await.unwrap().unwrap();
    assert_eq!(found.sealed_key, vec![9; 40]);
    assert_eq!(found.document.kind, DocumentKind::Photo);
    assert_eq!(own(1).await, Ok(None));
    let look = || {
        world
            .store
            .reviewed_document(world.officer, id, document_id, APPLIED_AT_MS + 7)
    };
    // A draft's documents are nobody's business yet.
    assert_eq!(look().await, Ok(None));
    world.submit(0, id).await;
    assert_eq!(look().await, Ok(Some(found)));
    let seen = audit_trail_of(&world.database, document_id).await;
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[1].0, format!("staff {}", world.officer));
    assert_eq!(seen[1].1, "document_seen");
}

pub(crate) async fn a_removed_document_has_no_key_any_more(world: World) {
    let id = world.draft(0).await;
    let document = world.document(0, id, DocumentKind::Photo);
    let document_id = document.id;
    world.store.add_document(document).await.unwrap();
    let gone = || async { world.store.documents_gone(&[document_id]).await.unwrap() };
    assert_eq!(gone().await, []);
    let remove = |person: usize| {
        world
            .store
            .remove_document(world.people[person], id, document_id, APPLIED_AT_MS + 8)
    };
    assert_eq!(remove(1).await, Err(ApplicationError::NotFound));
    assert_eq!(remove(0).await, Ok(()));
    assert_eq!(remove(0).await, Err(ApplicationError::NotFound));
    assert_eq!(gone().await, [document_id]);
    let own = world
        .store
        .own_document(world.people[0], id, document_id)
        .await;
    assert_eq!(own, Ok(None));
    let keys: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM document WHERE id = $1 AND length(sealed_key) = 0 AND name = ''",
    )
    .bind(document_id.to_string())
    .fetch_one(&world.database)
    .await
    .unwrap();
    assert_eq!(keys, 1);
}

pub(crate) async fn a_draft_that_nobody_touches_is_discarded(world: World) {
    let draft = world.draft(0).await;
    let submitted = world.in_state(1, ApplicationState::Submitted).await;
    let limits = RetentionLimits::default();
    let discard = |now_ms| world.store.discard_old_drafts(limits, now_ms, 100);
    let touched_at_ms = APPLIED_AT_MS + 1;
    assert_eq!(discard(touched_at_ms + 30 * DAY_MS - 1).await, Ok(0));
    assert_eq!(discard(touched_at_ms + 30 * DAY_MS).await, Ok(1));
    assert_eq!(world.state_of(submitted).await, "submitted");
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM application WHERE id = $1")
        .bind(draft.to_string())
        .fetch_one(&world.database)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

pub(crate) async fn a_photo_goes_within_thirty_days_and_the_rest_after_ninety(world: World) {
    world.in_state(0, ApplicationState::Refused).await;
    world.in_state(1, ApplicationState::Approved).await;
    world.in_state(2, ApplicationState::Withdrawn).await;
    let limits = RetentionLimits::default();
    let delete = async |now_ms| {
        let deleted = world
            .store
            .delete_old_documents(limits, &[], now_ms, 100)
            .await;
        deleted.unwrap().len()
    };
    let decided_at_ms = APPLIED_AT_MS + 3;
    assert_eq!(delete(decided_at_ms + 29 * DAY_MS - 1).await, 0);
    assert_eq!(delete(decided_at_ms + 30 * DAY_MS).await, 2);
    assert_eq!(delete(decided_at_ms + 90 * DAY_MS - 1).await, 0);
    assert_eq!(delete(decided_at_ms + 90 * DAY_MS).await, 4);
    // The approved one's serve as long as the approval lasts.
    assert_eq!(delete(decided_at_ms + 900 * DAY_MS).await, 0);
}

pub(crate) async fn a_closed_accounts_documents_go_too(world: World) {
    world.in_state(0, ApplicationState::Approved).await;
    let person = world.account(0, "a@mail.test").await;
    let closed = format!(
        "UPDATE account SET state = 'closed', closed_at_ms = {APPLIED_AT_MS}
         WHERE person_id = '{person}'"
    );
    statement(&world.database, &closed).await.unwrap();
    let limits = RetentionLimits::default();
    let now_ms = APPLIED_AT_MS + 90 * DAY_MS;
    let deleted = world
        .store
        .delete_old_documents(limits, &[], now_ms, 2)
        .await;
    assert_eq!(deleted.unwrap().len(), 2);
    let deleted = world
        .store
        .delete_old_documents(limits, &[], now_ms, 2)
        .await;
    assert_eq!(deleted.unwrap().len(), 1);
}
