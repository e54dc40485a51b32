use booking_domain::{
    Actor, Duties, NewMember, OpenSession, ShownFactor, StaffMembers, StaffSessions, StaffSignIn,
};
use grant::SecretHash;
use ids::StaffId;

use super::*;
use crate::{endpoints::people::People, tests};

/// The vault of the tests, whose only key is [`OLD`], after a rotation.
const OLD: (u8, [u8; 32]) = (0, [2; 32]);
const NEW: (u8, [u8; 32]) = (1, [7; 32]);
const INDEX: [u8; 32] = [3; 32];

fn rotated() -> Vault {
    Vault::new(1, [OLD, NEW], INDEX).unwrap()
}

fn without_the_old_key() -> Vault {
    Vault::new(1, [NEW], INDEX).unwrap()
}

async fn member(store: &Store, login: &str) -> StaffId {
    let member = NewMember {
        name: "王".into(),
        login: login.into(),
        password_hash: String::new(),
        duties: Duties::default(),
        by: Actor::System,
        at_ms: 0,
    };
    let staff = store.add_member(member).await.unwrap();
    let sealed = tests::vault().seal(&second_factor::context(staff), b"secret");
    store.set_up_second_factor(staff, sealed).await.unwrap();
    staff
}

async fn show_factor(store: &Store, staff: StaffId) {
    let secret = SecretHash::from_bytes([1; 32]);
    let session = OpenSession {
        staff,
        secret,
        at_ms: 0,
        expires_at_ms: u64::MAX,
    };
    store.begin_staff_session(session).await.unwrap();
    let shown = ShownFactor {
        staff,
        step: 1,
        session: secret,
        renewed: secret,
        at_ms: 0,
    };
    assert!(store.complete_staff_session(shown).await.unwrap());
}

#[tokio::test]
async fn after_sealing_anew_the_old_key_can_be_dropped() {
    let mut people = People::start().await;
    let me = people.visitor("a@mail.test").await;
    let application = people.submitted(&me).await;
    let store = people.api.store.clone();
    let [known, pending] = [member(&store, "wang").await, member(&store, "chen").await];
    show_factor(&store, known).await;

    // A national id, a date of birth, three documents and two second factors.
    let reseal = async || reseal(&store, &rotated()).await.unwrap();
    let all = |resealed| Resealing {
        resealed,
        unopened: 0,
    };
    assert_eq!(reseal().await, all(7));
    assert_eq!(reseal().await, all(0));

    people.api.restart(without_the_old_key());
    let reviewer = people.staff("reviewer", &people.facility).await;
    let path = format!("/api/staff/applications/{application}");
    let (_, looked) = people.get(&reviewer, &path).await;
    assert_eq!(looked["applicant"]["national_id"], "A123456789");
    assert_eq!(looked["applicant"]["birth_date"], "1970-12-31");
    for document in looked["documents"].as_array().unwrap() {
        let document = document["id"].as_str().unwrap();
        let (status, _, content) = people
            .download(&reviewer, &format!("{path}/documents/{document}"))
            .await;
        assert_eq!(status, axum::http::StatusCode::OK);
        assert!(content.starts_with(b"\xff\xd8"));
    }
    let opened = |staff, sealed: Option<Vec<u8>>| {
        without_the_old_key().open(&second_factor::context(staff), &sealed.unwrap())
    };
    let factor = store.second_factor(known).await.unwrap().unwrap();
    assert_eq!(
        opened(known, factor.secret).as_deref(),
        Some(&b"secret"[..])
    );
    let factor = store.second_factor(pending).await.unwrap().unwrap();
    assert_eq!(
        opened(pending, factor.pending).as_deref(),
        Some(&b"secret"[..])
    );
}

#[tokio::test]
async fn what_opens_with_no_key_is_told_and_keeps_nothing_else_from_being_sealed_anew() {
    let people = People::start().await;
    people.visitor("a@mail.test").await;
    sqlx::query("UPDATE account SET birth_date = $1")
        .bind(vec![1_u8, 0, 7, 7])
        .execute(&people.database)
        .await
        .unwrap();
    let expected = Resealing {
        resealed: 1,
        unopened: 1,
    };
    let resealed = reseal(&people.api.store, &rotated()).await;
    assert_eq!(resealed, Ok(expected));
}

#[tokio::test]
async fn whoever_was_interrupted_goes_on_with_the_rest() {
    let people = People::start().await;
    let store = &people.api.store;
    for number in 0..3 {
        people.visitor(&format!("{number}@mail.test")).await;
    }
    // The first person's national id was done before.
    let first = store
        .sealed_values(SealedKind::NationalId, None, 1)
        .await
        .unwrap();
    let (of, old) = first[0].clone();
    let value = rotated().open(&context(of), &old).unwrap();
    let new = rotated().seal(&context(of), &value);
    let done = Resealed {
        of,
        old,
        new: new.clone(),
    };
    let replaced = store.replace_sealed(std::slice::from_ref(&done)).await;
    assert_eq!(replaced, Ok(1));
    assert_eq!(store.replace_sealed(&[done]).await, Ok(0));
    let resealed = reseal(store, &rotated()).await.unwrap();
    assert_eq!((resealed.resealed, resealed.unopened), (5, 0));
    let first = store
        .sealed_values(SealedKind::NationalId, None, 1)
        .await
        .unwrap();
    assert_eq!(first[0].1, new);
}
