//! The people of a load: lean clients that join visit after visit at a steady pace, stay, and leave.

use std::{net::SocketAddr, ops::Range, sync::Arc, time::Duration};

use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use crate::{
    bot::Entry,
    clip::{Clip, Person},
    door::{BaseUrl, Trust, fragment},
    entrance::{Entrance, VisitEntrance},
    histogram::Histogram,
    lean::{
        fleet::{Counted, Fleet, Performance},
        identity::Identity,
        join::{Seated, join},
        sdp::Shape,
    },
    media::{CLIP_LEVEL_ID, Media, StampedClip, clip_ssrc},
    player::{Player, Stream, Wiring},
    synthetic::Synthetic,
    visits::Visit,
};

/// Others in a call.
const OTHERS: usize = 3;
/// How far apart the voices of a visit are: each is heard for three seconds of twelve.
const TURN: Duration = Duration::from_secs(3);

/// What people send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum MediaKind {
    /// The clip: three simulcast layers of VP8, and Opus.
    Clip,
    /// Made-up packets of an exact shape: one layer, and sound.
    Synthetic,
}

impl MediaKind {
    /// As it is given and told.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clip => "clip",
            Self::Synthetic => "synthetic",
        }
    }

    const fn shape(self) -> Shape {
        Shape {
            layers: match self {
                Self::Clip => 3,
                Self::Synthetic => 1,
            },
            sound: true,
            receive_pairs: OTHERS,
            red: matches!(self, Self::Clip),
        }
    }
}

/// Where people go.
#[derive(Clone)]
pub struct Place {
    /// The service.
    pub base: BaseUrl,
    /// Whom to believe that they are the service.
    pub trust: Trust,
    /// The address of this machine that packets leave from.
    pub local: SocketAddr,
}

/// Somebody who is sent in.
pub struct Guest {
    /// The way in.
    pub entrance: Box<dyn Entrance>,
    /// What is offered.
    pub shape: Shape,
    /// Whether media is sent.
    pub sends: bool,
}

/// Whoever has rooms.
pub trait Host: Sync {
    /// Whom one participant takes in a room: more than one where a server wants to be sent to and
    /// received from on connections of their own.
    fn guests(&self, room: usize, seat: usize) -> Vec<Guest>;

    /// How many guests a participant takes.
    fn guests_a_participant(&self) -> usize {
        1
    }
}

/// A service's visits as rooms.
pub struct OpenVisits<'a> {
    place: Place,
    shape: Shape,
    /// The room of the first visit.
    first: usize,
    visits: &'a [Visit],
}

impl Host for OpenVisits<'_> {
    fn guests(&self, room: usize, seat: usize) -> Vec<Guest> {
        let visit = room.checked_sub(self.first);
        let visit = visit.and_then(|place| self.visits.get(place));
        let guest = visit.map(|visit| {
            let Place { base, trust, .. } = self.place.clone();
            Guest {
                entrance: Box::new(VisitEntrance::new(base, trust, entry(visit, seat))),
                shape: self.shape,
                sends: true,
            }
        });
        guest.into_iter().collect()
    }
}

/// The people.
pub struct Crowd {
    place: Place,
    media: MediaKind,
    fleets: Vec<Arc<Fleet>>,
    identity: Identity,
    clips: Vec<Arc<Clip>>,
    leave: watch::Sender<bool>,
    tasks: JoinSet<()>,
    arrivals_in: mpsc::UnboundedSender<Arrived>,
    arrivals: mpsc::UnboundedReceiver<Arrived>,
    /// Who came so far.
    people: Vec<Arrived>,
    next_fleet: usize,
}

/// How one person's coming went.
#[derive(Debug)]
struct Arrived {
    room: usize,
    fleet: usize,
    outcome: anyhow::Result<Seated>,
}

/// How everybody's coming went.
#[derive(Clone, Debug, Default)]
pub struct Arrivals {
    /// From the beginning until keys were agreed, µs.
    pub join_us: Histogram,
    /// From the beginning to the first picture, of those who came to somebody, µs.
    pub first_frame_us: Histogram,
    /// Who did not get in.
    pub failed: usize,
}

impl Crowd {
    /// Starts the clients' threads.
    ///
    /// # Errors
    /// The clip cannot be read, or the system gives no threads.
    pub fn new(place: Place, media: MediaKind, threads: usize) -> anyhow::Result<Self> {
        let clips = [Person::Blue, Person::Red, Person::Green].map(Clip::load);
        let clips = clips.into_iter().map(|clip| Ok(Arc::new(clip?)));
        let fleets = (0..threads.max(1)).map(|_| Ok(Arc::new(Fleet::start()?)));
        let (arrivals_in, arrivals) = mpsc::unbounded_channel();
        Ok(Self {
            place,
            media,
            fleets: fleets.collect::<anyhow::Result<_>>()?,
            identity: Identity::generate()?,
            clips: clips.collect::<anyhow::Result<_>>()?,
            leave: watch::Sender::new(false),
            tasks: JoinSet::new(),
            arrivals_in,
            arrivals,
            people: vec![],
            next_fleet: 0,
        })
    }

    /// The service's visits, as rooms from 0 on.
    #[must_use]
    pub fn host<'a>(&self, visits: &'a [Visit]) -> OpenVisits<'a> {
        OpenVisits {
            place: self.place.clone(),
            shape: self.media.shape(),
            first: 0,
            visits,
        }
    }

    /// Sends `participants` into each of these visits, `a_second` of them. Rooms are counted from `first`.
    /// `told` hears how many came.
    pub async fn fill(
        &mut self,
        visits: &[Visit],
        first: usize,
        participants: usize,
        a_second: f64,
        told: &mut (dyn FnMut(usize) + Send),
    ) {
        let host = OpenVisits {
            first,
            ..self.host(visits)
        };
        let rooms = first..first + visits.len();
        self.fill_rooms(&host, rooms, participants, a_second, told)
            .await;
    }

    /// Sends `participants` into each of a host's rooms, `a_second` of them. `told` hears how many
    /// guests came.
    pub async fn fill_rooms(
        &mut self,
        host: &dyn Host,
        rooms: Range<usize>,
        participants: usize,
        a_second: f64,
        told: &mut (dyn FnMut(usize) + Send),
    ) {
        let mut pace = interval(Duration::from_secs_f64(1.0 / a_second));
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut awaited = 0;
        for room in rooms {
            for seat in 0..participants {
                pace.tick().await;
                for guest in host.guests(room, seat) {
                    self.send_in(room, seat, guest);
                    awaited += 1;
                }
                while let Ok(arrived) = self.arrivals.try_recv() {
                    self.people.push(arrived);
                    awaited -= 1;
                    told(self.people.len());
                }
            }
        }
        while awaited > 0
            && let Some(arrived) = self.arrivals.recv().await
        {
            self.people.push(arrived);
            awaited -= 1;
            told(self.people.len());
        }
    }

    fn send_in(&mut self, room: usize, seat: usize, guest: Guest) {
        let index = self.next_fleet;
        self.next_fleet = (index + 1) % self.fleets.len();
        let fleet = Arc::clone(&self.fleets[index]);
        let Guest {
            mut entrance,
            shape,
            sends,
        } = guest;
        let performance = match sends {
            true => self.performance(room, seat),
            false => Box::new(|_| Media::Silent),
        };
        let (identity, local) = (self.identity.clone(), self.place.local);
        let (leave, arrivals) = (self.leave.subscribe(), self.arrivals_in.clone());
        self.tasks.spawn(async move {
            let outcome = join(&mut *entrance, &fleet, &identity, shape, local, performance).await;
            let is_in = outcome.is_ok();
            if let Err(error) = &outcome {
                tracing::warn!(room, seat, "somebody did not get in: {error:#}");
            }
            // Whoever counted arrivals may have gone already.
            let _ = arrivals.send(Arrived {
                room,
                fleet: index,
                outcome,
            });
            if !is_in {
                return;
            }
            match entrance.stay(leave).await {
                Ok(()) => {
                    if let Err(error) = entrance.leave().await {
                        tracing::debug!(room, seat, "no proper goodbye: {error:#}");
                    }
                }
                Err(error) => tracing::warn!(room, seat, "somebody fell out: {error:#}"),
            }
        });
    }

    fn performance(&self, room: usize, seat: usize) -> Performance {
        // Spread over a picture's time, so that not all send at once.
        let phase = Duration::from_micros(rand::random_range(0..33_333));
        match self.media {
            MediaKind::Synthetic => {
                Box::new(move |now| Media::Synthetic(Synthetic::new(now + phase)))
            }
            MediaKind::Clip => {
                let clip = Arc::clone(&self.clips[(room + seat) % self.clips.len()]);
                let offset = TURN * (4 - u32::try_from(seat % 4).unwrap_or(0));
                Box::new(move |now| {
                    let player = Player::new(clip, wiring(), offset, now + phase);
                    Media::Clip(Box::new(StampedClip::new(player)))
                })
            }
        }
    }

    /// How many people are in.
    #[must_use]
    pub fn seated(&self) -> usize {
        let outcomes = self.people.iter().map(|person| &person.outcome);
        outcomes.filter(|outcome| outcome.is_ok()).count()
    }

    /// What all clients counted.
    ///
    /// # Errors
    /// A thread is gone.
    pub async fn count(&self) -> anyhow::Result<Counted> {
        let mut all = Counted::default();
        for fleet in &self.fleets {
            all = all.plus(&fleet.count().await?);
        }
        Ok(all)
    }

    /// How everybody's coming went, first pictures as far as they were seen.
    ///
    /// # Errors
    /// A thread is gone.
    pub async fn arrivals(&self) -> anyhow::Result<Arrivals> {
        let mut arrivals = Arrivals::default();
        for person in &self.people {
            let Ok(seated) = &person.outcome else {
                arrivals.failed += 1;
                continue;
            };
            let waited = seated.connected.saturating_duration_since(seated.began);
            arrivals.join_us.record(micros(waited));
            let came_to_somebody = self.people.iter().any(|other| {
                other.room == person.room
                    && matches!(&other.outcome, Ok(other) if other.connected < seated.began)
            });
            let member = self.fleets[person.fleet].look(seated.id).await?;
            if let Some(at) = member.first_picture.filter(|_| came_to_somebody) {
                let waited = at.saturating_duration_since(seated.began);
                arrivals.first_frame_us.record(micros(waited));
            }
        }
        Ok(arrivals)
    }

    /// Nobody sends any more.
    ///
    /// # Errors
    /// A thread is gone.
    pub fn silence(&self) -> anyhow::Result<()> {
        self.fleets.iter().try_for_each(|fleet| fleet.silence())
    }

    /// Everybody hangs up.
    pub async fn go_home(mut self) {
        self.leave.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// What lets somebody into a seat of a visit.
fn entry(visit: &Visit, seat: usize) -> Entry {
    match seat.checked_sub(1).and_then(|place| visit.links.get(place)) {
        Some(link) => Entry::Link(fragment(link).to_owned()),
        None => Entry::Terminal(visit.terminal.clone()),
    }
}

/// The clip with its streams numbered as [`clip_ssrc`] says.
fn wiring() -> Wiring {
    let stream = |layer| Stream {
        ssrc: clip_ssrc(layer),
        ..Stream::default()
    };
    Wiring {
        audio: Some(stream(None)),
        audio_level: Some(CLIP_LEVEL_ID),
        video: (0..3).map(|layer| (layer, stream(Some(layer)))).collect(),
    }
}

/// How long ago, for a histogram.
fn micros(length: Duration) -> u64 {
    u64::try_from(length.as_micros()).unwrap_or(u64::MAX)
}
