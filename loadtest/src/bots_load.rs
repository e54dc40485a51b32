//! A load of bots: `webrtc`'s `PeerConnection`s, as heavy as they are.
//!
//! They tell what they counted twice a second, so a window's ends are as exact as that. What leads through a
//! network that is gone for longer than ICE waits comes back as a page does, with another call.

use std::{sync::Arc, time::Duration};

use anyhow::bail;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};

use crate::{
    bot::{Bot, Progress, Surroundings},
    call::Performance,
    clip::{Clip, Person},
    crowd::{Arrivals, entry},
    figures::{WholeRun, rounded},
    latency::Latencies,
    lean::fleet::Counted,
    metrics::ServerMetrics,
    observer::Observer,
    relay::impairment::Impairment,
    report::{BotReport, CallReport, StreamReport},
    routes::Routes,
    run::{Outcome, Plan, RECEIVED, SENT, Target, Window, figures, line},
};

/// How far apart the voices of a visit are.
const TURN: Duration = Duration::from_secs(3);
/// How long it may take until everybody is in a call.
const PATIENCE_S: u64 = 60;
/// The server publishes its counts once a second.
const PUBLISHED: Duration = Duration::from_millis(1_500);

/// Runs it; `progress` hears a line at a time.
///
/// # Errors
/// The service cannot be reached, there are too few visits, or somebody does not get in.
pub async fn run(
    plan: &Plan,
    target: &Target,
    progress: &mut (dyn FnMut(&str) + Send),
) -> anyhow::Result<Outcome> {
    if target.visits.len() < plan.rooms {
        bail!("{} visits are not enough", target.visits.len());
    }
    let metrics_before = ServerMetrics::fetch(&target.base).await.ok();
    let mut bots = Bots::new(target, plan.impairment);
    let mut observer = Observer::start(bots.count(), target.pid)?;
    let idle = observer.latest().clone();
    bots.send_in(plan, target).await?;
    bots.wait_until_all_are_in(progress).await?;
    let mut samples = vec![observer.sample(bots.count())?];
    let joined = observer.latest().clone();

    let mut steady = joined.clone();
    let mut window = Window::default();
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    for second in 1..=plan.warm_up_seconds + plan.seconds {
        ticks.tick().await;
        let sample = observer.sample(bots.count())?;
        progress(&line(&sample));
        samples.push(sample);
        if second == plan.warm_up_seconds {
            steady = observer.latest().clone();
            bots.surroundings.routes.black_out()?;
        } else {
            window.add(observer.latest());
        }
    }
    let end = observer.latest().clone();
    let arrivals = bots.arrivals();
    let reports = bots.go_home().await;
    sleep(PUBLISHED).await;
    let metrics_after = ServerMetrics::fetch(&target.base).await.ok();

    let calls = reports.iter().flat_map(|report| &report.calls);
    let counted = count(calls);
    let mut figures = figures(plan, &[&idle, &joined, &steady, &end], &window, &arrivals);
    "webrtc".clone_into(&mut figures.client);
    figures.impairment = plan.impairment.map(|network| network.to_string());
    let server = metrics_before.zip(metrics_after);
    let difference = |name| {
        let (before, after) = server.as_ref()?;
        Some(after.since(before, name))
    };
    figures.whole_run = WholeRun {
        clients_sent: counted.meter.rtp_sent,
        server_received: difference(RECEIVED),
        server_sent: difference(SENT),
        clients_received: counted.meter.rtp_received,
        ..WholeRun::default()
    };
    Ok(Outcome {
        figures,
        samples,
        steady_from_s: rounded((steady.at - idle.at).as_secs_f64()),
        arrivals,
    })
}

struct Bots {
    surroundings: Surroundings,
    stop: watch::Sender<bool>,
    lives: JoinSet<BotReport>,
    people: Vec<watch::Receiver<Progress>>,
    latencies: Latencies,
}

impl Bots {
    fn new(target: &Target, impairment: Option<Impairment>) -> Self {
        let stop = watch::Sender::new(false);
        Self {
            surroundings: Surroundings {
                base: target.base.clone(),
                trust: target.trust.clone(),
                stop: stop.subscribe(),
                routes: Arc::new(Routes::through(impairment)),
            },
            stop,
            lives: JoinSet::new(),
            people: vec![],
            latencies: Latencies::default(),
        }
    }

    async fn send_in(&mut self, plan: &Plan, target: &Target) -> anyhow::Result<()> {
        let mut pace = interval(Duration::from_secs_f64(1.0 / plan.joins_a_second));
        let clips = [Person::Blue, Person::Red, Person::Green].map(Clip::load);
        let clips: Vec<_> = clips
            .into_iter()
            .map(|clip| clip.map(Arc::new))
            .collect::<Result<_, _>>()?;
        for (room, visit) in target.visits[..plan.rooms].iter().enumerate() {
            for seat in 0..plan.participants {
                pace.tick().await;
                let performance = Performance {
                    clip: Arc::clone(&clips[(room + seat) % clips.len()]),
                    offset: TURN * (4 - u32::try_from(seat % 4)?),
                    latencies: Some(self.latencies.clone()),
                };
                let name = format!("room {room}, seat {seat}");
                let entry = entry(visit, seat);
                let bot = Bot::new(name, entry, performance, self.surroundings.clone());
                self.people.push(bot.progress());
                self.lives.spawn(bot.run());
            }
        }
        Ok(())
    }

    async fn wait_until_all_are_in(
        &self,
        progress: &mut (dyn FnMut(&str) + Send),
    ) -> anyhow::Result<()> {
        let all = self.people.len();
        for _ in 0..PATIENCE_S {
            let connected = self.count().connected;
            progress(&format!("joined {connected}/{all}"));
            if connected == all {
                return Ok(());
            }
            sleep(Duration::from_secs(1)).await;
        }
        bail!("not everybody got in within {PATIENCE_S} s");
    }

    fn count(&self) -> Counted {
        let mut counted = Counted::default();
        for person in &self.people {
            let Progress { former, running } = &*person.borrow();
            let is_connected = |call: &CallReport| call.connected_ms.is_some();
            counted.connected += usize::from(running.as_ref().is_some_and(is_connected));
            counted = counted.plus(&count(former.iter().chain(running)));
        }
        counted.meter.latency = self.latencies.take();
        counted
    }

    /// The first call of everybody who is or was in one.
    fn first_calls(&self) -> impl Iterator<Item = CallReport> {
        self.people.iter().filter_map(|person| {
            let Progress { former, running } = &*person.borrow();
            former.first().or(running.as_ref()).cloned()
        })
    }

    fn arrivals(&self) -> Arrivals {
        let mut arrivals = Arrivals::default();
        for call in self.first_calls() {
            if let Some(ms) = call.connected_ms {
                arrivals.join_us.record(ms * 1_000);
            }
            // Who came first has seat 0 and waited for somebody to look at.
            if let Some(ms) = call.first_frame_ms.filter(|_| call.seat != 0) {
                arrivals.first_frame_us.record(ms * 1_000);
            }
        }
        arrivals.failed = self.people.len() - self.first_calls().count();
        arrivals
    }

    async fn go_home(self) -> Vec<BotReport> {
        self.stop.send_replace(true);
        self.lives.join_all().await
    }
}

fn count<'a>(calls: impl IntoIterator<Item = &'a CallReport>) -> Counted {
    let mut counted = Counted::default();
    for call in calls {
        counted.meter.rtp_sent += call.audio_packets_sent + call.video_packets_sent;
        let meter = &mut counted.meter;
        meter.key_frames_wanted += call.key_frame_requests;
        meter.key_frames_wanted_a_second = meter
            .key_frames_wanted_a_second
            .max(call.key_frame_requests_a_second);
        let streams = call
            .lines
            .iter()
            .flat_map(|line| [&line.audio, &line.video]);
        for stream in streams.flatten() {
            add(&mut counted, stream);
        }
    }
    counted
}

fn add(counted: &mut Counted, stream: &StreamReport) {
    counted.meter.rtp_received += stream.packets;
    let came = &mut counted.came;
    came.packets += stream.packets;
    came.lost += stream.lost;
    came.frames += stream.frames.unwrap_or(0);
    came.freezes += stream.freezes.unwrap_or(0);
    came.sounds_due += stream.sounds_due.unwrap_or(0);
    came.sounds_concealed += stream.sounds_concealed.unwrap_or(0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{door::Trust, report::LineReport};

    #[test]
    fn whoever_came_back_is_counted_on_and_came_in_once() {
        let target = Target {
            base: "http://127.0.0.1:9".parse().unwrap(),
            trust: Trust::Authorities,
            pid: None,
            visits: vec![],
        };
        let mut bots = Bots::new(&target, None);
        let call = |connected_ms, video_packets_sent| CallReport {
            seat: 1,
            connected_ms,
            first_frame_ms: connected_ms,
            video_packets_sent,
            ..CallReport::default()
        };
        let (_coming_back, person) = watch::channel(Progress {
            former: vec![call(Some(30), 5)],
            running: Some(call(None, 7)),
        });
        bots.people.push(person);
        let counted = bots.count();
        assert_eq!((counted.connected, counted.meter.rtp_sent), (0, 12));
        let arrivals = bots.arrivals();
        assert_eq!((arrivals.failed, arrivals.join_us.count()), (0, 1));
        assert_eq!(arrivals.first_frame_us.count(), 1);
    }

    #[test]
    fn all_streams_of_all_calls_are_added_up() {
        let stream = |packets, lost| StreamReport {
            packets,
            lost,
            ..StreamReport::default()
        };
        let call = CallReport {
            audio_packets_sent: 5,
            video_packets_sent: 7,
            key_frame_requests: 5,
            key_frame_requests_a_second: 2,
            lines: vec![
                LineReport {
                    seat: 1,
                    audio: Some(stream(10, 1)),
                    video: Some(stream(20, 2)),
                },
                LineReport {
                    seat: 2,
                    audio: None,
                    video: Some(stream(30, 3)),
                },
            ],
            ..CallReport::default()
        };
        let counted = count(&[call.clone(), call]);
        let meter = &counted.meter;
        assert_eq!(
            (meter.key_frames_wanted, meter.key_frames_wanted_a_second),
            (10, 2)
        );
        assert_eq!(
            (counted.meter.rtp_sent, counted.meter.rtp_received),
            (24, 120)
        );
        assert_eq!(counted.came.lost, 12);
    }
}
