//! What the SFU and people tell of media, and who hears of it.

use std::time::Instant;

use ids::Seat;
use protocol::{By, EndReason, ServerMessage, ViewTile};

use super::{GIVEN_UP_AFTER, RoomOutput, RoomStep, VisitRoom, place::Media};
use crate::{ConnectionId, MediaSession, MediaState};

impl VisitRoom {
    /// A person's microphone or camera changed.
    pub fn handle_media_state(&mut self, connection: ConnectionId, state: MediaState) {
        if let Some(seat) = self.seat_of(connection) {
            let place = self.place(seat);
            if std::mem::replace(&mut place.state, state) != state {
                self.say_roster();
            }
        }
    }

    /// A person shows the others' pictures in other sizes. Somebody without media shows none.
    pub fn handle_view(&mut self, connection: ConnectionId, mut tiles: Vec<ViewTile>) {
        if let Some(seat) = self.seat_of(connection)
            && let Some(Media { session, .. }) = self.place(seat).media
        {
            tiles.retain(|tile| tile.seat != seat);
            self.push(RoomOutput::View {
                seat,
                session,
                tiles,
            });
        }
    }

    /// A seat's media flows.
    pub fn handle_media_connected(&mut self, seat: Seat, session: MediaSession, now: Instant) {
        self.change_media(seat, session, now, |media| media.connected = true);
    }

    /// Nothing has come from a seat since `since`: its person is cut off, for now.
    pub fn handle_media_interrupted(&mut self, seat: Seat, session: MediaSession, since: Instant) {
        self.change_media(seat, session, since, |media| media.interrupted = true);
    }

    /// Something comes from a seat again.
    pub fn handle_media_resumed(&mut self, seat: Seat, session: MediaSession, now: Instant) {
        self.change_media(seat, session, now, |media| media.interrupted = false);
    }

    /// A seat's `PeerConnection` is gone, and not because somebody wanted it to be. The end of one
    /// that was replaced meanwhile costs the newcomer nothing.
    pub fn handle_media_lost(&mut self, seat: Seat, session: MediaSession, now: Instant) {
        let place = self.place(seat);
        if place
            .media
            .take_if(|media| media.session == session)
            .is_none()
        {
            return;
        }
        if place.noted {
            place.given_up_at = Some(now + GIVEN_UP_AFTER);
        }
        if let Some(connection) = place.occupant.take() {
            self.end_one(connection, EndReason::MediaFailed, By::System, true);
        }
        self.say_roster();
        self.turn(now);
    }

    /// Who speaks changed. That somebody was heard is noted once: a terminal joins by itself, and only a voice tells
    /// that the inmate sits there.
    pub fn handle_speaking(&mut self, seat: Option<Seat>, now: Instant) {
        if let Some(seat) = seat
            && !self.over
            && !std::mem::replace(&mut self.place(seat).heard, true)
        {
            self.push(RoomOutput::Note(RoomStep::Heard(seat)));
            self.turn(now);
        }
        self.speaking = seat;
        self.say_to_all(&ServerMessage::Speaking { seat });
    }

    /// Tells one who has just come which of the others speaks: the SFU does not say so again while the same one goes on.
    pub(super) fn say_speaking(&mut self, to: ConnectionId) {
        let is_there = |speaking: &Seat| self.media_of(*speaking).is_some();
        if let Some(speaking) = self.speaking.filter(is_there) {
            let seat = Some(speaking);
            self.say(to, ServerMessage::Speaking { seat });
        }
    }

    /// Which of a seat's own encodings somebody needs changed.
    pub fn handle_encodings(&mut self, seat: Seat, session: MediaSession, active: Vec<String>) {
        self.say_of_media(seat, session, ServerMessage::Encodings { active });
    }

    /// Whose pictures a seat's network cannot carry changed.
    pub fn handle_pictures(&mut self, seat: Seat, session: MediaSession, paused: Vec<Seat>) {
        self.say_of_media(seat, session, ServerMessage::Pictures { paused });
    }

    /// What is said of a `PeerConnection` that was replaced meanwhile does not count.
    fn change_media(
        &mut self,
        seat: Seat,
        session: MediaSession,
        at: Instant,
        change: impl FnOnce(&mut Media),
    ) {
        if let Some(media) = &mut self.place(seat).media
            && media.session == session
        {
            let before = *media;
            change(media);
            if *media != before {
                self.say_roster();
                self.turn(at);
            }
        }
    }

    /// Tells the one who sits here of their `PeerConnection`, if it is still theirs.
    fn say_of_media(&mut self, seat: Seat, session: MediaSession, message: ServerMessage) {
        if self.media_of(seat) == Some(session)
            && let Some(to) = self.place(seat).occupant
        {
            self.say(to, message);
        }
    }
}
