//! `openvisit admin`: what an operator does beside the pages of staff.

mod copies;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use booking_domain::{Actor, Facilities, FacilityContact, Import, Inmates, NewFacility, RowFault};
use booking_server::{
    InmateList, PasswordCost, create_administrator, reseal, row_fault_text, verify_audit,
};
use booking_store::Store;
use ids::FacilityId;
use protocol::Locale;
use telemetry::clock::unix_now_ms;

use crate::config::Config;
use crate::{keys, service};

/// `openvisit admin`
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The configuration, in TOML.
    #[arg(long = "config", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Add an administrator of all facilities. The temporary password is printed this once.
    CreateAdministrator {
        /// What is typed at sign-in.
        #[arg(long)]
        login: String,
        /// The name.
        #[arg(long)]
        name: String,
    },
    /// Add a facility, and print its id.
    AddFacility {
        /// The name.
        #[arg(long)]
        name: String,
        /// As the IANA database names it.
        #[arg(long, default_value = "Asia/Taipei")]
        time_zone: String,
        /// Where its staff are told about bookings.
        #[arg(long)]
        contact_email: Option<String>,
        /// The number that people can call.
        #[arg(long)]
        contact_telephone: Option<String>,
    },
    /// Bring in a facility's inmates from CSV: number, name, first name.
    ImportInmates {
        /// The facility's id.
        #[arg(long)]
        facility: FacilityId,
        /// The list.
        file: PathBuf,
        /// Tell what would happen, and do nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Sign and seal with new keys. To be followed by a restart of the service, and by `reseal`.
    RotateKeys,
    /// Seal anew, while the service runs, what older keys have sealed.
    Reseal {
        /// Then take the older keys out of the key file. Every process of the service must have been restarted
        /// since the keys were rotated.
        #[arg(long)]
        forget: bool,
    },
    /// Say whether the audit trail is whole.
    VerifyAudit {
        /// How far the logs say that it reached: fewer sealed events mean that its end was cut off.
        #[arg(long, value_name = "POSITION", default_value_t = 0)]
        at_least: u64,
    },
    /// Copy a SQLite store, while the service runs.
    Backup {
        /// The file to be made.
        file: PathBuf,
    },
    /// Put a copy into the place of the SQLite store, while the service is stopped.
    Restore {
        /// The copy.
        file: PathBuf,
        /// Put aside the store that is there.
        #[arg(long)]
        replace: bool,
    },
}

/// Does what was asked.
///
/// # Errors
/// In words for whoever typed it.
pub async fn run(options: Options) -> Result<()> {
    let config = Config::load(options.config.as_deref())?;
    match options.command {
        Command::CreateAdministrator { login, name } => {
            let store = open(&config).await?;
            let cost = PasswordCost::default();
            let password = create_administrator(&store, &name, &login, cost).await?;
            println!("{password}");
            eprintln!("This temporary password is shown once. Sign in with it at /staff.");
            store.close().await;
        }
        Command::AddFacility {
            name,
            time_zone,
            contact_email,
            contact_telephone,
        } => {
            let contact = FacilityContact {
                email: FacilityContact::email(contact_email.as_deref())
                    .context("the contact's address cannot be read")?,
                telephone: FacilityContact::telephone(contact_telephone.as_deref())
                    .context("the contact's number cannot be read")?,
            };
            add_facility(&config, NewFacility { name, time_zone }, contact).await?;
        }
        Command::ImportInmates {
            facility,
            file,
            dry_run,
        } => import_inmates(&config, facility, &file, dry_run).await?,
        Command::RotateKeys => {
            keys::rotate(&config.keys.file, &mut rand::rng())?;
            println!(
                "New keys are made. Please restart the service, which still uses the old ones."
            );
            println!("Then seal anew what they have sealed: openvisit admin reseal");
        }
        Command::Reseal { forget } => seal_anew(&config, forget).await?,
        Command::VerifyAudit { at_least } => verify(&config, at_least).await?,
        Command::Backup { file } => copies::backup(&open(&config).await?, &file).await?,
        Command::Restore { file, replace } => copies::restore(&config, &file, replace).await?,
    }
    Ok(())
}

async fn open(config: &Config) -> Result<Store> {
    Ok(service::Parts::open(config).await?.store)
}

async fn add_facility(
    config: &Config,
    facility: NewFacility,
    contact: FacilityContact,
) -> Result<()> {
    jiff::tz::TimeZone::get(&facility.time_zone).context("the time zone is not known")?;
    let name = facility.name.trim().to_owned();
    if name.is_empty() {
        bail!("a facility has a name");
    }
    let store = open(config).await?;
    let facility = NewFacility { name, ..facility };
    let id = store
        .found_facility(facility, contact, Actor::System, unix_now_ms())
        .await?;
    println!("{id}");
    store.close().await;
    Ok(())
}

async fn import_inmates(
    config: &Config,
    facility: FacilityId,
    file: &std::path::Path,
    dry_run: bool,
) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let store = open(config).await?;
    if store.facility(facility).await?.is_none() {
        bail!("there is no such facility");
    }
    let list = InmateList::read(&bytes);
    let import = Import {
        facility,
        rows: list.rows,
        dry_run,
        by: Actor::System,
        at_ms: unix_now_ms(),
    };
    let imported = store.import_inmates(import).await?;
    let mut bad: Vec<(u64, RowFault)> = list.bad.into_iter().chain(imported.bad).collect();
    bad.sort_by_key(|(line, _)| *line);
    for (line, fault) in &bad {
        println!("line {line}: {}", row_fault_text(*fault, Locale::En));
    }
    println!(
        "{} added, {} changed, {} unchanged, {} lines left out{}",
        imported.added,
        imported.changed,
        imported.unchanged,
        bad.len(),
        if dry_run { " (nothing was done)" } else { "" }
    );
    store.close().await;
    Ok(())
}

async fn seal_anew(config: &Config, forget: bool) -> Result<()> {
    let parts = service::Parts::open(config).await?;
    let done = reseal(&parts.store, &parts.keys.vault).await;
    parts.store.close().await;
    let done = done?;
    println!("{} values are sealed anew.", done.resealed);
    if done.unopened > 0 {
        bail!(
            "{} values open with none of the keys; all keys stay",
            done.unopened
        );
    }
    if forget {
        let forgotten = keys::forget_vault_keys(&config.keys.file, &parts.keys.vault)?;
        println!("{forgotten} older keys are forgotten.");
    }
    Ok(())
}

async fn verify(config: &Config, at_least: u64) -> Result<()> {
    let parts = service::Parts::open(config).await?;
    let found = verify_audit(&parts.store, &parts.keys.vault).await?;
    parts.store.close().await;
    println!(
        "{} events are sealed, {} wait.",
        found.sealed, found.waiting
    );
    if let Some((position, why)) = found.broken {
        bail!("the audit trail is broken at {position}: {}", why.as_str());
    }
    if found.sealed < at_least {
        bail!("the audit trail ends before {at_least}: its end was cut off");
    }
    println!("The audit trail is whole.");
    Ok(())
}
