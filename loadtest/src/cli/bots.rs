//! `loadtest bots`: seats synthetic participants in a running service.

use std::{sync::Arc, time::Duration};

use anyhow::bail;
use clap::Args;
use loadtest::{
    bot::{Bot, Entry, Surroundings},
    call::Performance,
    clip::{Clip, Person},
    door::{BaseUrl, Trust, fragment},
    report::Report,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
    time::sleep,
};

/// How far apart the voices are: each is heard for three seconds of twelve.
const TURN: Duration = Duration::from_secs(3);

#[derive(Args)]
pub(crate) struct Bots {
    /// The service, such as `http://127.0.0.1:8080`.
    #[arg(long)]
    base_url: BaseUrl,
    /// The terminal's page or its secret. It answers every call until the end of the program.
    #[arg(long)]
    terminal: Option<String>,
    /// A visitor's link or its token; may be given several times.
    #[arg(long)]
    link: Vec<String>,
    /// Hang up after this many seconds; without it, visitors stay until the visit ends.
    #[arg(long)]
    seconds: Option<u64>,
    /// Print what came of it as one line of JSON at the end.
    #[arg(long)]
    json: bool,
    /// Believe any certificate, for a service with a self-made one.
    #[arg(long)]
    insecure: bool,
}

impl Bots {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let terminal = self.terminal.as_deref().map(fragment);
        let visitors = self.link.iter().map(|link| fragment(link)).enumerate();
        let entries: Vec<_> = terminal
            .map(|secret| ("terminal".to_owned(), Entry::Terminal(secret.to_owned())))
            .into_iter()
            .chain(visitors.map(|(n, token)| {
                let name = format!("visitor {}", n + 1);
                (name, Entry::Link(token.to_owned()))
            }))
            .collect();
        if entries.is_empty() {
            bail!("give a --terminal or a --link");
        }

        let (stop, stopping) = watch::channel(false);
        let surroundings = Surroundings {
            base: self.base_url,
            trust: if self.insecure {
                Trust::Anyone
            } else {
                Trust::Authorities
            },
            stop: stopping,
            routes: Arc::default(),
        };
        let mut bots = JoinSet::new();
        for (n, (name, entry)) in entries.into_iter().enumerate() {
            let performance = Performance {
                clip: Arc::new(Clip::load(Person::of(n))?),
                offset: TURN * (4 - u32::try_from(n % 4)?),
                latencies: None,
            };
            let bot = Bot::new(name, entry, performance, surroundings.clone());
            bots.spawn(async move { (n, bot.run().await) });
        }
        tokio::spawn(async move {
            wait_for_the_end(self.seconds).await;
            stop.send_replace(true);
        });

        let mut reports = bots.join_all().await;
        reports.sort_by_key(|(n, _)| *n);
        let report = Report {
            participants: reports.into_iter().map(|(_, report)| report).collect(),
        };
        if self.json {
            println!("{}", serde_json::to_string(&report)?);
        }
        Ok(())
    }
}

async fn wait_for_the_end(seconds: Option<u64>) {
    let time_is_up = async {
        match seconds {
            Some(seconds) => sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
    };
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = time_is_up => {}
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
