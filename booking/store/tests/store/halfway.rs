//! Two transactions that meet halfway, on PostgreSQL: SQLite lets one write after the other.

use booking_domain::{
    BookError, BookRefusal, Bookings, Forgetting, ForgettingLimits, Held, NewBooking,
    accounts::{
        IdentityCorrection, IdentityCorrections, NewSuspension, SealedNationalId, Suspensions,
    },
    applications::{ApplicationState, Restrictions},
};
use ids::{ApplicationId, TerminalId};
use postgres_server::PostgresServer;

use crate::support::{
    self,
    season::{FIRST_MS, HALF_HOUR_MS, NOW_MS, Season, adult, new_applicant},
    until_waiting,
    world::World,
};

/// A world on a new database of a server that runs as long as it is held.
async fn world() -> (World, PostgresServer) {
    let server = support::postgres_server();
    let (store, database) = support::postgres(&server, "halfway").await;
    (World::new(store, database).await, server)
}

/// The same with a season.
async fn season() -> (Season, PostgresServer) {
    let (world, server) = world().await;
    (Season::new(world).await, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restriction_waits_for_a_booking_that_has_looked_already() {
    takes_back_what_is_booked_meanwhile(|world| {
        let (store, restriction) = (world.store.clone(), world.restriction(NOW_MS, NOW_MS));
        async move {
            store.restrict(restriction).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_waits_for_a_booking_that_has_looked_already() {
    takes_back_what_is_booked_meanwhile(|world| {
        let store = world.store.clone();
        let suspension = NewSuspension {
            person: world.people[0],
            staff: world.officer,
            reason: "身分資料須再確認".into(),
            at_ms: NOW_MS,
        };
        async move {
            store.suspend(suspension).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bar_that_comes_with_a_national_id_waits_for_a_booking_that_has_looked_already() {
    takes_back_what_is_booked_meanwhile(|world| {
        let (store, database) = (world.store.clone(), world.database.clone());
        let (facility, closed) = (world.facility, world.people[3]);
        let (person, inmate) = (world.people[0], world.inmates[1]);
        let application = ApplicationId::from_uuid(person.as_uuid());
        let national_id = SealedNationalId {
            sealed: vec![9],
            index: [9; 32],
        };
        let correction = IdentityCorrection {
            application,
            person,
            facility,
            name: None,
            national_id: Some(national_id),
            birth_date: None,
            without_adult: Vec::new(),
            staff: world.officer,
            reason: "本人持身分證申請更正".into(),
            at_ms: NOW_MS,
        };
        async move {
            for sql in [
                format!(
                    "INSERT INTO account (person_id, email, email_key, password_hash, national_id,
                                          national_id_index, birth_date, state, consent_version,
                                          consented_at_ms, created_at_ms)
                     VALUES ('{closed}', '', '', '', '', decode(repeat('09', 32), 'hex'), '',
                             'closed', '1', 0, 0)"
                ),
                format!(
                    "INSERT INTO restriction (id, facility_id, person_id, kind, reason, from_ms,
                                              created_at_ms)
                     VALUES ('1', '{facility}', '{closed}', 'breach', '以其他裝置錄影', 0, 0)"
                ),
                format!(
                    "INSERT INTO application (id, person_id, inmate_id, facility_id, relationship,
                                              on_site, remote, mobile, state, created_at_ms, changed_at_ms)
                     VALUES ('{application}', '{person}', '{inmate}', '{facility}', 'spouse', 0, 0, 1,
                             'submitted', 0, 0)"
                ),
            ] {
                support::statement(&database, &sql).await.unwrap();
            }
            store.correct_identity(correction).await.unwrap();
        }
    })
    .await;
}

/// What begins when a booking of the first person's has found nothing against it waits for the booking, and
/// takes the hold back.
async fn takes_back_what_is_booked_meanwhile<Doing>(begin: impl FnOnce(&World) -> Doing)
where
    Doing: Future<Output = ()> + Send + 'static,
{
    let (season, _server) = season().await;
    let (store, database) = (season.world.store.clone(), season.world.database.clone());
    season.world.account(0, "a@example.tw").await;
    // The booking has found nothing, and waits for the approval that it would keep.
    let mut holding = database.begin().await.unwrap();
    sqlx::query("UPDATE application SET changed_at_ms = changed_at_ms")
        .execute(&mut *holding)
        .await
        .unwrap();
    let booking = season.request(FIRST_MS);
    let books = tokio::spawn({
        let store = store.clone();
        async move { Bookings::book(&store, vec![booking]).await }
    });
    until_waiting(&database, 1, &books).await;
    let does = tokio::spawn(begin(&season.world));
    until_waiting(&database, 2, &does).await;
    holding.rollback().await.unwrap();
    let visit = books.await.unwrap().remove(0).unwrap().visit;
    does.await.unwrap();
    assert_eq!(season.state(visit).await, "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_restricted_in_the_same_moment_is_not_forgotten() {
    let (world, _server) = world().await;
    let (store, database) = (world.store.clone(), world.database.clone());
    let (inmate, facility) = (world.inmates[0], world.facility);
    let left =
        format!("UPDATE inmate SET state = 'released', left_at_ms = 0 WHERE id = '{inmate}'");
    support::statement(&database, &left).await.unwrap();
    // The restriction has the facility, and is not there for others yet.
    let mut restricts = database.begin().await.unwrap();
    let restriction = format!(
        "INSERT INTO restriction (id, facility_id, inmate_id, kind, reason, from_ms, created_at_ms)
         VALUES ('1', '{facility}', '{inmate}', 'other', '訴訟中', 0, 0)"
    );
    for sql in ["UPDATE facility SET name = name", &restriction] {
        sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
            .execute(&mut *restricts)
            .await
            .unwrap();
    }
    let limits = ForgettingLimits {
        visit_ms: 0,
        inmate_ms: 0,
        held: Vec::new(),
    };
    let forgets = tokio::spawn(async move { store.forget_inmates(&limits, NOW_MS, 1).await });
    until_waiting(&database, 1, &forgets).await;
    restricts.commit().await.unwrap();
    assert_eq!(forgets.await.unwrap(), Ok(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_rolled_back_for_another_one_is_done_again() {
    let (world, _server) = world().await;
    let (store, database) = (world.store.clone(), world.database.clone());
    world.in_state(0, ApplicationState::Approved).await;
    let visit = world.add_visit().await;
    loop {
        let confirm = "UPDATE visit SET state = 'confirmed'";
        support::statement(&database, confirm).await.unwrap();
        // The restriction has the facility and wants the visit, somebody else has the visit and wants the
        // facility.
        let mut other = database.begin().await.unwrap();
        sqlx::query("UPDATE visit SET reason = reason")
            .execute(&mut *other)
            .await
            .unwrap();
        let restriction = world.restriction(NOW_MS, NOW_MS);
        let restricts = tokio::spawn({
            let store = store.clone();
            async move { store.restrict(restriction).await }
        });
        until_waiting(&database, 1, &restricts).await;
        assert!(!restricts.is_finished());
        let met = sqlx::query("UPDATE facility SET name = name")
            .execute(&mut *other)
            .await;
        let met = met.is_ok();
        other.rollback().await.unwrap();
        restricts.await.unwrap().unwrap();
        // PostgreSQL rolls one of them back, mostly the one that has waited longer: the restriction.
        if met {
            break;
        }
    }
    let state: String = sqlx::query_scalar("SELECT state FROM visit WHERE id = $1")
        .bind(visit.to_string())
        .fetch_one(&database)
        .await
        .unwrap();
    assert_eq!(state, "flagged");
}

/// Books what somebody else, past the facility's row, has written something against that the bookings do not see
/// before they are written. Their answers.
async fn book_against(
    season: &Season,
    requests: Vec<NewBooking>,
    written: &[String],
) -> Vec<Result<Held, BookError>> {
    let (store, database) = (season.world.store.clone(), &season.world.database);
    let mut passing = database.begin().await.unwrap();
    for sql in written {
        sqlx::query(sqlx::AssertSqlSafe(sql.clone()))
            .execute(&mut *passing)
            .await
            .unwrap();
    }
    let books = tokio::spawn(async move { Bookings::book(&store, requests).await });
    until_waiting(database, 1, &books).await;
    assert!(!books.is_finished());
    passing.commit().await.unwrap();
    books.await.unwrap()
}

/// A confirmed visit with the inmate of an application, in the first slot.
fn visit(application: ApplicationId, terminal: TerminalId) -> String {
    format!(
        "INSERT INTO visit (id, facility_id, terminal_id, inmate_id, opens_at_ms, starts_at_ms,
                            ends_at_ms, state)
         SELECT id, facility_id, '{terminal}', inmate_id, {FIRST_MS}, {FIRST_MS}, {FIRST_MS} + 60000,
                'confirmed' FROM application WHERE id = '{application}'"
    )
}

/// How many visits count in all months.
async fn counted(season: &Season) -> i64 {
    sqlx::query_scalar("SELECT CAST(COALESCE(SUM(visits), 0) AS BIGINT) FROM visit_month")
        .fetch_one(&season.world.database)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_bookings_that_are_written_together_only_who_lost_the_terminal_goes_without() {
    let (season, _server) = season().await;
    let (_, stranger) = new_applicant(&season.world, 1).await;
    let [first, second] = season.world.terminals;
    let requests = vec![season.request(FIRST_MS), season.other_request(FIRST_MS)];
    let answers = book_against(&season, requests, &[visit(stranger, first)]).await;
    assert_eq!(answers[0].as_ref().unwrap().terminal, second);
    assert_eq!(answers[1], Err(BookRefusal::SlotFull.into()));
    assert_eq!(counted(&season).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_month_is_used_up_halfway_is_told_so_and_the_others_get_their_seats() {
    let (season, _server) = season().await;
    let inmate = season.world.inmates[0];
    let used = format!("INSERT INTO visit_month VALUES ('{inmate}', '2026-11', 2)");
    let later_ms = FIRST_MS + HALF_HOUR_MS;
    let mut requests = vec![season.request(FIRST_MS), season.other_request(FIRST_MS)];
    for (number, starts_at_ms) in [(1, FIRST_MS), (2, later_ms), (3, later_ms)] {
        let (person, application) = new_applicant(&season.world, number).await;
        requests.push(NewBooking {
            application,
            party: vec![adult(person)],
            ..season.request(starts_at_ms)
        });
    }
    let answers = book_against(&season, requests, &[used]).await;
    assert_eq!(answers[0], Err(BookRefusal::QuotaUsed.into()));
    assert!(answers[1..].iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(counted(&season).await, 2 + 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_alone_and_loses_the_month_is_told_so_though_no_other_terminal_is_free() {
    let (season, _server) = season().await;
    let inmate = season.world.inmates[0];
    let [_, second] = season.world.terminals;
    support::statement(
        &season.world.database,
        &visit(season.applications[1], second),
    )
    .await
    .unwrap();
    let used = format!("INSERT INTO visit_month VALUES ('{inmate}', '2026-11', 2)");
    let answers = book_against(&season, vec![season.request(FIRST_MS)], &[used]).await;
    assert_eq!(answers, [Err(BookRefusal::QuotaUsed.into())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_lost_to_another_facility_halfway_is_busy_and_the_others_get_their_seats() {
    let (season, _server) = season().await;
    let elsewhere = season.elsewhere().await;
    let person = season.world.people[0];
    let written = [
        visit(elsewhere.application, elsewhere.terminal),
        format!(
            "INSERT INTO visit_member (visit_id, seat, person_id)
             VALUES ('{}', 1, '{person}')",
            elsewhere.application
        ),
    ];
    let requests = vec![season.request(FIRST_MS), season.other_request(FIRST_MS)];
    let answers = book_against(&season, requests, &written).await;
    assert_eq!(answers[0], Err(BookRefusal::AlreadyBusy.into()));
    assert!(answers[1].is_ok(), "{answers:?}");
    assert_eq!(counted(&season).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_key_is_used_at_another_facility_halfway_gets_no_second_visit() {
    let (season, _server) = season().await;
    let elsewhere = season.elsewhere().await;
    let person = season.world.people[0];
    let written = [
        visit(elsewhere.application, elsewhere.terminal),
        format!(
            "UPDATE visit SET applicant_id = '{person}', idempotency_key = 'a1',
                    starts_at_ms = starts_at_ms + 86400000, ends_at_ms = ends_at_ms + 86400000
             WHERE id = '{}'",
            elsewhere.application
        ),
    ];
    let keyed = NewBooking {
        idempotency_key: Some("a1".into()),
        ..season.request(FIRST_MS)
    };
    let requests = vec![keyed, season.other_request(FIRST_MS)];
    let answers = book_against(&season, requests, &written).await;
    assert_eq!(answers[0], Err(BookError::KeyReused));
    assert!(answers[1].is_ok(), "{answers:?}");
}
