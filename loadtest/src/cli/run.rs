//! `loadtest` and `loadtest run`: a load on a server of one's own, or on a running one.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use loadtest::{
    bots_load,
    churn::{ChurnPlan, churn},
    crowd::Crowd,
    door::{BaseUrl, Trust},
    html,
    performer::{MediaKind, Performer},
    ramp::ramp,
    relay::impairment::Impairment,
    run::{Outcome, Plan, Target, run},
    server::{OwnServer, ServerOptions},
    visits,
};

#[derive(Args)]
pub(crate) struct Run {
    /// Visits under way at the same time; with --ramp, to begin with.
    #[arg(long, default_value_t = 2)]
    rooms: usize,
    /// How long everybody is in before anything is measured.
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    warm_up: u64,
    /// How long everything is measured once it runs steadily.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// People in each visit.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=4))]
    participants: u8,
    /// What people send.
    #[arg(long, value_enum, default_value_t = MediaKind::Clip)]
    media: MediaKind,
    /// Which client they have; without this `lean` for more than two rooms and for everything but the clip.
    #[arg(long, value_enum)]
    client: Option<ClientKind>,
    /// Print the figures as one line of JSON.
    #[arg(long)]
    json: bool,
    /// Write a page with plots.
    #[arg(long, value_name = "FILE.html", conflicts_with_all = ["ramp", "joins"])]
    report: Option<PathBuf>,
    /// Add rooms until something gives, and say what gave.
    #[arg(long, conflicts_with = "joins")]
    ramp: bool,
    /// Let people come and go this many times, and look at the server's memory.
    #[arg(long, value_name = "N")]
    joins: Option<usize>,
    /// With --joins: how long everybody stays.
    #[arg(long, value_name = "MS", default_value_t = 0, requires = "joins")]
    hold_ms: u64,
    /// Let this many people join within one second at the end, and watch the running calls.
    #[arg(long, value_name = "PEOPLE", default_value_t = 0, conflicts_with_all = ["ramp", "joins"])]
    burst: usize,
    /// Let strangers send this many datagrams a second to the media ports at the end, and watch the running calls.
    #[arg(long, value_name = "A_SECOND", default_value_t = 0, conflicts_with_all = ["ramp", "joins", "impair"])]
    flood: u64,
    /// A bad network between clients and server, such as `loss=0.3,delay=50ms,jitter=10ms,rate=150kbit`;
    /// a `blackout=10s@5s` counts from the beginning of the steady window.
    #[arg(long, value_name = "NETWORK")]
    impair: Option<Impairment>,
    /// People who join within a second.
    #[arg(long, default_value_t = 20.0)]
    join_rate: f64,
    /// Threads that all clients run on.
    #[arg(long, default_value_t = 1)]
    client_threads: usize,
    #[command(flatten)]
    service: Service,
}

/// Where it is run.
#[derive(Args)]
struct Service {
    /// A running service, such as `http://127.0.0.1:8080`, instead of one of our own.
    #[arg(long, requires = "visits")]
    server: Option<BaseUrl>,
    /// Its visits, as `loadtest visits` prints them.
    #[arg(long, value_name = "FILE", requires = "server")]
    visits: Option<PathBuf>,
    /// Its process, if it runs on this machine: then its CPU and memory are measured.
    #[arg(long, value_name = "PID", requires = "server")]
    server_pid: Option<u32>,
    /// Believe any certificate, for a service with a self-made one.
    #[arg(long, requires = "server")]
    insecure: bool,
    /// The server's program; without it, the one built beside this.
    #[arg(long, value_name = "PROGRAM", conflicts_with = "server")]
    openvisit: Option<PathBuf>,
    /// The server's media threads; 0: one for each core.
    #[arg(long, default_value_t = 0, conflicts_with = "server")]
    media_threads: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ClientKind {
    /// Our own, which costs little.
    Lean,
    /// `webrtc`'s `PeerConnection`: costs several times as much.
    Webrtc,
}

impl Run {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        self.check()?;
        let plan = self.plan();
        let (target, server) = self.service.open(plan.visits()).await?;
        let done = self.on(&plan, &target, server.as_ref()).await;
        if let Some(server) = server {
            server.stop().await?;
        }
        done
    }

    async fn on(
        &self,
        plan: &Plan,
        target: &Target,
        server: Option<&OwnServer>,
    ) -> anyhow::Result<()> {
        let mut progress = |line: &str| eprintln!("{line}");
        if let Some(joins) = self.joins {
            let churned = ChurnPlan {
                joins,
                rooms: plan.rooms,
                participants: plan.participants,
                hold: Duration::from_millis(self.hold_ms),
            };
            let place = target.place(plan.impairment).await?;
            let performer = Performer::new(plan.media)?;
            let figures = churn(&churned, target, place, performer, &mut progress).await?;
            return self.tell(&figures, &figures.table());
        }
        if self.ramp {
            let place = target.place(plan.impairment).await?;
            let performer = Performer::new(plan.media)?;
            let mut crowd = Crowd::new(place, performer, plan.client_threads)?;
            let figures = ramp(plan, &mut crowd, target, server, &mut progress).await;
            crowd.go_home().await;
            let figures = figures?;
            return self.tell(&figures, &figures.table());
        }
        let outcome = match self.client() {
            ClientKind::Lean => run(plan, target, &mut progress).await?,
            ClientKind::Webrtc => bots_load::run(plan, target, &mut progress).await?,
        };
        self.write_report(&outcome)?;
        self.tell(&outcome.figures, &outcome.figures.table())
    }

    fn tell(&self, figures: &impl serde::Serialize, table: &str) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string(figures)?);
        } else {
            print!("{table}");
        }
        Ok(())
    }

    fn write_report(&self, outcome: &Outcome) -> anyhow::Result<()> {
        let Some(file) = &self.report else {
            return Ok(());
        };
        std::fs::write(file, html::page(outcome))
            .with_context(|| format!("cannot write {}", file.display()))
    }

    fn client(&self) -> ClientKind {
        let lean = self.rooms > 2 || self.media != MediaKind::Clip || self.needs_lean();
        self.client.unwrap_or(if lean {
            ClientKind::Lean
        } else {
            ClientKind::Webrtc
        })
    }

    /// Only lean clients come in bursts, stand a flood, come and go, and are ever more.
    fn needs_lean(&self) -> bool {
        self.burst > 0 || self.flood > 0 || self.joins.is_some() || self.ramp
    }

    fn check(&self) -> anyhow::Result<()> {
        if self.rooms == 0 || self.seconds == 0 || self.joins == Some(0) {
            bail!("--rooms, --seconds and --joins are at least 1");
        }
        if !(0.1..=10_000.0).contains(&self.join_rate) {
            bail!("--join-rate is between 0.1 and 10000");
        }
        if self.client == Some(ClientKind::Webrtc)
            && (self.needs_lean() || self.media != MediaKind::Clip)
        {
            bail!("webrtc's clients send the clip, and stay; the rest is for --client lean");
        }
        Ok(())
    }

    fn plan(&self) -> Plan {
        Plan {
            rooms: self.rooms,
            participants: usize::from(self.participants),
            warm_up_seconds: self.warm_up,
            seconds: self.seconds,
            media: self.media,
            client_threads: self.client_threads,
            joins_a_second: self.join_rate,
            impairment: self.impair,
            burst: self.burst,
            flood: self.flood,
        }
    }
}

impl Service {
    async fn open(&self, visits: usize) -> anyhow::Result<(Target, Option<OwnServer>)> {
        if let (Some(base), Some(file)) = (&self.server, &self.visits) {
            let lines = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            let target = Target {
                base: base.clone(),
                trust: if self.insecure {
                    Trust::Anyone
                } else {
                    Trust::Authorities
                },
                pid: self.server_pid,
                visits: visits::read(&lines)?,
            };
            return Ok((target, None));
        }
        let server = OwnServer::start(&ServerOptions {
            program: self.openvisit.clone(),
            media_threads: self.media_threads,
            rooms: visits,
            store: None,
            log: "warn".to_owned(),
        })
        .await?;
        let target = Target {
            base: server.base.clone(),
            trust: Trust::Authorities,
            pid: Some(server.pid),
            visits: server.visits.clone(),
        };
        Ok((target, Some(server)))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        run: Run,
    }

    fn parsed(text: &str) -> Result<Run, clap::Error> {
        let words = std::iter::once("loadtest").chain(text.split_ascii_whitespace());
        Arguments::try_parse_from(words).map(|arguments| arguments.run)
    }

    #[test]
    fn few_rooms_have_browsers_like_clients_and_many_have_lean_ones() {
        let client = |text| parsed(text).unwrap().client();
        assert_eq!(client(""), ClientKind::Webrtc);
        assert_eq!(client("--rooms 3"), ClientKind::Lean);
        assert_eq!(client("--media synthetic"), ClientKind::Lean);
        assert_eq!(client("--impair loss=0.3"), ClientKind::Webrtc);
        assert_eq!(client("--burst 4"), ClientKind::Lean);
        assert_eq!(client("--rooms 9 --client webrtc"), ClientKind::Webrtc);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for text in [
            "--server http://127.0.0.1:1",
            "--visits file",
            "--ramp --joins 5",
            "--participants 5",
            "--hold-ms 5",
            "--warm-up 0",
            "--impair loss=2",
            "--ramp --report x.html",
            "--flood 5 --impair loss=0.1",
        ] {
            assert!(parsed(text).is_err(), "{text}");
        }
        for text in ["--rooms 0", "--join-rate 0", "--client webrtc --ramp"] {
            assert!(parsed(text).unwrap().check().is_err(), "{text}");
        }
    }

    #[test]
    fn a_burst_takes_visits_of_its_own() {
        let plan = parsed("--rooms 8 --burst 201").unwrap().plan();
        assert_eq!(plan.visits(), 8 + 51);
    }
}
