//! The people of a load: lean clients that join visit after visit at a steady pace, stay, and leave.

use std::{net::SocketAddr, ops::Range, sync::Arc, time::Duration};

use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};

use crate::{
    bot::Entry,
    door::{BaseUrl, Trust, fragment},
    entrance::{Entrance, VisitEntrance},
    histogram::Histogram,
    lean::{
        fleet::{Counted, Fleet},
        identity::Identity,
        join::{Joining, Seated, join},
        sdp::Shape,
    },
    media::Media,
    performer::Performer,
    routes::Routes,
    visits::Visit,
};

/// Where people go.
#[derive(Clone)]
pub struct Place {
    /// The service.
    pub base: BaseUrl,
    /// Whom to believe that they are the service.
    pub trust: Trust,
    /// The address of this machine that packets leave from.
    pub local: SocketAddr,
    /// The way to the server's media ports.
    pub routes: Arc<Routes>,
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
    performer: Performer,
    joining: Joining,
    fleets: Vec<Arc<Fleet>>,
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
    /// From the beginning, or from when there was somebody else if that was later, to the first
    /// picture, µs.
    pub first_frame_us: Histogram,
    /// Who did not get in.
    pub failed: usize,
}

impl Crowd {
    /// Starts the clients' threads.
    ///
    /// # Errors
    /// The system gives no threads or no randomness.
    pub fn new(place: Place, performer: Performer, threads: usize) -> anyhow::Result<Self> {
        let fleets = (0..threads.max(1)).map(|_| Ok(Arc::new(Fleet::start()?)));
        let (arrivals_in, arrivals) = mpsc::unbounded_channel();
        Ok(Self {
            fleets: fleets.collect::<anyhow::Result<_>>()?,
            joining: Joining {
                identity: Identity::generate()?,
                shape: performer.kind().shape(),
                local: place.local,
                routes: Arc::clone(&place.routes),
            },
            place,
            performer,
            leave: watch::Sender::new(false),
            tasks: JoinSet::new(),
            arrivals_in,
            arrivals,
            people: vec![],
            next_fleet: 0,
        })
    }

    /// Where people go.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The service's visits, as rooms from 0 on.
    #[must_use]
    pub fn host<'a>(&self, visits: &'a [Visit]) -> OpenVisits<'a> {
        OpenVisits {
            place: self.place.clone(),
            shape: self.joining.shape,
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
            true => self.performer.performance(room, seat),
            false => Box::new(|_| Media::Silent),
        };
        let joining = Joining {
            shape,
            ..self.joining.clone()
        };
        let (leave, arrivals) = (self.leave.subscribe(), self.arrivals_in.clone());
        self.tasks.spawn(async move {
            let outcome = join(&mut *entrance, &fleet, &joining, performance).await;
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
            let others = self
                .people
                .iter()
                .filter(|other| other.room == person.room && !std::ptr::eq(*other, person));
            let others = others.filter_map(|other| Some(other.outcome.as_ref().ok()?.connected));
            let member = self.fleets[person.fleet].look(seated.id).await?;
            if let (Some(at), Some(other)) = (member.first_picture, others.min()) {
                let waited = at.saturating_duration_since(seated.began.max(other));
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

    /// One person comes in by an entrance of their own, stays for `hold` and hangs up; how long it took
    /// until keys were agreed.
    ///
    /// # Errors
    /// They did not get in, or could not hang up.
    pub async fn visit(
        &self,
        room: usize,
        seat: usize,
        entrance: &mut dyn Entrance,
        hold: Duration,
    ) -> anyhow::Result<Duration> {
        let fleet = &self.fleets[room % self.fleets.len()];
        let performance = self.performer.performance(room, seat);
        let seated = join(entrance, fleet, &self.joining, performance).await?;
        sleep(hold).await;
        entrance.leave().await?;
        fleet.remove(seated.id).await?;
        Ok(seated.connected.saturating_duration_since(seated.began))
    }

    /// Everybody hangs up.
    pub async fn go_home(mut self) {
        self.leave.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// What lets somebody into a seat of a visit.
pub(crate) fn entry(visit: &Visit, seat: usize) -> Entry {
    match seat.checked_sub(1).and_then(|place| visit.links.get(place)) {
        Some(link) => Entry::Link(fragment(link).to_owned()),
        None => Entry::Terminal(visit.terminal.clone()),
    }
}

/// How long ago, for a histogram.
fn micros(length: Duration) -> u64 {
    u64::try_from(length.as_micros()).unwrap_or(u64::MAX)
}
