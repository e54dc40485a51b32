//! The command line.

use std::path::PathBuf;

use anyhow::Result;
use booking_domain::applications::DocumentKind;
use booking_server::read_document_within_limits;
use clap::{Parser, Subcommand};
use telemetry::clock::unix_now_ms;

use crate::config::Config;
use crate::{admin, demo, keys, relay, service, tls, usable};

/// Video visits between families and people in custody.
#[derive(Debug, Parser)]
#[command(name = "openvisit", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until stopped.
    Serve(ConfigFile),
    /// Set up a made-up visit that is open now, and serve it on this machine.
    Demo(demo::Options),
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Look after facilities, staff, inmates and the store.
    Admin(admin::Options),
    /// Look after the keys that sign links and grants.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Look after the relay.
    #[command(subcommand)]
    Relay(RelayCommand),
    /// Print the OpenAPI document of the HTTP API.
    Openapi,
    /// Read a document from standard input, as the service has a process of its own do with an upload.
    #[command(hide = true)]
    CleanDocument {
        #[arg(value_parser = DocumentKind::parse)]
        kind: DocumentKind,
    },
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Say whether the configuration can be used.
    Check(ConfigFile),
    /// Print every field with the value that would be used, as JSON.
    Show(ConfigFile),
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Sign with new keys from the next start on. The last two keys still verify.
    Rotate(ConfigFile),
}

#[derive(Debug, Subcommand)]
enum RelayCommand {
    /// Print coturn's configuration (turnserver.conf), made from this one. It holds the secret of the relay.
    Config(ConfigFile),
}

#[derive(Debug, clap::Args)]
struct ConfigFile {
    /// The configuration, in TOML.
    #[arg(long = "config", value_name = "FILE")]
    file: Option<PathBuf>,
}

impl ConfigFile {
    fn load(&self) -> Result<Config> {
        Ok(Config::load(self.file.as_deref())?)
    }

    fn read(&self) -> Result<Config> {
        Ok(Config::read(self.file.as_deref())?)
    }
}

impl Cli {
    /// Does what the command line says.
    ///
    /// # Errors
    /// In words for whoever typed it.
    pub async fn run(self) -> Result<()> {
        tls::install_crypto();
        match self.command {
            Command::Serve(file) => {
                let config = file.load()?;
                telemetry::logs::init(config.logs.format, &config.logs.filter)?;
                service::serve(&config).await?;
            }
            Command::Demo(options) => demo::run(options).await?,
            Command::Config(ConfigCommand::Check(file)) => {
                let notes = usable::check(&file.load()?, unix_now_ms()).await?;
                for note in notes {
                    println!("Please note: {note}.");
                }
                println!("The configuration can be used.");
            }
            Command::Config(ConfigCommand::Show(file)) => {
                println!("{}", serde_json::to_string_pretty(&file.read()?)?);
            }
            Command::Relay(RelayCommand::Config(file)) => {
                print!("{}", relay::coturn::configuration(&file.load()?)?);
            }
            Command::Openapi => println!("{}", booking_server::openapi().to_pretty_json()?),
            Command::CleanDocument { kind } => {
                std::process::exit(read_document_within_limits(kind)?);
            }
            Command::Admin(options) => admin::run(options).await?,
            Command::Keys(KeysCommand::Rotate(file)) => {
                keys::rotate(&file.read()?.keys.file, &mut rand::rng())?;
                println!("New links and grants are signed with new keys from the next start on.");
            }
        }
        Ok(())
    }
}
