//! How a person is reached, and what is kept of them.

use booking_domain::{
    Channel, IssueCause, IssueError, MessageFilter, MessageKind, Outbox, Registry,
    accounts::{
        Accounts, AddressCorrection, AddressCorrections, ContactChange, CorrectionError,
        EmailAddress, PasswordReset, RestrictionRecord,
    },
};
use ids::PersonId;
use protocol::Locale;

use crate::support::{
    accounts::{NOW_MS, RULES, account, active, proof, secret, token},
    audit_trail_of, statement,
    world::{MINUTE_MS, SLOT, World},
};

const WHY: &str = "本人持身分證到場，舊信箱已停用";

async fn correct(world: &World, person: PersonId, to: &str) -> Result<(), CorrectionError> {
    let correction = AddressCorrection {
        person,
        address: EmailAddress::parse(to).unwrap(),
        staff: world.officer,
        reason: WHY.into(),
        at_ms: NOW_MS + 5,
    };
    world.store.correct_address(correction).await
}

/// By which way and where the messages of a kind go, in order.
async fn told(world: &World, kind: MessageKind) -> Vec<(Channel, String)> {
    let filter = MessageFilter {
        limit: 100,
        ..MessageFilter::default()
    };
    let messages = world.store.messages(&filter).await.unwrap();
    let mut told: Vec<_> = messages
        .into_iter()
        .map(|message| message.content)
        .filter(|content| content.kind == kind)
        .map(|content| (content.channel, content.address.unwrap()))
        .collect();
    told.sort_unstable();
    told
}

pub(crate) async fn how_a_person_is_reached_changes_field_by_field(world: World) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    let change = ContactChange {
        phone: Some("0900000999".into()),
        ..ContactChange::default()
    };
    store.change_contact(person, change, NOW_MS).await.unwrap();
    let change = ContactChange {
        landline: Some(None),
        locale: Some(Locale::Vi),
        ..ContactChange::default()
    };
    store.change_contact(person, change, NOW_MS).await.unwrap();
    let account = store.account(person).await.unwrap().unwrap();
    assert_eq!(
        (account.phone.as_str(), account.landline),
        ("0900000999", None)
    );
    assert_eq!(
        (account.locale, account.name.as_str()),
        (Locale::Vi, "林陳秀英")
    );
    assert_eq!(
        (account.national_id, account.birth_date),
        (vec![1, 2, 3], vec![4, 5])
    );
}

pub(crate) async fn who_has_another_number_is_told_at_the_one_before_and_by_e_mail(world: World) {
    let store = &world.store;
    let person = active(&world, "a@example.tw", 1).await;
    let before = store.account(person).await.unwrap().unwrap().phone;
    let change = async |phone: Option<&str>, at_ms| {
        let change = ContactChange {
            phone: phone.map(str::to_owned),
            landline: Some(None),
            ..ContactChange::default()
        };
        store.change_contact(person, change, at_ms).await.unwrap();
    };
    let told = async || told(&world, MessageKind::PhoneChanged).await;
    change(None, NOW_MS).await;
    change(Some(&before), NOW_MS).await;
    assert_eq!(told().await, []);
    change(Some("0900000999"), NOW_MS).await;
    let expected = [
        (Channel::Sms, before.clone()),
        (Channel::Email, "a@example.tw".to_owned()),
    ];
    assert_eq!(told().await, expected);
    // Each change is told, at the number before it.
    change(Some(&before), NOW_MS + 1).await;
    assert_eq!(told().await.len(), 4);
    assert_eq!(told().await[1], (Channel::Sms, "0900000999".to_owned()));
}

pub(crate) async fn who_has_another_number_may_ask_for_a_link_there_at_once(world: World) {
    let person = active(&world, "a@example.tw", 1).await;
    let mut visit = world.visit();
    visit.party = vec![person, world.people[1]];
    let visit = Registry::add_visit(&world.store, visit).await.unwrap();
    let ask = async |seat, token, at_ms| {
        let since_ms = at_ms - 2 * MINUTE_MS;
        let cause = IssueCause::Visitor { since_ms };
        world.issue(visit, seat, token, cause, at_ms).await
    };
    let change = async |phone: &str, at_ms| {
        let change = ContactChange {
            phone: Some(phone.to_owned()),
            ..ContactChange::default()
        };
        let changed = world.store.change_contact(person, change, at_ms).await;
        changed.unwrap();
    };
    let at_ms = SLOT.starts_at_ms;
    for seat in [1, 2] {
        assert_eq!(ask(seat, seat, at_ms).await, Ok(1));
    }
    assert_eq!(ask(1, 3, at_ms + 1).await, Err(IssueError::TooSoon));
    change("0900000999", at_ms + 1).await;
    assert_eq!(ask(1, 4, at_ms + 1).await, Ok(2));
    let other = ask(2, 5, at_ms + 1).await;
    assert_eq!(other, Err(IssueError::TooSoon), "it is the number of one");
    change("0900000998", SLOT.ends_at_ms).await;
    let sql = "SELECT link_asked_at_ms FROM visit_member WHERE seat = 1";
    let asked: i64 = sqlx::query_scalar(sql)
        .fetch_one(&world.database)
        .await
        .expect("what is over stays as it was");
    assert_eq!(u64::try_from(asked), Ok(at_ms + 1));
}

pub(crate) async fn an_address_that_staff_put_right_is_told_at_both_and_ends_what_went_to_the_old_one(
    world: World,
) {
    let store = &world.store;
    let person = active(&world, "old@example.tw", 1).await;
    assert!(
        store
            .offer_reset("old@example.tw", proof(7, NOW_MS))
            .await
            .unwrap()
    );
    correct(&world, person, "New@example.tw").await.unwrap();
    let sessions = store.sessions(&[secret(1)], RULES, NOW_MS + 6).await;
    assert!(
        sessions.unwrap()[0].is_none(),
        "who was signed in is not any more"
    );
    assert_eq!(store.credentials("old@example.tw").await.unwrap(), None);
    let credentials = store.credentials("new@example.tw").await.unwrap().unwrap();
    assert_eq!(credentials.person, person);
    let reset = PasswordReset {
        token: token(7).hash(),
        password_hash: "hash 2".into(),
        at_ms: NOW_MS + 7,
    };
    assert_eq!(store.reset_password(reset).await.unwrap(), None);
    let told = told(&world, MessageKind::AddressCorrected).await;
    let expected = ["New@example.tw", "old@example.tw"];
    assert_eq!(told, expected.map(|to| (Channel::Email, to.to_owned())));
    let trail = audit_trail_of(&world.database, person).await;
    let (actor, action, detail) = trail.last().unwrap();
    assert_eq!(action, "address_corrected");
    assert!(actor.contains(&world.officer.to_string()) && detail.contains(WHY));
}

pub(crate) async fn an_address_gives_way_only_where_nobody_proved_it(world: World) {
    let store = &world.store;
    let person = active(&world, "old@example.tw", 1).await;
    active(&world, "owned@example.tw", 2).await;
    let unproved = account(&world, "unproved@example.tw", 3);
    let waits = unproved.person;
    store.register(unproved, proof(9, NOW_MS)).await.unwrap();
    let refused = correct(&world, person, "Owned@example.tw").await;
    assert_eq!(refused, Err(CorrectionError::Taken));
    let refused = correct(&world, waits, "x@example.tw").await;
    assert_eq!(refused, Err(CorrectionError::NotNow));
    let nobody = PersonId::from_uuid(world.officer.as_uuid());
    let refused = correct(&world, nobody, "x@example.tw").await;
    assert_eq!(refused, Err(CorrectionError::NotFound));
    correct(&world, person, "unproved@example.tw")
        .await
        .unwrap();
    assert!(store.account(waits).await.unwrap().is_none());
    let profile = store.account(person).await.unwrap().unwrap();
    assert_eq!(profile.email, "unproved@example.tw");
}

pub(crate) async fn a_person_is_told_all_that_is_kept(world: World) {
    let person = active(&world, "a@example.tw", 1).await;
    let mut visit = world.visit();
    visit.party = vec![person, world.people[1]];
    Registry::add_visit(&world.store, visit).await.unwrap();
    let data = world
        .store
        .personal_data(person, NOW_MS)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(data.account.email, "a@example.tw");
    assert_eq!(data.visits.len(), 1);
    assert_eq!(
        (&*data.visits[0].inmate, &*data.visits[0].state),
        ("林明華", "confirmed")
    );
    assert_eq!(data.messages[0].kind, "verify_email");
    let steps: Vec<_> = data
        .events
        .iter()
        .map(|event| (&*event.action, event.own))
        .collect();
    let told = ["personal_data_told", "email_verified", "account_registered"];
    assert_eq!(steps, told.map(|step| (step, true)));
    let nobody = world.store.personal_data(world.people[0], NOW_MS).await;
    assert_eq!(nobody, Ok(None));
}

pub(crate) async fn a_person_is_told_what_stands_against_visits_and_what_was_written_to_them(
    world: World,
) {
    let person = active(&world, "a@example.tw", 1).await;
    let mut visit = world.visit();
    visit.party = vec![person, world.people[1]];
    let visit = Registry::add_visit(&world.store, visit).await.unwrap();
    let (facility, inmate, other) = (world.facility, world.inmates[0], world.people[1]);
    for sql in [
        format!("UPDATE visit_member SET missed = 1 WHERE visit_id = '{visit}' AND seat = 1"),
        format!("UPDATE application SET remote = 1 WHERE person_id = '{person}'"),
        format!(
            "INSERT INTO restriction (id, facility_id, person_id, inmate_id, kind, reason, from_ms,
                                      until_ms, created_at_ms, lifted_at_ms)
             VALUES ('1', '{facility}', '{person}', NULL, 'breach', '證人檢舉', 7, 9, 0, 8),
                    ('2', '{facility}', '{person}', '{inmate}', 'no_contact', '法院命令', 7, NULL, 0, NULL),
                    ('3', '{facility}', NULL, '{inmate}', 'discipline', '違規', 7, NULL, 0, NULL),
                    ('4', '{facility}', '{other}', NULL, 'other', '其他', 7, NULL, 0, NULL)"
        ),
        // As far as the texts are made and sent.
        "DELETE FROM outbox".to_owned(),
        format!(
            "INSERT INTO outbox (id, key, kind, channel, person_id, recipient, subject, body, state,
                                 created_at_ms, next_attempt_at_ms, sent_at_ms, delivered_at_ms)
             VALUES ('1', '1', 'visit_missed', 'email', '{person}', 'a@example.tw', '未到', '您沒有到', 'sent', 1, 1, 2, NULL),
                    ('2', '2', 'join_link', 'sms', '{person}', '0900000101', '', 'https://j#token', 'delivered', 1, 1, 2, 3),
                    ('3', '3', 'test_link', 'sms', '{person}', '0900000101', '', 'https://t#key', 'sent', 1, 1, 2, NULL),
                    ('4', '4', 'verify_email', 'email', '{person}', 'a@example.tw', '驗證', 'https://v#token', 'sent', 1, 1, 2, NULL),
                    ('5', '5', 'password_reset', 'email', '{person}', 'a@example.tw', '重設', 'https://r#token', 'sent', 1, 1, 2, NULL),
                    ('6', '6', 'visit_missed', 'sms', '{other}', '0900000102', '', '別人的', 'sent', 1, 1, 2, NULL)"
        ),
    ] {
        statement(&world.database, &sql).await.unwrap();
    }
    let data = world.store.personal_data(person, NOW_MS).await;
    let data = data.unwrap().unwrap();
    assert!(data.visits[0].missed);
    let asked = &data.applications[0];
    assert_eq!(
        (asked.on_site, asked.remote, asked.mobile),
        (false, true, true)
    );
    let record = |inmate: Option<&str>, kind: &str| RestrictionRecord {
        facility: "示範看守所".into(),
        inmate: inmate.map(str::to_owned),
        kind: kind.into(),
        from_ms: 7,
        until_ms: None,
        lifted_at_ms: None,
    };
    let lifted = RestrictionRecord {
        until_ms: Some(9),
        lifted_at_ms: Some(8),
        ..record(None, "breach")
    };
    let expected = [record(Some("林明華"), "no_contact"), lifted];
    assert_eq!(data.restrictions, expected);
    let told: Vec<_> = data
        .messages
        .iter()
        .map(|message| (&*message.kind, message.body.as_deref()))
        .collect();
    let expected = [
        ("password_reset", None),
        ("verify_email", None),
        ("test_link", None),
        ("join_link", None),
        ("visit_missed", Some("您沒有到")),
    ];
    assert_eq!(told, expected);
    let [.., link, missed] = &*data.messages else {
        panic!("{:?}", data.messages);
    };
    assert_eq!(
        (
            link.recipient.as_deref(),
            &*link.state,
            link.sent_at_ms,
            link.delivered_at_ms
        ),
        (Some("0900000101"), "delivered", Some(2), Some(3))
    );
    assert_eq!(missed.subject.as_deref(), Some("未到"));
    assert_eq!(missed.delivered_at_ms, None);
}
