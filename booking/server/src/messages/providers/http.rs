//! A gateway that the configuration describes.

use std::time::Duration;

use async_trait::async_trait;
use booking_domain::{Failure, Receipt, ReceiptOf};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use reqwest::{
    Client, Method, StatusCode, Url,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};

use super::{
    Accepted, NoReceipt, Outgoing, Provider, ProviderError, Refusal, reference, short, web,
};
use crate::messages::HttpSettings;

const NAME: &str = "http";

pub(super) struct Http {
    client: Client,
    method: Method,
    url: Url,
    settings: HttpSettings,
    templates: Environment<'static>,
}

impl Http {
    pub(super) fn new(settings: &HttpSettings) -> Result<Self, ProviderError> {
        let wrong = |what: &dyn std::fmt::Display| ProviderError::Gateway(NAME, what.to_string());
        let http = Self {
            client: web::client(NAME, Duration::from_millis(settings.answer_within_ms))?,
            method: settings.method.parse().map_err(|error| wrong(&error))?,
            url: settings.url.parse().map_err(|error| wrong(&error))?,
            settings: settings.clone(),
            templates: templates(),
        };
        // A slip in a template is found at the start.
        let sample = context! { id => "", to => "", text => "", expires_at_ms => 0 };
        drop(http.request(&sample).map_err(|error| wrong(&error))?);
        Ok(http)
    }

    fn request(&self, message: &Value) -> Result<reqwest::RequestBuilder, TemplateError> {
        let settings = &self.settings;
        let fill = |template: &str| self.templates.render_str(template, message);
        let mut url = self.url.clone();
        for (name, value) in &settings.query {
            url.query_pairs_mut()
                .append_pair(name, &fill(value.reveal())?);
        }
        let mut request = self.client.request(self.method.clone(), url);
        for (name, value) in &settings.headers {
            let name = HeaderName::try_from(name).map_err(|_| TemplateError::Header)?;
            let value = fill(value.reveal())?;
            let value = HeaderValue::try_from(value).map_err(|_| TemplateError::Header)?;
            request = request.header(name, value);
        }
        if !settings.body.is_empty() {
            let body = self
                .templates
                .render_named_str("body.json", &settings.body, message)?;
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        } else if !settings.form.is_empty() {
            let mut form = Vec::new();
            for (name, value) in &settings.form {
                form.push((name, fill(value.reveal())?));
            }
            request = request.form(&form);
        }
        Ok(request)
    }
}

/// A request that could not be made.
#[derive(Debug, thiserror::Error)]
enum TemplateError {
    #[error(transparent)]
    Template(#[from] minijinja::Error),
    #[error("a header that cannot be one")]
    Header,
}

#[async_trait]
impl Provider for Http {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn send(&self, message: &Outgoing) -> Result<Accepted, Refusal> {
        let values = context! {
            id => message.id.to_string(),
            to => message.text.recipient,
            text => message.text.body,
            expires_at_ms => message.ends_at_ms,
        };
        let unmade = |_| Refusal::new(Failure::Rejected, "the request could not be made");
        let request = self.request(&values).map_err(unmade)?;
        let (status, answer) = web::ask(request).await?;
        read_answer(&self.settings, status, &answer)
    }
}

/// What an answer says of the message.
///
/// # Errors
/// The gateway did not take it.
pub fn read_answer(
    settings: &HttpSettings,
    status: StatusCode,
    answer: &str,
) -> Result<Accepted, Refusal> {
    let contains = |words: &str| !words.is_empty() && answer.contains(words);
    if contains(&settings.rejected) {
        return Err(Refusal::new(Failure::Rejected, "refused by the gateway"));
    }
    if !status.is_success() {
        return Err(web::refused(status));
    }
    if !settings.success.is_empty() && !contains(&settings.success) {
        return Err(Refusal::new(Failure::Deferred, "not taken by the gateway"));
    }
    Ok(Accepted {
        reference: reference_in(&settings.reference, answer),
    })
}

/// The reference that stands at this place (RFC 6901) of an answer, if one is looked for.
fn reference_in(place: &str, answer: &str) -> Option<String> {
    if place.is_empty() {
        return None;
    }
    let answer: serde_json::Value = serde_json::from_str(answer).ok()?;
    reference(&word(answer.pointer(place)?)?)
}

/// What a receipt tells that came at `at_ms`, Unix milliseconds. None where nothing is settled yet.
///
/// # Errors
/// It has no reference or no status where the settings say.
pub fn read_receipt(
    settings: &HttpSettings,
    receipt: &serde_json::Value,
    at_ms: u64,
) -> Result<Option<Receipt>, NoReceipt> {
    let told = |pointer: &str| receipt.pointer(pointer).and_then(word).ok_or(NoReceipt);
    let reference = told(&settings.receipt_reference)?;
    let status = told(&settings.receipt_status)?;
    let delivered = settings.receipt_delivered.contains(&status);
    if !delivered && !settings.receipt_failed.contains(&status) {
        return Ok(None);
    }
    Ok(Some(Receipt {
        of: ReceiptOf::Reference {
            provider: NAME.to_owned(),
            reference,
        },
        delivered,
        word: short(&status),
        at_ms,
    }))
}

/// A text or a number in JSON, as a word.
fn word(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(word) => Some(word.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Templates in which a name that does not exist is an error, and what stands in JSON is escaped as such.
fn templates() -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_auto_escape_callback(|name| {
        if name == "body.json" {
            AutoEscape::Json
        } else {
            AutoEscape::None
        }
    });
    templates
}
