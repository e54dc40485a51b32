//! Steps whose transaction PostgreSQL rolls back for another one are done again, one of each noun.

#![expect(
    clippy::async_yields_async,
    reason = "what prepares a step gives the step that is to meet another one"
)]

use booking_domain::{
    accounts::{Accounts, Closed},
    applications::{
        ApplicationState, Applications, CompanionStep, Companions, DocumentKind, Documents,
        Invitation, Retention, RetentionLimits,
    },
};

use crate::support::{
    self,
    accounts::{NOW_MS, active},
    applicants::APPLIED_AT_MS,
    until_waiting,
    world::World,
};

/// A hundred days after the applications, when everything has had its time.
const LATER_MS: u64 = APPLIED_AT_MS + 100 * 24 * 60 * 60 * 1000;

/// What comes of a step that has written to a table and then wants the audit trail, as each does, while somebody
/// else has the trail and wants the table.
async fn done_again<T, Step>(table: &str, prepare: impl AsyncFn(&World) -> Step) -> T
where
    Step: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let server = support::postgres_server();
    let mut attempt = 0;
    loop {
        attempt += 1;
        let (store, database) = support::postgres(&server, &format!("attempt{attempt}")).await;
        let world = World::new(store, database.clone()).await;
        let step = prepare(&world).await;
        let mut other = database.begin().await.unwrap();
        sqlx::query("LOCK TABLE audit_event IN EXCLUSIVE MODE")
            .execute(&mut *other)
            .await
            .unwrap();
        let step = tokio::spawn(step);
        until_waiting(&database, 1, &step).await;
        assert!(!step.is_finished());
        let lock = sqlx::AssertSqlSafe(format!("LOCK TABLE {table} IN EXCLUSIVE MODE"));
        let met = sqlx::query(lock).execute(&mut *other).await.is_ok();
        other.rollback().await.unwrap();
        let done = step.await.unwrap();
        // PostgreSQL rolls one of them back, mostly the one that has waited longer: the step.
        if met {
            return done;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_closed() {
    let closed = done_again("account", async |world| {
        let person = active(world, "a@example.tw", 1).await;
        let store = world.store.clone();
        async move { store.close_account(person, "hash 1", NOW_MS).await }
    });
    assert_eq!(closed.await, Ok(Closed::Done));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_handed_in() {
    let handed_in = done_again("application", async |world| {
        let application = world.draft(0).await;
        let (store, person) = (world.store.clone(), world.people[0]);
        async move {
            store
                .submit_application(person, application, APPLIED_AT_MS + 2)
                .await
        }
    });
    assert_eq!(handed_in.await, Ok(ApplicationState::Submitted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_companion_agrees() {
    let agreed = done_again("companion", async |world| {
        let application = world.in_state(0, ApplicationState::Approved).await;
        let inviter = world.account(0, "a@mail.test").await;
        let invitee = world.account(1, "b@mail.test").await;
        let invitation = Invitation {
            inviter,
            application,
            email_key: "b@mail.test".into(),
            at_ms: APPLIED_AT_MS + 4,
        };
        let store = world.store.clone();
        let companion = store.invite_companion(invitation).await.unwrap();
        async move {
            store
                .step_companion(invitee, companion, CompanionStep::Agree, APPLIED_AT_MS + 5)
                .await
        }
    });
    assert_eq!(agreed.await, Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_removed() {
    let removed = done_again("document", async |world| {
        let application = world.draft(0).await;
        let document = world.document(0, application, DocumentKind::Photo);
        let (store, person, id) = (world.store.clone(), world.people[0], document.id);
        store.add_document(document).await.unwrap();
        async move {
            store
                .remove_document(person, application, id, APPLIED_AT_MS + 2)
                .await
        }
    });
    assert_eq!(removed.await, Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_nobody_touches_is_discarded() {
    let discarded = done_again("application", async |world| {
        world.draft(0).await;
        let store = world.store.clone();
        async move {
            let limits = RetentionLimits::default();
            store.discard_old_drafts(limits, LATER_MS, 10).await
        }
    });
    assert_eq!(discarded.await, Ok(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_has_had_its_time_is_deleted() {
    let deleted = done_again("document", async |world| {
        world.in_state(0, ApplicationState::Refused).await;
        let store = world.store.clone();
        async move {
            let limits = RetentionLimits::default();
            store.delete_old_documents(limits, &[], LATER_MS, 1).await
        }
    });
    assert_eq!(deleted.await.unwrap().len(), 1);
}
