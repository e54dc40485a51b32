//! What somebody does when a day opens: looks, asks for a seat, and looks again when somebody was faster.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use rand::seq::IndexedRandom;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    Venue,
    line::{Answer, Line, NoAnswer},
    people::Visitor,
};

const BROWSER: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 \
     Mobile Safari/537.36";

// Statuses (RFC 9110 section 15).
pub(super) const OK: u16 = 200;
const CREATED: u16 = 201;
const CONFLICT: u16 = 409;

/// Where the service is.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its address.
    pub address: SocketAddr,
    /// `host:port`.
    pub host: String,
    /// What its pages' addresses begin with.
    pub origin: String,
}

impl Service {
    /// Where a venue is.
    ///
    /// # Errors
    /// It has TLS.
    pub fn of(venue: &Venue<'_>) -> anyhow::Result<Self> {
        let host = venue.base.plain_authority();
        let host = host.context("the rush is without TLS")?.to_owned();
        Ok(Self {
            address: host.parse()?,
            host,
            origin: venue.url.to_owned(),
        })
    }

    /// The head of a request as a browser sends it, but for cookies, what goes with a body, and the empty line.
    pub(super) fn head(&self, method: &str, path: &str) -> String {
        let Self { host, origin, .. } = self;
        format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: {BROWSER}\r\naccept: application/json\r\n\
             accept-language: zh-TW,zh;q=0.9,en;q=0.8\r\naccept-encoding: gzip, deflate, br, zstd\r\n\
             referer: {origin}/portal\r\n"
        )
    }

    /// What follows the head where there is a body: what goes with it, and the body.
    pub(super) fn body(&self, body: &Value) -> String {
        let body = body.to_string();
        format!(
            "origin: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.origin,
            body.len()
        )
    }
}

/// What was asked for, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The slots, for the first time; the connection opened for it.
    FirstSlots,
    /// The slots, after somebody was faster.
    SlotsAgain,
    /// A seat, and it is kept.
    Booked,
    /// A seat, and the slot was full by then.
    Refused,
}

/// What somebody went through.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// Each request, and how long its answer took.
    pub requests: Vec<(Kind, Duration)>,
    /// The visit that the seat is kept for, and when that was known.
    pub visit: Option<(String, Instant)>,
    /// What looked like a fault. Nothing follows it.
    pub fault: Option<String>,
}

#[derive(Deserialize)]
struct Slots {
    days: Vec<Day>,
}

#[derive(Deserialize)]
struct Day {
    batches: Vec<Batch>,
}

#[derive(Deserialize)]
struct Batch {
    starts_at_ms: u64,
    state: Standing,
}

#[derive(PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Free,
    #[serde(other)]
    NotFree,
}

#[derive(Deserialize)]
struct Booked {
    id: String,
}

#[derive(Deserialize)]
struct Problem {
    code: String,
}

/// Somebody in the rush.
pub struct Person {
    service: Arc<Service>,
    visitor: Visitor,
    story: Story,
}

impl Person {
    /// Somebody who has not begun.
    #[must_use]
    pub fn new(service: Arc<Service>, visitor: Visitor) -> Self {
        Self {
            service,
            visitor,
            story: Story::default(),
        }
    }

    /// Goes for a seat, from the moment at which it was wanted.
    pub async fn go(mut self, wanted: Instant) -> Story {
        if let Err(fault) = self.try_for_a_seat(wanted).await {
            self.story.fault = Some(fault);
        }
        self.story
    }

    async fn try_for_a_seat(&mut self, wanted: Instant) -> Result<(), String> {
        let told = |error: NoAnswer| error.to_string();
        let mut line = Line::open(self.service.address).await.map_err(told)?;
        let (mut since, mut kind) = (wanted, Kind::FirstSlots);
        loop {
            let answer = line.ask(self.look().as_bytes()).await.map_err(told)?;
            self.story.requests.push((kind, since.elapsed()));
            let free = free(&answer)?;
            let Some(slot) = free.choose(&mut rand::rng()) else {
                return Ok(());
            };
            since = Instant::now();
            let answer = line.ask(self.book(*slot).as_bytes()).await.map_err(told)?;
            let took = since.elapsed();
            if let Some(visit) = booked(&answer)? {
                self.story.requests.push((Kind::Booked, took));
                self.story.visit = Some((visit, Instant::now()));
                return Ok(());
            }
            self.story.requests.push((Kind::Refused, took));
            (since, kind) = (Instant::now(), Kind::SlotsAgain);
        }
    }

    fn look(&self) -> String {
        let application = self.visitor.application;
        let path = format!("/api/visitor/slots?application_id={application}");
        self.request("GET", &path) + "\r\n"
    }

    fn book(&self, starts_at_ms: u64) -> String {
        let body = json!({
            "application_id": self.visitor.application,
            "companions": [],
            "starts_at_ms": starts_at_ms,
        });
        let head = self.request("POST", "/api/visitor/bookings");
        let (key, body) = (Uuid::now_v7(), self.service.body(&body));
        format!("{head}idempotency-key: {key}\r\n{body}")
    }

    /// The head of a request with the own session, but for what goes with a body and the empty line.
    fn request(&self, method: &str, path: &str) -> String {
        let head = self.service.head(method, path);
        format!(
            "{head}cookie: openvisit_visitor={}\r\n",
            self.visitor.session
        )
    }
}

/// The slots of an answer that can be booked, by their start.
fn free(answer: &Answer) -> Result<Vec<u64>, String> {
    if answer.status != OK {
        return Err(refused(answer));
    }
    let slots: Slots = serde_json::from_slice(&answer.body)
        .map_err(|error| format!("slots that cannot be read: {error}"))?;
    let batches = slots.days.into_iter().flat_map(|day| day.batches);
    let free = batches.filter(|batch| batch.state == Standing::Free);
    Ok(free.map(|batch| batch.starts_at_ms).collect())
}

/// The visit of an answer; none where the slot was full.
fn booked(answer: &Answer) -> Result<Option<String>, String> {
    if answer.status == CREATED {
        let booked: Booked = serde_json::from_slice(&answer.body)
            .map_err(|error| format!("a visit that cannot be read: {error}"))?;
        return Ok(Some(booked.id));
    }
    if answer.status == CONFLICT && code(answer).as_deref() == Some("slot_full") {
        return Ok(None);
    }
    Err(refused(answer))
}

pub(super) fn refused(answer: &Answer) -> String {
    let code = code(answer).unwrap_or_default();
    format!("{} {code}", answer.status)
}

pub(super) fn code(answer: &Answer) -> Option<String> {
    let problem: Problem = serde_json::from_slice(&answer.body).ok()?;
    Some(problem.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &'static str) -> Answer {
        Answer {
            status,
            body: bytes::Bytes::from_static(body.as_bytes()),
            again_in: None,
        }
    }

    #[test]
    fn a_full_slot_is_no_fault_and_everything_else_is() {
        let full = answer(CONFLICT, r#"{"code":"slot_full"}"#);
        assert_eq!(booked(&full), Ok(None));
        let busy = answer(CONFLICT, r#"{"code":"already_busy"}"#);
        assert_eq!(booked(&busy), Err("409 already_busy".to_owned()));
        let away = answer(503, r#"{"code":"unavailable"}"#);
        assert_eq!(free(&away), Err("503 unavailable".to_owned()));
        let kept = answer(CREATED, r#"{"id":"a","state":"held"}"#);
        assert_eq!(booked(&kept), Ok(Some("a".to_owned())));
    }

    #[test]
    fn only_free_slots_are_asked_for() {
        let slots = answer(
            OK,
            r#"{"days":[{"batches":[{"starts_at_ms":1,"state":"full"},
                                    {"starts_at_ms":2,"state":"free"}]}]}"#,
        );
        assert_eq!(free(&slots), Ok(vec![2]));
    }
}
