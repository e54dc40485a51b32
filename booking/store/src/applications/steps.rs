//! One step of an application: by the pure rule, under the condition that nobody was faster.

use booking_domain::{
    Actor, AuditDetail, AuditStep, AuditSubject, Cause, FacilityName, MessageKind, Notice,
    StoreError,
    applications::{ApplicationError, ApplicationState, ApplicationStep},
};
use ids::{ApplicationId, FacilityId, InmateId, PersonId, StaffId};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::{applicants::remove, rows::state_of};
use crate::{
    audit::{self, Subject, detail},
    bookings::{Flagging, Touched, flag_touched},
    error::failed,
    many::statement,
    outbox::queue_notice,
    rows::{facility_name, from_ms, id, optional_text, text, wrong},
};

/// What a step needs to know about its application.
pub(super) struct Standing {
    pub(super) id: ApplicationId,
    pub(super) person: PersonId,
    pub(super) inmate: InmateId,
    pub(super) facility: FacilityId,
    state: ApplicationState,
    facility_name: FacilityName,
    facility_telephone: Option<String>,
    inmate_name: String,
}

/// A step, and who takes it.
pub(super) struct Stepped<'a> {
    pub(super) step: ApplicationStep,
    pub(super) actor: Actor,
    /// As the applicant reads it, or the word of a [`Cause`].
    pub(super) reason: Option<&'a str>,
    pub(super) at_ms: u64,
}

/// How an application stands.
pub(super) async fn standing(
    connection: &mut AnyConnection,
    application: ApplicationId,
) -> Result<Option<Standing>, StoreError> {
    let row = sqlx::query(
        "SELECT application.person_id, application.inmate_id, application.facility_id,
                application.state, facility.name AS facility_name, facility.latin_name, facility.contact_telephone,
                inmate.name AS inmate_name
         FROM application
         JOIN facility ON facility.id = application.facility_id
         JOIN inmate ON inmate.id = application.inmate_id
         WHERE application.id = $1",
    )
    .bind(application.to_string())
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    row.map(|row| {
        Ok(Standing {
            id: application,
            person: id(&row, "person_id")?,
            inmate: id(&row, "inmate_id")?,
            facility: id(&row, "facility_id")?,
            state: state_of(&row)?,
            facility_name: facility_name(&row, "facility_name", "latin_name")?,
            facility_telephone: optional_text(&row, "contact_telephone")?,
            inmate_name: text(&row, "inmate_name")?,
        })
    })
    .transpose()
}

/// Takes a step, notes it and tells the applicant. From here to the end of the transaction nobody else takes
/// one.
pub(super) async fn take(
    connection: &mut AnyConnection,
    standing: &Standing,
    stepped: &Stepped<'_>,
) -> Result<ApplicationState, ApplicationError> {
    let state = standing
        .state
        .after(stepped.step)
        .ok_or_else(|| impossible(standing.state))?;
    if !advance(connection, standing, stepped, state).await? {
        let now = self::standing(connection, standing.id).await?;
        return Err(now.map_or(ApplicationError::NotFound, |now| impossible(now.state)));
    }
    let detail = match stepped.reason {
        Some(reason) => detail! { Reason: reason },
        None => detail! {},
    };
    audit::note(
        connection,
        stepped.at_ms,
        stepped.actor,
        stepped.step.audited(),
        Subject::new(
            AuditSubject::Application,
            standing.id,
            Some(standing.facility),
        ),
        detail,
    )
    .await?;
    if let Some(kind) = message(stepped.step, standing.state) {
        let about = format!("{} {}", standing.id, stepped.at_ms);
        let mut notice = Notice::email(kind, about, standing.person)
            .with("facility", standing.facility_name.own.as_str())
            .with("inmate", standing.inmate_name.as_str());
        if let Some(latin) = &standing.facility_name.latin {
            notice = notice.with("facility_latin", latin.as_str());
        }
        if let Some(telephone) = &standing.facility_telephone {
            notice = notice.with("telephone", telephone.as_str());
        }
        if let Some(reason) = stepped.reason {
            notice = notice.with("reason", reason);
        }
        queue_notice(connection, &notice, stepped.at_ms).await?;
    }
    Ok(state)
}

/// Why a step is not possible in a state.
const fn impossible(state: ApplicationState) -> ApplicationError {
    match state {
        ApplicationState::Withdrawn => ApplicationError::Withdrawn,
        _ => ApplicationError::NotNow,
    }
}

/// An application that stood so is over: if it was approved, the visits that rest on it need a look.
pub(super) async fn flag_what_rests_on(
    connection: &mut AnyConnection,
    standing: &Standing,
    ended: &Stepped<'_>,
) -> Result<(), StoreError> {
    if standing.state != ApplicationState::Approved {
        return Ok(());
    }
    let touched = Touched {
        person: Some(standing.person),
        inmate: Some(standing.inmate),
        facility: standing.facility,
        from_ms: ended.at_ms,
        until_ms: None,
    };
    let flagging = Flagging {
        reason: Cause::ApprovalEnded.as_str(),
        source: Some((AuditDetail::Application, standing.id.as_uuid())),
        actor: ended.actor,
        at_ms: ended.at_ms,
    };
    flag_touched(connection, touched, &flagging).await?;
    Ok(())
}

/// An inmate has left: every application that is not over ends. How many.
pub(crate) async fn leave(
    connection: &mut AnyConnection,
    inmate: InmateId,
    cause: Cause,
    actor: Actor,
    at_ms: u64,
) -> Result<usize, StoreError> {
    let open = keep_open(&mut *connection, "inmate_id", inmate.as_uuid()).await?;
    let stepped = Stepped {
        step: ApplicationStep::Leave,
        actor,
        reason: Some(cause.as_str()),
        at_ms,
    };
    for application in &open {
        let Some(standing) = standing(connection, *application).await? else {
            continue;
        };
        take_kept(connection, &standing, &stepped).await?;
    }
    Ok(open.len())
}

/// Somebody goes: they withdraw every application that is not over, and discard their drafts.
pub(crate) async fn withdraw_all(
    connection: &mut AnyConnection,
    person: PersonId,
    at_ms: u64,
) -> Result<(), StoreError> {
    let open = keep_open(&mut *connection, "person_id", person.as_uuid()).await?;
    let stepped = Stepped {
        step: ApplicationStep::Withdraw,
        actor: Actor::Person(person),
        reason: None,
        at_ms,
    };
    for application in open {
        let Some(standing) = standing(connection, application).await? else {
            continue;
        };
        if standing.state == ApplicationState::Draft {
            discard(connection, &standing, &stepped).await?;
        } else {
            take_kept(connection, &standing, &stepped).await?;
        }
    }
    Ok(())
}

/// The applications of an inmate or of a visitor, by the column that names them, that are not over. From here to the end
/// of the transaction nobody else changes them.
async fn keep_open(
    connection: &mut AnyConnection,
    column: &'static str,
    whose: Uuid,
) -> Result<Vec<ApplicationId>, StoreError> {
    let rows = statement(format!(
        "UPDATE application SET changed_at_ms = changed_at_ms
         WHERE {column} = $1
           AND state IN ('draft', 'submitted', 'in_review', 'needs_more', 'approved')
         RETURNING id"
    ))
    .bind(whose.to_string())
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    rows.iter().map(|row| id(row, "id")).collect()
}

/// Takes a step of an application that nobody else changes meanwhile, in a state that allows it.
async fn take_kept(
    connection: &mut AnyConnection,
    standing: &Standing,
    stepped: &Stepped<'_>,
) -> Result<(), StoreError> {
    match take(connection, standing, stepped).await {
        Ok(_) => Ok(()),
        Err(ApplicationError::Store(error)) => Err(error),
        Err(error) => Err(wrong("application", error)),
    }
}

/// Removes a draft that nobody else changes meanwhile.
async fn discard(
    connection: &mut AnyConnection,
    draft: &Standing,
    stepped: &Stepped<'_>,
) -> Result<(), StoreError> {
    remove(&mut *connection, draft.id).await?;
    audit::note(
        connection,
        stepped.at_ms,
        stepped.actor,
        AuditStep::ApplicationDiscarded,
        Subject::new(AuditSubject::Application, draft.id, Some(draft.facility)),
        detail! {},
    )
    .await
}

async fn advance(
    connection: &mut AnyConnection,
    standing: &Standing,
    stepped: &Stepped<'_>,
    state: ApplicationState,
) -> Result<bool, StoreError> {
    let at_ms = from_ms(stepped.at_ms);
    let submitted = stepped.step == ApplicationStep::Submit;
    let decided = state == ApplicationState::Approved || state.is_final();
    let reviewer: Option<StaffId> = match (stepped.step, stepped.actor) {
        // Nobody reviewed it.
        (ApplicationStep::Leave, _) => None,
        (_, Actor::Staff(staff)) => Some(staff),
        (_, Actor::System | Actor::Visitor | Actor::Person(_)) => None,
    };
    // What was said last stays until it is decided.
    let says = i64::from(decided || stepped.reason.is_some());
    sqlx::query(
        "UPDATE application
         SET state = $2, changed_at_ms = $3, submitted_at_ms = COALESCE($4, submitted_at_ms),
             decided_at_ms = COALESCE($5, decided_at_ms),
             reason = CASE WHEN $6 = 1 THEN $7 ELSE reason END,
             reviewer_id = COALESCE($8, reviewer_id)
         WHERE id = $1 AND state = $9",
    )
    .bind(standing.id.to_string())
    .bind(state.as_str())
    .bind(at_ms)
    .bind(submitted.then_some(at_ms))
    .bind(decided.then_some(at_ms))
    .bind(says)
    .bind(stepped.reason.map(str::to_owned))
    .bind(reviewer.map(|staff| staff.to_string()))
    .bind(standing.state.as_str())
    .execute(connection)
    .await
    .map(|updated| updated.rows_affected() == 1)
    .map_err(failed)
}

/// The notice that a step from a state is told by.
const fn message(step: ApplicationStep, from: ApplicationState) -> Option<MessageKind> {
    match step {
        ApplicationStep::Take => None,
        ApplicationStep::Submit => Some(MessageKind::ApplicationReceived),
        ApplicationStep::Ask => Some(MessageKind::ApplicationNeedsMore),
        ApplicationStep::Approve => Some(MessageKind::ApplicationApproved),
        ApplicationStep::Refuse => Some(MessageKind::ApplicationRefused),
        ApplicationStep::Revoke => Some(MessageKind::ApplicationRevoked),
        ApplicationStep::Withdraw => Some(MessageKind::ApplicationWithdrawn),
        ApplicationStep::Leave => Some(match from {
            ApplicationState::Approved => MessageKind::ApplicationRevoked,
            _ => MessageKind::ApplicationRefused,
        }),
    }
}

/// Updates an open application of somebody's own and answers its facility. From here to the end of the
/// transaction nobody else changes it or its documents.
pub(super) async fn open_for_change(
    connection: &mut AnyConnection,
    person: PersonId,
    application: ApplicationId,
    at_ms: u64,
) -> Result<FacilityId, ApplicationError> {
    let rows = sqlx::query(
        "UPDATE application SET changed_at_ms = $3
         WHERE id = $1 AND person_id = $2 AND state IN ('draft', 'needs_more')
         RETURNING facility_id",
    )
    .bind(application.to_string())
    .bind(person.to_string())
    .bind(from_ms(at_ms))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    match rows.first() {
        Some(row) => Ok(id(row, "facility_id")?),
        None => Err(closed(connection, person, application).await?),
    }
}

/// Why somebody cannot change an application.
pub(super) async fn closed(
    connection: &mut AnyConnection,
    person: PersonId,
    application: ApplicationId,
) -> Result<ApplicationError, StoreError> {
    let row = sqlx::query("SELECT 1 FROM application WHERE id = $1 AND person_id = $2")
        .bind(application.to_string())
        .bind(person.to_string())
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    Ok(match row {
        Some(_) => ApplicationError::NotNow,
        None => ApplicationError::NotFound,
    })
}
