//! One facility, one visit that is open now, and what each of its people opens.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context, Result};
use booking_server::{DemoDesk, DemoPlan, DemoVisit, open_demo_desk, seed_demo};
use grant::Slot;
use protocol::Locale;
use rand::{SeedableRng, rngs::StdRng};
use serde::Serialize;

use crate::config::Config;
use crate::parts::Parts;
use crate::{lan, private_file, service, tls};

/// `openvisit demo`
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The folder for the database and the keys.
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    data: PathBuf,
    /// The port to listen on; 0: any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// How long the visit lasts, in minutes; fractions are fine.
    #[arg(long, default_value_t = 30.0)]
    minutes: f64,
    /// Open the visit only after so many seconds, to see what comes before.
    #[arg(long, value_name = "SECONDS")]
    open_in: Option<u64>,
    /// Print one line of JSON when ready, for programs.
    #[arg(long)]
    json: bool,
    /// Serve HTTPS on this machine's own address, and show the links as QR codes for phones.
    #[arg(long)]
    lan: bool,
    /// Where a relay (TURN) is that shares the secret in the folder, such as turn:192.0.2.1:3478?transport=tcp.
    #[arg(long, value_name = "URL")]
    relay: Vec<String>,
    /// The built web client.
    #[arg(long, value_name = "DIR", default_value = "web-client/dist")]
    web_root: PathBuf,
    /// Which log lines are written to standard error.
    #[arg(long, default_value = "warn")]
    log: String,
}

/// What each of the people opens.
#[derive(Debug, Serialize)]
struct Doors {
    base_url: String,
    visitor_links: Vec<String>,
    terminal_url: String,
    officer_url: String,
    metrics_url: String,
    outbox_url: String,
    visit: Times,
    desk: Desk,
}

/// Where one books, whom one can visit, and who decides.
#[derive(Debug, Serialize)]
struct Desk {
    portal_url: String,
    administrator_url: String,
    terminal_url: String,
    facility: String,
    inmate_name: &'static str,
    inmate_number: &'static str,
}

#[derive(Debug, Serialize)]
struct Times {
    opens_at: jiff::Timestamp,
    starts_at: jiff::Timestamp,
    ends_at: jiff::Timestamp,
}

/// Sets up the visit and serves until the process is asked to stop.
///
/// # Errors
/// The port is taken, the folder cannot be written, or the visit is too long or too short to be one.
pub async fn run(options: Options) -> Result<()> {
    telemetry::logs::init(telemetry::logs::Format::Text, &options.log)?;
    private_file::folder(&options.data)?;
    let address = if options.lan {
        lan::own_address()?
    } else {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    };
    let listener = std::net::TcpListener::bind(SocketAddr::new(address, options.port))
        .with_context(|| format!("port {} of {address} cannot be used", options.port))?;
    let bound = listener.local_addr()?;
    let (scheme, certificate) = if options.lan {
        let certificate = tls::self_made(&options.data, address).await?;
        ("https", Some(certificate))
    } else {
        ("http", None)
    };
    let config = options.config(&format!("{scheme}://{bound}"), bound);
    config.relay.check()?;
    let parts = Parts::open(&config).await?;
    let plan = options.plan(telemetry::clock::unix_now_ms());
    let mut rng = StdRng::from_os_rng();
    let visit = seed_demo(&parts.issuer(&config), plan, &mut rng).await?;
    let desk = open_demo_desk(parts.store(), &visit, plan.now_ms, &mut rng).await?;
    let doors = Doors::of(&config.http.public_url, &visit, &desk)?;
    let service = service::Service::start(&config, parts, listener, certificate).await?;
    if options.json {
        println!("{}", serde_json::to_string(&doors)?);
    } else {
        print!("{}", doors.page(options.lan)?);
    }
    service.run_until_stopped().await
}

impl Options {
    fn config(&self, public_url: &str, bound: SocketAddr) -> Config {
        let mut config = Config::default();
        config.http.bind = bound;
        config.http.public_url = public_url.to_owned();
        config.http.web_root.clone_from(&self.web_root);
        config.http.outbox_page = true;
        config.media.bind = bound.ip();
        config.media.tcp_port = Some(0);
        config.relay.urls.clone_from(&self.relay);
        config.relay.secret_file = self.data.join("relay.secret");
        config.store.url = format!("sqlite:{}", self.data.join("demo.sqlite").display());
        config.keys.file = self.data.join("keys.json");
        config.documents.folder = self.data.join("documents");
        config.messages.file = self.data.join("outbox.jsonl");
        config
    }

    fn plan(&self, now_ms: u64) -> DemoPlan {
        let length_ms = milliseconds(self.minutes);
        match self.open_in {
            None => DemoPlan::open_now(now_ms, length_ms, Locale::ZhTw),
            Some(seconds) => {
                let opens_at_ms = now_ms + seconds * 1_000;
                DemoPlan {
                    now_ms,
                    opens_at_ms,
                    slot: Slot {
                        starts_at_ms: opens_at_ms,
                        ends_at_ms: opens_at_ms + length_ms,
                    },
                    locale: Locale::ZhTw,
                }
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a negative or endless number of minutes becomes 0 or the largest, which the slot's rules refuse"
)]
fn milliseconds(minutes: f64) -> u64 {
    (minutes * 60_000.0) as u64
}

impl Doors {
    fn of(base_url: &str, visit: &DemoVisit, desk: &DemoDesk) -> Result<Self> {
        let at = |ms: u64| {
            jiff::Timestamp::from_millisecond(i64::try_from(ms)?).map_err(anyhow::Error::from)
        };
        Ok(Self {
            base_url: base_url.to_owned(),
            visitor_links: visit.links.iter().map(|link| link.url.clone()).collect(),
            terminal_url: format!("{base_url}/terminal#{}", visit.terminal.reveal()),
            officer_url: format!("{base_url}/staff#{}", visit.officer.reveal()),
            metrics_url: format!("{base_url}/metrics"),
            outbox_url: format!("{base_url}/outbox"),
            visit: Times {
                opens_at: at(visit.opens_at_ms)?,
                starts_at: at(visit.slot.starts_at_ms)?,
                ends_at: at(visit.slot.ends_at_ms)?,
            },
            desk: Desk {
                portal_url: format!("{base_url}/portal"),
                administrator_url: format!("{base_url}/staff#{}", desk.administrator.reveal()),
                terminal_url: format!("{base_url}/terminal#{}", desk.terminal.reveal()),
                facility: visit.facility_name.clone(),
                inmate_name: desk.inmate_name,
                inmate_number: desk.inmate_number,
            },
        })
    }

    /// What a person reads who has just started the demonstration.
    fn page(&self, with_codes: bool) -> Result<String> {
        let mut page = format!(
            "\nA visit is set up. It can be joined from {} to {}.\n\n\
             The terminal, where the inmate sits:\n  {}\n\n\
             The visitors, each on a device or in a window of their own:\n",
            clock(self.visit.opens_at),
            clock(self.visit.ends_at),
            self.terminal_url
        );
        for (number, link) in (1..).zip(&self.visitor_links) {
            page += &format!("  {number}. {link}\n");
            if with_codes {
                page += &lan::qr(link)?;
                page += "\n\n";
            }
        }
        if with_codes {
            page +=
                "The certificate is this machine's own: the phone asks once whether to go on.\n";
        }
        page += &format!(
            "\nTo book another visit, as a visitor; {} ({}) at {} can be visited:\n  {}\n\
             The administrator, who reviews and decides:\n  {}\n\
             The terminal of the visits that are booked:\n  {}\n",
            self.desk.inmate_name,
            self.desk.inmate_number,
            self.desk.facility,
            self.desk.portal_url,
            self.desk.administrator_url,
            self.desk.terminal_url
        );
        page += &format!(
            "\nThe officer:\n  {}\n\
             The messages that would have been sent:\n  {}\n\
             Metrics:\n  {}\n\n\
             Stop with Ctrl-C.\n",
            self.officer_url, self.outbox_url, self.metrics_url
        );
        Ok(page)
    }
}

/// The time of day where this machine is.
fn clock(at: jiff::Timestamp) -> String {
    let here = at.to_zoned(jiff::tz::TimeZone::system());
    here.strftime("%H:%M:%S").to_string()
}
