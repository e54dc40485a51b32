//! What is different at a terminal: it is called, and after a call it goes on.

use std::mem;

use protocol::{By, EndReason, ErrorCode, ServerMessage};

use super::{Appointment, Connection, Output, State, desk::Desk};
use crate::{CloseCode, Now, Refusal, ToRoom};

impl Connection {
    /// The answer to [`super::Ask::Schedule`]; `None`: it cannot be read now.
    pub fn handle_schedule(&mut self, answer: Option<Vec<Appointment>>, now: Now) {
        match mem::replace(&mut self.state, State::Closed) {
            State::AtDesk { mut desk, called } => {
                desk.update(answer, now);
                match called {
                    Some(visit) if desk.is_open(visit, now) => {
                        self.state = State::AtDesk { desk, called };
                    }
                    _ => self.attend(desk, now),
                }
            }
            State::InRoom {
                visit,
                desk: Some(mut desk),
                joined,
            } => {
                desk.update(answer, now);
                self.state = State::InRoom {
                    visit,
                    desk: Some(desk),
                    joined,
                };
            }
            other => self.state = other,
        }
    }

    /// Another device is paired with the terminal from now on: this one is out, of a call too.
    pub fn handle_unpaired(&mut self) {
        match self.state {
            State::InRoom { desk: Some(_), .. } => self.push(Output::ToRoom(ToRoom::Unpaired)),
            State::AtDesk { .. } => {}
            _ => return,
        }
        self.refuse(Refusal::new(ErrorCode::TerminalNotKnown));
    }

    /// A terminal looks what to do next: a call, or its idle page.
    pub(super) fn attend(&mut self, mut desk: Desk, now: Now) {
        let called = match desk.due(now) {
            Some(appointment) => {
                let visit = appointment.visit.clone();
                let id = visit.id;
                self.send(ServerMessage::Call {
                    now_ms: now.unix_ms,
                    visit,
                });
                desk.interrupted();
                Some(id)
            }
            None => {
                if let Some(news) = desk.news(now) {
                    self.send(news);
                }
                None
            }
        };
        self.state = State::AtDesk { desk, called };
    }

    /// Joining did not work.
    pub(super) fn not_entered(&mut self, refusal: Refusal, now: Now) {
        match mem::replace(&mut self.state, State::Closed) {
            State::InRoom {
                visit,
                desk: Some(desk),
                ..
            } if refusal.code == ErrorCode::OfferNotUsable => {
                self.push(Output::Refuse(refusal));
                self.state = State::AtDesk {
                    desk,
                    called: Some(visit),
                };
            }
            State::InRoom {
                visit,
                desk: Some(mut desk),
                ..
            } if refusal.code == ErrorCode::GrantOver => {
                desk.ended(visit);
                desk.read_soon(now);
                self.attend(desk, now);
            }
            _ => self.refuse(refusal),
        }
    }

    /// The room's last word: a visitor's connection closes, a terminal goes on.
    pub(super) fn call_ended(&mut self, reason: EndReason, by: By, may_return: bool, now: Now) {
        self.send(ServerMessage::Ended {
            reason,
            by,
            may_return,
        });
        let State::InRoom { visit, desk, .. } = mem::replace(&mut self.state, State::Closed) else {
            return;
        };
        match (desk, reason) {
            (_, EndReason::ServerStopping) => self.close(CloseCode::Stopping),
            (None, _) | (_, EndReason::Replaced) => self.close(CloseCode::Done),
            (Some(mut desk), _) => {
                if reason == EndReason::Left {
                    desk.hung_up(visit);
                }
                if !may_return {
                    desk.ended(visit);
                }
                desk.interrupted();
                desk.read_soon(now);
                self.attend(desk, now);
            }
        }
    }
}
