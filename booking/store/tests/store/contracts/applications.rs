//! An application's way, by its applicant.

use booking_domain::applications::{
    ApplicationChange, ApplicationError, ApplicationState, Applications, DocumentKind, Documents,
    NewApplication, Relationship, Requirement, ReviewStep, Services,
};

use crate::support::{applicants::APPLIED_AT_MS, audit_trail_of, statement, world::World};

pub(crate) async fn an_inmate_is_found_by_number_and_name_together(world: World) {
    let find = async |number, name| {
        let found = world.store.find_inmate(world.facility, number, name).await;
        found.unwrap()
    };
    assert_eq!(find("1024", "林 明華").await, Some(world.inmates[0]));
    assert_eq!(find("1024", "林志遠").await, None);
    assert_eq!(find("1025", "林明華").await, None);
    assert_eq!(find("9999", "林明華").await, None);
    let left = format!(
        "UPDATE inmate SET state = 'released' WHERE id = '{}'",
        world.inmates[0]
    );
    statement(&world.database, &left).await.unwrap();
    assert_eq!(find("1024", "林明華").await, None);
}

pub(crate) async fn of_applications_for_one_inmate_one_is_under_way(world: World) {
    let (one, two) = tokio::join!(
        world.store.begin_application(world.application(0)),
        world.store.begin_application(world.application(0)),
    );
    let begun: Vec<_> = [&one, &two].into_iter().flatten().collect();
    assert_eq!(begun.len(), 1);
    let refused = [&one, &two]
        .into_iter()
        .find_map(|begun| begun.as_ref().err());
    assert_eq!(refused, Some(&ApplicationError::Exists));
    let other = NewApplication {
        inmate: world.inmates[1],
        ..world.application(0)
    };
    assert!(world.store.begin_application(other).await.is_ok());
    // Another may follow one that was refused.
    world.in_state(1, ApplicationState::Refused).await;
    let again = world.store.begin_application(world.application(1)).await;
    assert!(again.is_ok());
}

pub(crate) async fn nobody_applies_for_an_inmate_who_has_left(world: World) {
    let left = format!(
        "UPDATE inmate SET state = 'transferred' WHERE id = '{}'",
        world.inmates[0]
    );
    statement(&world.database, &left).await.unwrap();
    let begun = world.store.begin_application(world.application(0)).await;
    assert_eq!(begun, Err(ApplicationError::InmateGone));
}

pub(crate) async fn an_applicant_sees_the_own_applications_page_by_page(world: World) {
    let first = world.draft(0).await;
    let second = NewApplication {
        inmate: world.inmates[1],
        relationship: Relationship::Other,
        ground: Some("協助處理家中急事".into()),
        services: Services {
            on_site: true,
            remote: true,
            mobile: false,
        },
        ..world.application(0)
    };
    let second = world.store.begin_application(second).await.unwrap();
    world.draft(1).await;
    let own = |before| world.store.own_applications(world.people[0], before, 1);
    let page = own(None).await.unwrap();
    assert_eq!(page.len(), 1);
    assert_eq!(page[0].id, second);
    assert_eq!(page[0].relationship, Relationship::Other);
    assert_eq!(page[0].ground.as_deref(), Some("協助處理家中急事"));
    assert!(page[0].services.on_site && page[0].services.remote && !page[0].services.mobile);
    assert_eq!(page[0].missing(), [Requirement::Identity]);
    let page = own(Some(second)).await.unwrap();
    assert_eq!((page.len(), page[0].id), (1, first));
    assert_eq!(page[0].inmate_name, "林明華");
    assert_eq!(page[0].inmate_number, "1024");
    assert_eq!(page[0].facility_name.own, "示範看守所");
    let kinds: Vec<_> = page[0]
        .documents
        .iter()
        .map(|document| document.kind)
        .collect();
    assert_eq!(kinds, DocumentKind::ALL);
    assert_eq!(own(Some(first)).await.unwrap(), []);
    let foreign = world.store.own_application(world.people[1], first).await;
    assert_eq!(foreign, Ok(None));
}

pub(crate) async fn an_application_is_handed_in_when_nothing_is_missing(world: World) {
    let person = world.people[0];
    let id = world
        .store
        .begin_application(world.application(0))
        .await
        .unwrap();
    let submit = || {
        world
            .store
            .submit_application(person, id, APPLIED_AT_MS + 2)
    };
    let missing = vec![
        Requirement::Identity,
        Requirement::Relationship,
        Requirement::Photo,
    ];
    assert_eq!(submit().await, Err(ApplicationError::Missing(missing)));
    assert_eq!(world.state_of(id).await, "draft");
    assert_eq!(world.notices().await, []);
    for kind in DocumentKind::ALL {
        let document = world.document(0, id, kind);
        world.store.add_document(document).await.unwrap();
    }
    let foreign = world
        .store
        .submit_application(world.people[1], id, APPLIED_AT_MS);
    assert_eq!(foreign.await, Err(ApplicationError::NotFound));
    assert_eq!(submit().await, Ok(ApplicationState::Submitted));
    assert_eq!(submit().await, Err(ApplicationError::NotNow));
    let notices = world.notices().await;
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].0, "application_received");
    assert_eq!(notices[0].1, person.to_string());
    let shown = world
        .store
        .own_application(person, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(shown.submitted_at_ms, Some(APPLIED_AT_MS + 2));
    assert_eq!(shown.decided_at_ms, None);
}

pub(crate) async fn an_application_that_needs_more_goes_back_to_its_reviewer(world: World) {
    let id = world.in_state(0, ApplicationState::NeedsMore).await;
    let shown = world.store.own_application(world.people[0], id).await;
    let reason = shown.unwrap().unwrap().reason;
    assert_eq!(reason.as_deref(), Some("證明文件已逾期"));
    let submitted = world
        .store
        .submit_application(world.people[0], id, APPLIED_AT_MS + 9);
    assert_eq!(submitted.await, Ok(ApplicationState::InReview));
    world.decide(id, ReviewStep::Approve).await;
    let shown = world.store.own_application(world.people[0], id).await;
    assert_eq!(shown.unwrap().unwrap().reason, None);
}

pub(crate) async fn an_application_changes_only_while_it_is_open(world: World) {
    let inmates = world.inmates;
    for (index, state) in [
        ApplicationState::Draft,
        ApplicationState::Submitted,
        ApplicationState::InReview,
        ApplicationState::NeedsMore,
        ApplicationState::Approved,
        ApplicationState::Refused,
        ApplicationState::Revoked,
        ApplicationState::Withdrawn,
    ]
    .into_iter()
    .enumerate()
    {
        let person = index % world.people.len();
        let world = World {
            inmates: if index < world.people.len() {
                inmates
            } else {
                [inmates[1], inmates[0]]
            },
            people: world.people.clone(),
            store: world.store.clone(),
            database: world.database.clone(),
            ..world
        };
        let id = world.in_state(person, state).await;
        let change = ApplicationChange {
            relationship: Some(Relationship::Sibling),
            ground: Some(Some("返家探視前先行聯繫".into())),
            services: Some(Services {
                on_site: true,
                ..Services::default()
            }),
        };
        let who = world.people[person];
        let changed = world
            .store
            .change_application(who, id, change, APPLIED_AT_MS + 5);
        let changed = changed.await;
        let document = world.document(person, id, DocumentKind::Identity);
        let added = world.store.add_document(document).await;
        if state.is_open() {
            assert_eq!((changed, added), (Ok(()), Ok(())), "{state:?}");
            let shown = world.store.own_application(who, id).await.unwrap().unwrap();
            assert_eq!(shown.relationship, Relationship::Sibling);
            assert!(shown.services.on_site && !shown.services.mobile);
            assert_eq!(shown.ground.as_deref(), Some("返家探視前先行聯繫"));
            let nothing = ApplicationChange::default();
            let same = world
                .store
                .change_application(who, id, nothing, APPLIED_AT_MS + 6);
            same.await.unwrap();
            let after = world.store.own_application(who, id).await.unwrap().unwrap();
            assert_eq!(after, shown);
        } else {
            let refused = Err(ApplicationError::NotNow);
            assert_eq!((changed, added), (refused.clone(), refused), "{state:?}");
        }
    }
}

pub(crate) async fn only_a_draft_is_thrown_away_with_its_documents(world: World) {
    let submitted = world.in_state(0, ApplicationState::Submitted).await;
    let discard = |person: usize, id| {
        world
            .store
            .discard_application(world.people[person], id, APPLIED_AT_MS + 4)
    };
    assert_eq!(discard(0, submitted).await, Err(ApplicationError::NotNow));
    let draft = world.draft(1).await;
    assert_eq!(discard(0, draft).await, Err(ApplicationError::NotFound));
    assert_eq!(discard(1, draft).await.unwrap().len(), 3);
    let shown = world.store.own_application(world.people[1], draft).await;
    assert_eq!(shown, Ok(None));
    assert_eq!(discard(1, draft).await, Err(ApplicationError::NotFound));
    let actions: Vec<_> = audit_trail_of(&world.database, draft)
        .await
        .into_iter()
        .map(|(_, action, _)| action)
        .collect();
    assert_eq!(actions, ["application_begun", "application_discarded"]);
}

pub(crate) async fn what_was_handed_in_is_withdrawn_and_another_may_follow(world: World) {
    let draft = world.draft(1).await;
    let refused = Err(ApplicationError::NotNow);
    assert_eq!(world.withdraw(1, draft).await, refused);
    let decided = world.in_state(2, ApplicationState::Refused).await;
    assert_eq!(world.withdraw(2, decided).await, refused);
    for state in [
        ApplicationState::Submitted,
        ApplicationState::InReview,
        ApplicationState::NeedsMore,
        ApplicationState::Approved,
    ] {
        // That it begins at all is because the one before is over.
        let id = world.in_state(0, state).await;
        let foreign = world.withdraw(1, id).await;
        assert_eq!(foreign, Err(ApplicationError::NotFound));
        assert_eq!(world.withdraw(0, id).await, Ok(()), "{state:?}");
        let again = world.withdraw(0, id).await;
        assert_eq!(again, Err(ApplicationError::Withdrawn));
        let shown = world.store.own_application(world.people[0], id).await;
        let shown = shown.unwrap().unwrap();
        assert_eq!(shown.state, ApplicationState::Withdrawn);
        assert_eq!(shown.reason, None);
        assert_eq!(shown.decided_at_ms, Some(APPLIED_AT_MS + 3));
        let (actor, action, _) = audit_trail_of(&world.database, id).await.pop().unwrap();
        assert_eq!(actor, format!("person {}", world.people[0]));
        assert_eq!(action, "application_withdrawn");
    }
    let approved = world
        .store
        .approved_application(world.people[0], world.inmates[0]);
    assert_eq!(approved.await, Ok(None));
    let told = world.notices().await.into_iter();
    let told: Vec<_> = told
        .filter(|(kind, ..)| kind == "application_withdrawn")
        .collect();
    assert_eq!(told.len(), 4);
    let (_, person, params) = &told[0];
    assert_eq!(*person, world.people[0].to_string());
    let params: serde_json::Value = serde_json::from_str(params).unwrap();
    let expected = serde_json::json!({ "facility": "示範看守所", "inmate": "林明華" });
    assert_eq!(params, expected);
}

pub(crate) async fn who_is_approved_for_an_inmate_is_known(world: World) {
    let id = world.in_state(0, ApplicationState::Approved).await;
    world.in_state(1, ApplicationState::InReview).await;
    let approved = async |person: usize, inmate: usize| {
        let (person, inmate) = (world.people[person], world.inmates[inmate]);
        world
            .store
            .approved_application(person, inmate)
            .await
            .unwrap()
    };
    assert_eq!(approved(0, 0).await, Some(id));
    assert_eq!(approved(0, 1).await, None);
    assert_eq!(approved(1, 0).await, None);
    world
        .decide(id, ReviewStep::Revoke("接見人遭法院禁止接觸".into()))
        .await;
    assert_eq!(approved(0, 0).await, None);
}

pub(crate) async fn nobody_begins_more_applications_than_one_can_overlook(world: World) {
    for number in 0..20 {
        let inmate = format!(
            "INSERT INTO inmate (id, facility_id, number, name, first_name)
             VALUES ('00000000-0000-7000-8000-0000000000{number:02}', '{}', '2{number:03}', '王', '')",
            world.facility
        );
        statement(&world.database, &inmate).await.unwrap();
        let inmate = format!("00000000-0000-7000-8000-0000000000{number:02}");
        let application = NewApplication {
            inmate: inmate.parse().unwrap(),
            ..world.application(0)
        };
        world.store.begin_application(application).await.unwrap();
    }
    let begun = world.store.begin_application(world.application(0)).await;
    assert_eq!(begun, Err(ApplicationError::TooMany));
    assert!(
        world
            .store
            .begin_application(world.application(1))
            .await
            .is_ok()
    );
}
