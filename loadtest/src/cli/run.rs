//! `loadtest` and `loadtest run`: one load on a server of one's own, or on a running one.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use loadtest::{
    crowd::MediaKind,
    door::{BaseUrl, Trust},
    run::{Plan, Target, run},
    server::{OwnServer, ServerOptions},
    visits,
};

#[derive(Args)]
pub(crate) struct Run {
    /// Visits under way at the same time.
    #[arg(long, default_value_t = 2)]
    rooms: usize,
    /// How long everything is measured once it runs steadily.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// People in each visit.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=4))]
    participants: u8,
    /// What people send.
    #[arg(long, value_enum, default_value_t = MediaKind::Clip)]
    media: MediaKind,
    /// Print the figures as one line of JSON.
    #[arg(long)]
    json: bool,
    /// People who join within a second.
    #[arg(long, default_value_t = 20.0)]
    join_rate: f64,
    /// Threads that all clients run on.
    #[arg(long, default_value_t = 1)]
    client_threads: usize,
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

impl Run {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let plan = self.plan()?;
        let (target, server) = self.target(&plan).await?;
        let outcome = run(&plan, &target, &mut |line| eprintln!("{line}")).await?;
        if let Some(server) = server {
            server.stop().await?;
        }
        if self.json {
            println!("{}", serde_json::to_string(&outcome.figures)?);
        } else {
            print!("{}", outcome.figures.table());
        }
        Ok(())
    }

    fn plan(&self) -> anyhow::Result<Plan> {
        if self.rooms == 0 || self.seconds == 0 {
            bail!("--rooms and --seconds are at least 1");
        }
        if !(0.1..=10_000.0).contains(&self.join_rate) {
            bail!("--join-rate is between 0.1 and 10000");
        }
        Ok(Plan {
            rooms: self.rooms,
            participants: usize::from(self.participants),
            seconds: self.seconds,
            media: self.media,
            client_threads: self.client_threads,
            joins_a_second: self.join_rate,
        })
    }

    async fn target(&self, plan: &Plan) -> anyhow::Result<(Target, Option<OwnServer>)> {
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
            rooms: plan.rooms,
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
