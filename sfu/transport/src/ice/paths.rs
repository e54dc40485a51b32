//! The paths by which a client may be reached, and what speaks for each.
//!
//! Until there is media, the client's checks alone decide: what is sent goes by the path nominated
//! last, and before there is one by the path validated last.
//!
//! Once there is media, a path has to earn it, because whoever sees the client's datagrams can send
//! them again from elsewhere. Three things speak for a path, and one who cannot be reached at its far
//! end, or has nothing but copies, brings about one of them at most:
//!
//! - **nominated**: an authentic check from there asks for it. A copy of a check is authentic, too.
//! - **heard**: the newest packet of one of the client's sources came from there (RFC 3711 section
//!   3.3.2 tells copies apart). Who is faster than the client's own packet can do this.
//! - **answered**: a check of ours was answered from there, with the client's password.
//!
//! Media follows as soon as two of them hold. What spoke for the other paths is forgotten then, so the
//! way back has to be earned as well, and flapping costs a round trip each time.

use std::time::Instant;

use crate::Path;

/// So many paths are known at the same time; the one unused for longest gives way.
pub(super) const KNOWN_MAX: usize = 8;

/// The known paths, and the one in use.
#[derive(Debug, Default)]
pub(super) struct Paths {
    known: Vec<Known>,
    /// Media goes by this one, or by none; `None`: there is no media yet.
    media: Option<Option<Path>>,
}

#[derive(Debug)]
struct Known {
    path: Path,
    seen_at: Instant,
    /// An authentic check came from there.
    checked: bool,
    nominated: bool,
    heard: bool,
    answered: bool,
    /// Names our check of this path that waits for its answer.
    awaited: Option<u32>,
}

impl Known {
    fn forget_evidence(&mut self) {
        (self.nominated, self.heard, self.answered) = (false, false, false);
        self.awaited = None;
    }
}

impl Paths {
    /// The path of what is sent.
    pub(super) fn selected(&self) -> Option<Path> {
        self.media.unwrap_or_else(|| {
            let nominated = self.known.iter().find(|known| known.nominated);
            let last = self.known.last();
            nominated.or(last).map(|known| known.path)
        })
    }

    /// Whether the client has proved by a check that it is there.
    pub(super) fn is_validated(&self, path: Path) -> bool {
        self.get(path)
            .is_some_and(|known| known.checked || known.answered)
    }

    /// From now on there is media: it stays where it is until another path has earned it.
    pub(super) fn begin_media(&mut self) {
        if self.media.is_none() {
            self.media = Some(self.selected());
            self.known.iter_mut().for_each(Known::forget_evidence);
        }
    }

    /// Forgets all but the path of media, if there is any: other credentials hold.
    pub(super) fn restart(&mut self) {
        self.known.clear();
    }

    /// Forgets a path that is gone for good.
    pub(super) fn forget(&mut self, path: Path) {
        self.known.retain(|known| known.path != path);
        if self.media == Some(Some(path)) {
            self.media = Some(None);
        }
    }

    /// An authentic check came from there; returns whether it is the first.
    pub(super) fn checked(&mut self, path: Path, nominates: bool, now: Instant) -> bool {
        if nominates && self.media.is_none() {
            for known in &mut self.known {
                known.nominated = false;
            }
        }
        let known = self.note(path, now);
        known.nominated |= nominates;
        let first = !std::mem::replace(&mut known.checked, true);
        self.follow(path);
        first
    }

    /// The newest packet of a source came from there.
    pub(super) fn heard(&mut self, path: Path, now: Instant) {
        self.note(path, now).heard = true;
        self.follow(path);
    }

    /// Our check was answered from there, if one waits for this answer; returns whether.
    pub(super) fn answered(&mut self, path: Path, awaited: u32, now: Instant) -> bool {
        if self.awaited(path) != Some(awaited) {
            return false;
        }
        let known = self.note(path, now);
        known.awaited = None;
        known.answered = true;
        self.follow(path);
        true
    }

    /// Whether a check of ours would tell something about this path.
    pub(super) fn wants_check(&self, path: Path) -> bool {
        let unproved = |known: &Known| !known.answered && (known.nominated || known.heard);
        self.media.is_some_and(|selected| selected != Some(path))
            && self.get(path).is_some_and(unproved)
    }

    /// The name of our check that waits for its answer from there.
    pub(super) fn awaited(&self, path: Path) -> Option<u32> {
        self.get(path)?.awaited
    }

    /// Our check under this name is on its way there.
    pub(super) fn await_answer(&mut self, path: Path, name: u32) {
        if let Some(known) = self.known.iter_mut().find(|known| known.path == path) {
            known.awaited = Some(name);
        }
    }

    fn get(&self, path: Path) -> Option<&Known> {
        self.known.iter().find(|known| known.path == path)
    }

    /// Moves media to a path that has earned it.
    fn follow(&mut self, path: Path) {
        let earned = self.get(path).is_some_and(|known| {
            let evidence = [known.nominated, known.heard, known.answered];
            evidence.into_iter().filter(|holds| *holds).count() >= 2
        });
        if let Some(selected) = &mut self.media
            && earned
            && *selected != Some(path)
        {
            *selected = Some(path);
            for other in self.known.iter_mut().filter(|known| known.path != path) {
                other.forget_evidence();
            }
        }
    }

    fn note(&mut self, path: Path, now: Instant) -> &mut Known {
        let index = self.known.iter().position(|known| known.path == path);
        let index = index.unwrap_or_else(|| {
            self.make_room();
            self.known.push(Known {
                path,
                seen_at: now,
                checked: false,
                nominated: false,
                heard: false,
                answered: false,
                awaited: None,
            });
            self.known.len() - 1
        });
        let known = &mut self.known[index];
        known.seen_at = now;
        known
    }

    /// The path in use stays, and copies of checks do not drive out a path that was heard.
    fn make_room(&mut self) {
        if self.known.len() < KNOWN_MAX {
            return;
        }
        let selected = self.selected();
        let idle = (0..self.known.len())
            .filter(|&index| Some(self.known[index].path) != selected)
            .min_by_key(|&index| (self.known[index].heard, self.known[index].seen_at));
        if let Some(idle) = idle {
            self.known.remove(idle);
        }
    }
}

#[cfg(test)]
#[path = "paths_tests.rs"]
mod tests;
