//! A mail server (RFC 5321).
//!
//! The message's id is in its `Message-ID`, so that mailboxes know a letter again that came twice: a server
//! that took it and went away before it said so is given it again. A letter is plain text; a calendar file
//! goes along as a part of its own (RFC 6047 leaves the method out: it is published, not an invitation to
//! answer).

use std::{fs, time::Duration};

use async_trait::async_trait;
use booking_domain::Failure;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};

use super::{Accepted, Outgoing, Provider, ProviderError, Refusal};
use crate::messages::{SmtpSettings, SmtpTls};

const NAME: &str = "smtp";
/// How long the server may take over one answer.
const ANSWERING: Duration = Duration::from_secs(12);

pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    host: String,
}

impl Smtp {
    pub(super) fn new(settings: &SmtpSettings, site: &str) -> Result<Self, ProviderError> {
        let wrong = |error: &dyn std::fmt::Display| ProviderError::Smtp(error.to_string());
        let tls = match settings.tls {
            SmtpTls::Starttls => Tls::Required(parameters(settings)?),
            SmtpTls::Tls => Tls::Wrapper(parameters(settings)?),
            SmtpTls::None => Tls::None,
        };
        let mut transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.as_str())
                .port(settings.port)
                .tls(tls)
                .timeout(Some(ANSWERING));
        if !settings.username.is_empty() {
            let (name, password) = (&settings.username, settings.password.reveal());
            transport = transport.credentials(Credentials::new(name.clone(), password.to_owned()));
        }
        let host = site.split_once("://").map_or(site, |(_, host)| host);
        let host = host.split([':', '/']).next().unwrap_or(host);
        Ok(Self {
            transport: transport.build(),
            from: settings.from.parse().map_err(|error| wrong(&error))?,
            host: host.to_owned(),
        })
    }

    fn letter(&self, message: &Outgoing) -> Option<Message> {
        let text = &message.text;
        let to: Address = text.recipient.parse().ok()?;
        let letter = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(text.subject.as_str())
            .message_id(Some(format!("<{}@{}>", message.id, self.host)));
        let body = SinglePart::plain(text.body.clone());
        let letter = match &text.calendar {
            None => letter.singlepart(body),
            Some(calendar) => {
                let kind = ContentType::parse("text/calendar; charset=utf-8; method=PUBLISH");
                let file =
                    Attachment::new("visit.ics".to_owned()).body(calendar.clone(), kind.ok()?);
                letter.multipart(MultiPart::mixed().singlepart(body).singlepart(file))
            }
        };
        letter.ok()
    }
}

fn parameters(settings: &SmtpSettings) -> Result<TlsParameters, ProviderError> {
    let mut parameters = TlsParameters::builder(settings.host.clone());
    if let Some(file) = &settings.ca_file {
        let pem = fs::read(file).map_err(|error| ProviderError::Smtp(error.to_string()))?;
        let root = Certificate::from_pem(&pem);
        let root = root.map_err(|error| ProviderError::Smtp(error.to_string()))?;
        parameters = parameters.add_root_certificate(root);
    }
    let parameters = parameters.build_rustls();
    parameters.map_err(|error| ProviderError::Smtp(error.to_string()))
}

#[async_trait]
impl Provider for Smtp {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn send(&self, message: &Outgoing) -> Result<Accepted, Refusal> {
        let unmade = || Refusal::new(Failure::Rejected, "not an address that can be written to");
        let letter = self.letter(message).ok_or_else(unmade)?;
        match self.transport.send(letter).await {
            Ok(_) => Ok(Accepted::default()),
            Err(error) => Err(refusal(&error)),
        }
    }
}

/// The reply's code only (RFC 5321 section 4.2): its text may hold the address.
fn refusal(error: &Error) -> Refusal {
    let Some(code) = error.status().map(u16::from) else {
        let why = if error.is_timeout() {
            "no answer in time"
        } else if error.is_tls() {
            "no encrypted way"
        } else if error.is_response() {
            "the answer was lost"
        } else {
            "cannot be reached"
        };
        return Refusal::new(Failure::Unreachable, why);
    };
    Refusal::new(failure_of(code), format!("reply {code}"))
}

/// Who is not let in, or comes when the server closes, waits: no letter is to blame.
const fn failure_of(code: u16) -> Failure {
    match code {
        421 | 454 | 530 | 534 | 535 | 538 => Failure::Unreachable,
        400..=499 => Failure::Deferred,
        _ => Failure::Rejected,
    }
}
