//! `cargo xtask demo`: from a clone to a running call.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{company, places, shell, system, web};

/// `cargo xtask demo`
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The port to listen on; 0: any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// How long the visit lasts, in minutes; fractions are fine.
    #[arg(long, default_value = "30")]
    minutes: String,
    /// The folder for the database and the keys.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print one line of JSON when ready, and nothing else, on standard output.
    #[arg(long)]
    json: bool,
    /// Seat so many synthetic participants, the inmate's first.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=4))]
    bots: u8,
    /// Serve HTTPS on this machine's own address, with QR codes for phones.
    #[arg(long)]
    lan: bool,
    /// Open the visit only after so many seconds.
    #[arg(long, value_name = "SECONDS")]
    open_in: Option<u64>,
}

/// What the program prints when it is ready.
#[derive(Deserialize)]
pub(crate) struct Doors {
    base_url: String,
    visitor_links: Vec<String>,
    terminal_url: String,
}

/// Builds everything and becomes the program; or, with synthetic participants, stays beside it.
pub(crate) fn run(options: &Options) -> Result<()> {
    system::check_for_building()?;
    web::build()?;
    let mut packages = vec!["build", "--release", "--package", "openvisit"];
    if options.bots > 0 {
        packages.extend(["--package", "loadtest"]);
    }
    shell::run_aside(&mut shell::command(&places::root(), "cargo", &packages))?;

    if options.bots == 0 {
        let failure = options.service().exec();
        return Err(failure).context("the program cannot be started");
    }
    company::run(options)
}

impl Doors {
    /// Hands on `line`, in which the program said that it is ready.
    pub(crate) fn announce(&self, options: &Options, line: &str) -> Result<()> {
        if options.json {
            println!("{}", line.trim_end());
            return Ok(());
        }
        let first = self.visitor_links.first().context("a visit has links")?;
        println!("\nA call is running with made-up people. Join them:\n  {first}\n");
        println!("Everything there is to open:\n{line}");
        Ok(())
    }
}

impl Options {
    /// The program.
    pub(crate) fn service(&self) -> Command {
        let program = places::target().join("release/openvisit");
        let mut command = Command::new(program);
        command
            .arg("demo")
            .args(["--port", &self.port.to_string()])
            .args(["--minutes", &self.minutes])
            .arg("--data")
            .arg(
                self.data
                    .clone()
                    .unwrap_or_else(|| places::root().join("data/demo")),
            )
            .arg("--web-root")
            .arg(places::web_client().join("dist"));
        if let Some(seconds) = self.open_in {
            command.args(["--open-in", &seconds.to_string()]);
        }
        if self.lan {
            command.arg("--lan");
        }
        if self.json || self.bots > 0 {
            command.arg("--json");
        }
        command
    }

    /// The inmate's seat first, then the visitors' from the last, so that the first link stays free for
    /// the person who looks on.
    pub(crate) fn participants(&self, doors: &Doors) -> Command {
        let mut command = Command::new(places::target().join("release/loadtest"));
        command
            .args(["bots", "--base-url", &doors.base_url])
            .args(["--terminal", &doors.terminal_url])
            .stdout(Stdio::from(std::io::stderr()));
        let visitors = usize::from(self.bots - 1);
        for link in doors.visitor_links.iter().rev().take(visitors) {
            command.args(["--link", link]);
        }
        if self.lan {
            command.arg("--insecure");
        }
        command
    }
}
