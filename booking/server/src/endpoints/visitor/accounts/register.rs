//! `POST /api/visitor/accounts`

use axum::{extract::State, http::StatusCode};
use booking_domain::accounts::{
    Accounts, EmailProof, NewAccount, Registered, Registration, RegistrationForm,
};
use protocol::Locale;
use secrecy::SecretString;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, FieldCode, ProblemCode,
    accounts::{email_proof, seal},
    birth_date,
    client_address::ClientAddress,
    endpoints::Body,
    refusal::{FieldError, Refusal},
};

/// The form.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewVisitor {
    /// Which notice about personal data was agreed to.
    consent_version: String,
    /// As on the identity document.
    name: String,
    /// The national id 身分證字號, or the number of a resident certificate 統一證號.
    national_id: String,
    email: String,
    /// `YYYY-MM-DD`
    birth_date: String,
    /// The mobile number, 09 and eight more digits.
    phone: String,
    #[serde(default)]
    landline: Option<String>,
    /// At least ten characters.
    password: String,
    /// `zh-TW`, `en`, `vi`, `id` or `th`: the language of letters and texts.
    #[schema(value_type = crate::words::Locale)]
    locale: String,
}

/// Registers a visitor, who gets a letter that proves the address. Where the address or the national id has
/// an account, its owner gets a letter about that, and the answer is the same.
///
/// Refuses with `invalid_fields`, `too_many_requests`, `many_at_once`, `bad_request`, `unavailable`.
#[utoipa::path(post, operation_id = "register", path = "/api/visitor/accounts", tag = "visitor",
    request_body = NewVisitor,
    responses((status = 202, description = "A letter is on its way, whether or not there is an account")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    client: ClientAddress,
    Body(form): Body<NewVisitor>,
) -> Result<StatusCode, Refusal> {
    let registration = read(&form)?;
    let place = booking.0.passwords.place(client)?;
    booking.0.account_limits.count(client)?;
    let password = SecretString::from(registration.password.reveal());
    let password_hash = place.hash(password).await?;
    let person = booking.0.store.next_person();
    let account = NewAccount {
        person,
        sealed: seal(&booking.0.vault, person, &registration),
        name: registration.name.as_str().to_owned(),
        phone: registration.phone.as_str().to_owned(),
        landline: registration
            .landline
            .map(|landline| landline.as_str().to_owned()),
        locale: registration.locale,
        email: registration.email.as_str().to_owned(),
        email_key: registration.email.key(),
        password_hash,
        consent_version: registration.consent_version,
    };
    let proof = email_proof(EmailProof::VERIFY_MS);
    match booking.0.store.register(account, proof).await? {
        Registered::Added => tracing::info!(%person, "somebody registered"),
        Registered::AlreadyOwned => tracing::info!("somebody registered who has an account"),
    }
    Ok(StatusCode::ACCEPTED)
}

fn read(form: &NewVisitor) -> Result<Registration, Refusal> {
    let locale = Locale::from_tag(&form.locale);
    let read = RegistrationForm {
        consent_version: &form.consent_version,
        name: &form.name,
        national_id: &form.national_id,
        email: &form.email,
        birth_date: &form.birth_date,
        phone: &form.phone,
        landline: form.landline.as_deref().unwrap_or_default(),
        password: &form.password,
    };
    let today = birth_date::today(unix_now_ms()).ok_or(ProblemCode::Unavailable)?;
    let checked = Registration::check(&read, locale.unwrap_or_default(), today);
    let fault = |(field, fault)| FieldError::new(field, fault);
    let mut errors: Vec<FieldError> = match &checked {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().copied().map(fault).collect(),
    };
    if locale.is_none() {
        errors.push(FieldError {
            field: "locale",
            code: FieldCode::NotValid,
        });
    }
    match checked {
        Ok(registration) if errors.is_empty() => Ok(registration),
        _ => Err(Refusal::Fields(errors)),
    }
}
