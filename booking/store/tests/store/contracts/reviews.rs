//! An application's way, by its reviewers.

use booking_domain::applications::{
    ApplicationError, ApplicationState, Applications, FacilityVisitors, ReviewPage, ReviewStep,
    Reviews, VisitorQuery,
};
use ids::{ApplicationId, VisitId};
use uuid::Uuid;

use crate::support::{applicants::APPLIED_AT_MS, audit_trail_of, statement, world::World};

pub(crate) async fn reviewers_see_what_was_handed_in_at_their_facility(world: World) {
    world.draft(0).await;
    let first = world.in_state(1, ApplicationState::Submitted).await;
    let second = world.in_state(2, ApplicationState::InReview).await;
    let page = |state, after, limit| ReviewPage {
        facility: world.facility,
        state,
        text: String::new(),
        after,
        limit,
    };
    let list = async |page| {
        let listed = world.store.applications_for_review(page).await.unwrap();
        let ids = listed.iter().map(|reviewed| reviewed.application.id);
        ids.collect::<Vec<ApplicationId>>()
    };
    assert_eq!(list(page(None, None, 10)).await, [second, first]);
    assert_eq!(list(page(None, None, 1)).await, [second]);
    assert_eq!(list(page(None, Some(second), 10)).await, [first]);
    let submitted = Some(ApplicationState::Submitted);
    assert_eq!(list(page(submitted, None, 10)).await, [first]);
    let elsewhere = ReviewPage {
        facility: ids::FacilityId::from_uuid(Uuid::nil()),
        ..page(None, None, 10)
    };
    assert_eq!(list(elsewhere).await, []);
    let listed = world
        .store
        .applications_for_review(page(None, None, 1))
        .await;
    let listed = listed.unwrap();
    assert_eq!(listed[0].applicant_name, "林雅婷");
    assert_eq!(listed[0].reviewer_name.as_deref(), Some("王信義"));
    assert_eq!(listed[0].application.documents.len(), 3);
}

pub(crate) async fn an_application_is_found_by_its_people_and_by_its_number(world: World) {
    world.draft(0).await;
    let waiting = world.in_state(1, ApplicationState::Submitted).await;
    let decided = world.in_state(2, ApplicationState::Approved).await;
    let find = async |text: &str, state| {
        let page = ReviewPage {
            facility: world.facility,
            state,
            text: text.to_owned(),
            after: None,
            limit: 10,
        };
        let listed = world.store.applications_for_review(page).await.unwrap();
        let ids = listed.iter().map(|reviewed| reviewed.application.id);
        ids.collect::<Vec<ApplicationId>>()
    };
    let submitted = Some(ApplicationState::Submitted);
    // The applicant, the inmate, the inmate's number.
    assert_eq!(find("志成", None).await, [waiting]);
    assert_eq!(find("明華", None).await, [decided, waiting]);
    assert_eq!(find("102", None).await, [decided, waiting]);
    assert_eq!(
        find("024", None).await,
        [],
        "a number begins with what is typed"
    );
    for text in ["秀英", "%", "_", "' OR '1'='1"] {
        assert_eq!(find(text, None).await, [], "{text}");
    }
    // Among those that wait, and among those that do not.
    assert_eq!(find("1024", submitted).await, [waiting]);
    assert_eq!(find("雅婷", submitted).await, []);
    let number = decided.to_string();
    let end = &number[number.len() - 8..];
    assert_eq!(find(end, None).await, [decided]);
    assert_eq!(find(&number.to_uppercase(), None).await, [decided]);
    assert_eq!(find(end, submitted).await, []);
    assert_eq!(
        find(&end[1..], None).await,
        [],
        "so short it is the end of others too"
    );
}

pub(crate) async fn visitors_are_found_by_name_and_by_the_inmate_they_are_approved_for(
    world: World,
) {
    world.draft(0).await;
    world.in_state(1, ApplicationState::Submitted).await;
    world.in_state(2, ApplicationState::Approved).await;
    let find = async |text: &str, approved_for| {
        let query = VisitorQuery {
            facility: world.facility,
            text: text.to_owned(),
            approved_for,
            after: None,
            limit: 10,
        };
        let found = world.store.find_visitors(query).await.unwrap();
        found
            .into_iter()
            .map(|visitor| visitor.person)
            .collect::<Vec<_>>()
    };
    let mut all = find("", None).await;
    all.sort_unstable();
    let mut applied = [world.people[1], world.people[2]];
    applied.sort_unstable();
    assert_eq!(all, applied);
    assert_eq!(find("志成", None).await, [world.people[1]]);
    assert_eq!(find("%", None).await, []);
    assert_eq!(find("", Some(world.inmates[0])).await, [world.people[2]]);
    assert_eq!(find("志成", Some(world.inmates[0])).await, []);
}

pub(crate) async fn of_those_who_wait_the_first_come_first(world: World) {
    // They are handed in in another order than they were begun in, two of them in the same moment.
    let [late, early, same] = [
        world.draft(0).await,
        world.draft(1).await,
        world.draft(2).await,
    ];
    for (person, id, at_ms) in [(0, late, 30), (1, early, 20), (2, same, 30)] {
        let at_ms = APPLIED_AT_MS + at_ms;
        let submitted = world
            .store
            .submit_application(world.people[person], id, at_ms);
        submitted.await.unwrap();
    }
    let list = async |after, limit| {
        let page = ReviewPage {
            facility: world.facility,
            state: Some(ApplicationState::Submitted),
            text: String::new(),
            after,
            limit,
        };
        let listed = world.store.applications_for_review(page).await.unwrap();
        let ids = listed.iter().map(|reviewed| reviewed.application.id);
        ids.collect::<Vec<ApplicationId>>()
    };
    assert_eq!(list(None, 10).await, [early, late, same]);
    assert_eq!(list(None, 1).await, [early]);
    assert_eq!(list(Some(early), 1).await, [late]);
    assert_eq!(list(Some(late), 10).await, [same]);
    // Who was looked at meanwhile stays the place that the list went to.
    world.decide(early, ReviewStep::Take).await;
    assert_eq!(list(Some(early), 10).await, [late, same]);
}

pub(crate) async fn a_look_at_an_applicant_is_noted(world: World) {
    let draft = world.draft(1).await;
    let id = world.in_state(0, ApplicationState::Submitted).await;
    let person = world.account(0, "a@mail.test").await;
    let look = |id| {
        world
            .store
            .look_at_application(world.officer, id, APPLIED_AT_MS + 7)
    };
    assert!(look(draft).await.unwrap().is_none());
    assert_eq!(world.store.facility_of_application(draft).await, Ok(None));
    let (reviewed, applicant) = look(id).await.unwrap().unwrap();
    assert_eq!(reviewed.application.id, id);
    assert_eq!((applicant.person, &*applicant.name), (person, "林陳秀英"));
    assert_eq!(applicant.phone, "0900000101");
    let account = applicant.account.unwrap();
    assert_eq!(account.email, "a@mail.test");
    assert_eq!(
        (account.national_id, account.birth_date),
        (vec![1; 8], vec![2; 8])
    );
    let (actor, action, _) = audit_trail_of(&world.database, id).await.pop().unwrap();
    assert_eq!(actor, format!("staff {}", world.officer));
    assert_eq!(action, "application_seen");
    let facility = world.store.facility_of_application(id).await;
    assert_eq!(facility, Ok(Some(world.facility)));
}

pub(crate) async fn each_decision_is_told_with_its_reason(world: World) {
    let reason = || "親屬關係證明模糊，請重新上傳".to_owned();
    let id = world.in_state(0, ApplicationState::InReview).await;
    world.decide(id, ReviewStep::Ask(reason())).await;
    world.in_state(1, ApplicationState::Refused).await;
    world.in_state(2, ApplicationState::Revoked).await;
    let notices = world.notices().await;
    let mut kinds: Vec<_> = notices.iter().map(|(kind, ..)| kind.as_str()).collect();
    kinds.retain(|kind| *kind != "application_received");
    assert_eq!(
        kinds,
        [
            "application_needs_more",
            "application_refused",
            "application_approved",
            "application_revoked",
        ]
    );
    let asked = &notices
        .iter()
        .find(|notice| notice.0 == "application_needs_more");
    let (_, person, params) = asked.unwrap();
    assert_eq!(*person, world.people[0].to_string());
    let params: serde_json::Value = serde_json::from_str(params).unwrap();
    let expected = serde_json::json!({
        "facility": "示範看守所",
        "inmate": "林明華",
        "reason": reason(),
    });
    assert_eq!(params, expected);
}

pub(crate) async fn of_two_reviewers_who_decide_at_once_one_does(world: World) {
    let id = world.in_state(0, ApplicationState::InReview).await;
    let approve = world.decision(id, ReviewStep::Approve);
    let refuse = world.decision(id, ReviewStep::Refuse("未附親屬關係證明".into()));
    let (one, two) = tokio::join!(
        world.store.decide_application(approve),
        world.store.decide_application(refuse),
    );
    assert_ne!(one.is_ok(), two.is_ok());
    let refused = one.as_ref().err().or(two.as_ref().err());
    assert_eq!(refused, Some(&ApplicationError::NotNow));
    let decided = world.notices().await;
    let decided = decided
        .iter()
        .filter(|notice| notice.0 != "application_received");
    assert_eq!(decided.count(), 1);
}

pub(crate) async fn nobody_is_approved_for_an_inmate_who_has_left(world: World) {
    let id = world.in_state(0, ApplicationState::InReview).await;
    let left = format!(
        "UPDATE inmate SET state = 'released' WHERE id = '{}'",
        world.inmates[0]
    );
    statement(&world.database, &left).await.unwrap();
    let approve = world.decision(id, ReviewStep::Approve);
    let approved = world.store.decide_application(approve).await;
    assert_eq!(approved, Err(ApplicationError::InmateGone));
    assert_eq!(world.state_of(id).await, "in_review");
}

pub(crate) async fn nobody_decides_what_was_withdrawn_meanwhile(world: World) {
    let id = world.in_state(0, ApplicationState::InReview).await;
    let approve = world.decision(id, ReviewStep::Approve);
    let (approved, withdrawn) = tokio::join!(
        world.store.decide_application(approve),
        world.withdraw(0, id),
    );
    match (approved, withdrawn) {
        (Ok(ApplicationState::Approved) | Err(ApplicationError::Withdrawn), Ok(())) => {
            assert_eq!(world.state_of(id).await, "withdrawn");
        }
        (Ok(ApplicationState::Approved), Err(ApplicationError::NotNow)) => {
            world.withdraw(0, id).await.unwrap();
        }
        both => panic!("{both:?}"),
    }
    let reason = || "未附親屬關係證明".to_owned();
    for step in [
        ReviewStep::Take,
        ReviewStep::Ask(reason()),
        ReviewStep::Approve,
        ReviewStep::Refuse(reason()),
        ReviewStep::Revoke(reason()),
    ] {
        let decided = world.store.decide_application(world.decision(id, step));
        assert_eq!(decided.await, Err(ApplicationError::Withdrawn));
    }
    assert_eq!(world.state_of(id).await, "withdrawn");
}

pub(crate) async fn an_approval_that_ends_flags_the_visits_of_the_two_and_tells_their_party(
    world: World,
) {
    let revoked = world.in_state(0, ApplicationState::Approved).await;
    let visit = world.add_visit().await;
    world
        .decide(revoked, ReviewStep::Revoke("接見人遭法院禁止接觸".into()))
        .await;
    expect_flagged(&world, visit, revoked, world.officer.as_uuid()).await;
    let settled = format!("UPDATE visit SET state = 'completed' WHERE id = '{visit}'");
    statement(&world.database, &settled).await.unwrap();

    let withdrawn = world.in_state(0, ApplicationState::Approved).await;
    let visit = world.add_visit().await;
    world.withdraw(0, withdrawn).await.unwrap();
    expect_flagged(&world, visit, withdrawn, world.people[0].as_uuid()).await;
}

/// The visit is flagged through somebody, for an approval that has ended, and its three visitors are told.
async fn expect_flagged(world: &World, visit: VisitId, ended: ApplicationId, through: Uuid) {
    let state: String = sqlx::query_scalar("SELECT state FROM visit WHERE id = $1")
        .bind(visit.to_string())
        .fetch_one(&world.database)
        .await
        .unwrap();
    assert_eq!(state, "flagged");
    let (actor, action, detail) = audit_trail_of(&world.database, visit).await.pop().unwrap();
    assert!(actor.ends_with(&through.to_string()), "{actor}");
    assert_eq!(action, "visit_flagged");
    let detail: serde_json::Value = serde_json::from_str(&detail).unwrap();
    let expected = serde_json::json!({ "application": ended, "reason": "approval_ended" });
    assert_eq!(detail, expected);
    let told: Vec<String> = sqlx::query_scalar(
        "SELECT params FROM outbox WHERE kind = 'visit_flagged' AND visit_id = $1",
    )
    .bind(visit.to_string())
    .fetch_all(&world.database)
    .await
    .unwrap();
    assert_eq!(told.len(), 3);
    // What was written is nobody's but of the one whom it concerns.
    for params in told {
        let params: serde_json::Value = serde_json::from_str(&params).unwrap();
        assert_eq!(params["reason"], "approval_ended");
    }
}
