//! `cargo xtask test`: every test there is, installing what it needs.
//!
//! One profile for everything: the browsers meet the same debug build that the Rust tests built. The steps
//! that fail fastest come first, the browsers last. All steps of a part run even if one fails, so that one
//! run tells everything; the command fails if any step did.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::tally::Tally;
use crate::tools::{self, Tool};
use crate::{codegen, deny, places, programs, shell, system, web};

const NEXTEST: Tool = Tool {
    subcommand: "nextest",
    package: "cargo-nextest",
};

/// `cargo xtask test`. Without a part, all of them.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only formatting, lints and tests of Rust.
    #[arg(long)]
    rust: bool,
    /// Only types, formatting, tests and size of the web client.
    #[arg(long)]
    web: bool,
    /// Only the browsers.
    #[arg(long)]
    browser: bool,
}

/// What has run so far.
#[derive(Default)]
struct Report {
    lines: Vec<String>,
    failed_steps: u64,
    tally: Tally,
}

/// Runs the chosen parts and closes with the counts.
pub(crate) fn run(options: &Options) -> Result<()> {
    let all = !(options.rust || options.web || options.browser);
    system::check_for_building()?;
    system::install_for_tests()?;
    let mut report = Report::default();
    if all || options.rust {
        rust(&mut report);
    }
    if all || options.web {
        web_client(&mut report);
    }
    if all || options.browser {
        browser(&mut report);
    }
    report.close()
}

fn rust(report: &mut Report) {
    report.step("formatting", || {
        shell::run_aside(&mut cargo(&["fmt", "--all", "--check"]))
    });
    report.step("generated types of messages", || codegen::messages(true));
    report.step("dependencies", deny::check);
    report.counted("Rust", || {
        tools::install(&NEXTEST)?;
        let arguments = [
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--color",
            "never",
        ];
        Ok(cargo(&arguments))
    });
    report.step("lints", || {
        let arguments = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ];
        shell::run_aside(&mut cargo(&arguments))
    });
    report.step("documentation", || {
        let arguments = [
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ];
        // Private items are documented too, so links to them lead somewhere.
        let flags = "-D warnings -A rustdoc::private-intra-doc-links";
        shell::run_aside(cargo(&arguments).env("RUSTDOCFLAGS", flags))
    });
}

fn web_client(report: &mut Report) {
    report.step("packages", || web::install(&places::web_client()));
    report.step("generated types of the API", || codegen::api(true));
    report.step("TypeScript", || shell::run_aside(&mut web::script("check")));
    report.counted("TypeScript", || Ok(web::script("test")));
    report.step("pages", web::build);
    report.step("size of the join page", || {
        shell::run_aside(&mut web::script("size"))
    });
}

fn browser(report: &mut Report) {
    report.step("packages of the browser tests", || {
        web::install(&places::browser_tests())
    });
    report.step("TypeScript of the browser tests", || {
        shell::run_aside(&mut shell::command(
            &places::browser_tests(),
            "npm",
            &["run", "--silent", "check"],
        ))
    });
    report.step("pages", web::build);
    report.step("the programs", programs::build);
    report.counted("browsers", || web::playwright(&[]));
}

fn cargo(arguments: &[&str]) -> Command {
    shell::command(&places::root(), "cargo", arguments)
}

impl Report {
    /// A step that succeeds or fails as a whole.
    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        eprintln!("\n── {name}");
        let started = Instant::now();
        let outcome = work();
        self.note(name, started, outcome);
    }

    /// A test runner, whose own counts are added up.
    fn counted(&mut self, name: &str, prepare: impl FnOnce() -> Result<Command>) {
        let name = format!("tests: {name}");
        eprintln!("\n── {name}");
        let started = Instant::now();
        let outcome = prepare().and_then(|mut command| {
            let (succeeded, output) = shown(&mut command)?;
            let tally = Tally::read(&output);
            self.tally += tally;
            if tally.passed + tally.failed == 0 {
                bail!("no test was run");
            }
            if !succeeded {
                bail!("{} failed", tally.failed);
            }
            Ok(())
        });
        self.note(&name, started, outcome);
    }

    fn note(&mut self, name: &str, started: Instant, outcome: Result<()>) {
        let seconds = started.elapsed().as_secs();
        let line = match outcome {
            Ok(()) => format!("  ok      {seconds:>5} s  {name}"),
            Err(error) => {
                self.failed_steps += 1;
                format!("  FAILED  {seconds:>5} s  {name}: {error:#}")
            }
        };
        eprintln!("{line}");
        self.lines.push(line);
    }

    /// The closing lines. A step that failed without a failed test counts as one.
    fn close(self) -> Result<()> {
        println!("\n{}\n", self.lines.join("\n"));
        let failed = self.tally.failed.max(self.failed_steps);
        println!("{} passed, {failed} failed", self.tally.passed);
        if failed > 0 {
            bail!("{} of {} steps failed", self.failed_steps, self.lines.len());
        }
        Ok(())
    }
}

/// Runs a program, showing its output as it comes and keeping it.
fn shown(command: &mut Command) -> Result<(bool, String)> {
    let name = shell::name_of(command);
    let (reader, writer) = std::io::pipe()?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .spawn()
        .with_context(|| format!("{name} cannot be started"))?;
    // The command holds the pipe's writing end; the reader ends when every holder has closed it.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut kept = String::new();
    for line in BufReader::new(reader).lines() {
        let line = line?;
        writeln!(std::io::stdout(), "{line}")?;
        kept.push_str(&line);
        kept.push('\n');
    }
    Ok((child.wait()?.success(), kept))
}
