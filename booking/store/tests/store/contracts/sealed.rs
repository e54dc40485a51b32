//! What the vault has sealed, to be sealed anew.

use booking_domain::applications::{ApplicationState, DocumentKind};
use booking_domain::{Resealed, SealedKind, SealedOf, SealedValues};

use crate::support::world::World;

pub(crate) async fn sealed_values_are_read_page_by_page_and_replaced_unless_they_have_changed(
    world: World,
) {
    let mut people = Vec::new();
    for (person, email) in [(0, "a@mail.test"), (1, "b@mail.test"), (2, "c@mail.test")] {
        people.push(world.account(person, email).await);
    }
    people.sort_unstable();
    world.in_state(0, ApplicationState::Submitted).await;
    let read = async |kind, after, limit| {
        let values = world.store.sealed_values(kind, after, limit).await;
        values.unwrap()
    };
    for of in [SealedOf::NationalId, SealedOf::BirthDate] {
        let kind = of(people[0]).kind();
        let page = read(kind, None, 2).await;
        let owners: Vec<_> = page.iter().map(|(owner, _)| *owner).collect();
        assert_eq!(owners, [of(people[0]), of(people[1])]);
        let rest = read(kind, Some(owners[1]), 2).await;
        assert_eq!(rest.len(), 1);
        assert_eq!(rest[0].0, of(people[2]));
        assert_eq!(read(kind, Some(rest[0].0), 2).await, []);
    }
    let documents = read(SealedKind::DocumentKey, None, 10).await;
    assert_eq!(documents.len(), DocumentKind::ALL.len());
    assert_eq!(documents[0].1, vec![9; 40]);

    let [first, second] = [people[0], people[1]].map(SealedOf::NationalId);
    let resealed = |of, old: u8, new: u8| Resealed {
        of,
        old: vec![old; 8],
        new: vec![new; 8],
    };
    let replaced = world
        .store
        .replace_sealed(&[resealed(first, 1, 5), resealed(second, 7, 6)])
        .await;
    assert_eq!(replaced, Ok(1));
    let page = read(SealedKind::NationalId, None, 2).await;
    assert_eq!(page, [(first, vec![5; 8]), (second, vec![1; 8])]);
    // Of somebody who was forgotten nothing is sealed any more.
    sqlx::query("UPDATE account SET national_id = $1 WHERE person_id = $2")
        .bind([].as_slice())
        .bind(people[0].to_string())
        .execute(&world.database)
        .await
        .unwrap();
    assert_eq!(read(SealedKind::NationalId, None, 1).await[0].0, second);
    // The date of birth of the same person is another value.
    let births = read(SealedKind::BirthDate, None, 1).await;
    assert_eq!(births[0].1, vec![2; 8]);
}
