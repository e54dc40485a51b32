//! What is generated from the Rust types, and the proof that it is up to date.

use std::{fs, process::Command};

use anyhow::{Context, Result, ensure};

use crate::{places, programs, shell};

/// `cargo xtask codegen`
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write nothing; fail if a committed file differs.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Writes the web client's types of messages and of the HTTP API, or compares them.
pub(crate) fn run(options: &Options) -> Result<()> {
    messages(options.check)?;
    api(options.check)
}

/// The types of the messages between the pages and signaling.
pub(crate) fn messages(check: bool) -> Result<()> {
    keep(
        "src/lib/protocol.generated.ts",
        &protocol::typescript(),
        check,
    )
}

/// The types of the HTTP API. Their generator is one of the web client's packages, which must be there.
pub(crate) fn api(check: bool) -> Result<()> {
    keep("src/lib/api.generated.ts", &api_types()?, check)
}

fn keep(file: &str, generated: &str, check: bool) -> Result<()> {
    let file = places::web_client().join(file);
    if !check {
        return Ok(fs::write(&file, generated)?);
    }
    ensure!(
        fs::read_to_string(&file).is_ok_and(|committed| committed == generated),
        "{} is not what the Rust types say. Run: cargo xtask codegen",
        file.display()
    );
    Ok(())
}

/// From the OpenAPI document that the program prints.
fn api_types() -> Result<String> {
    programs::build()?;
    let program = programs::openvisit();
    let document = Command::new(&program)
        .arg("openapi")
        .output()
        .with_context(|| program.display().to_string())?;
    ensure!(
        document.status.success(),
        "the program does not print its API"
    );
    let folder = places::root().join("target/codegen");
    fs::create_dir_all(&folder)?;
    let (from, to) = (folder.join("openapi.json"), folder.join("api.generated.ts"));
    fs::write(&from, document.stdout)?;
    let generate = [
        "openapi-typescript".as_ref(),
        from.as_os_str(),
        "--output".as_ref(),
        to.as_os_str(),
    ];
    shell::run_aside(&mut shell::command(&places::web_client(), "npx", &generate))?;
    Ok(fs::read_to_string(to)?)
}
