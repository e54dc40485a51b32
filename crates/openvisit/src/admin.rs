//! `openvisit admin`: what an operator does beside the pages of staff.

mod copies;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use booking_domain::{Actor, Facilities, FacilityContact, Import, Inmates, NewFacility, RowFault};
use booking_server::{
    InmateList, PasswordCost, Vault, create_administrator, reseal, row_fault_text, verify_audit,
};
use booking_store::{ServingProcess, Store};
use ids::FacilityId;
use protocol::Locale;
use telemetry::clock::unix_now_ms;

use crate::config::Config;
use crate::parts::{self, OpenStore, Parts};
use crate::{keys, pulse};

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
        /// What it is called in Latin letters, for those who do not read Chinese.
        #[arg(long)]
        latin_name: Option<String>,
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
    /// Bring the store's schema up to date, as the service does when it starts.
    Migrate,
    /// Copy a SQLite store, while the service runs.
    Backup {
        /// The file to be made.
        file: PathBuf,
    },
    /// Put a copy into the place of the SQLite store, also while the service runs.
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
    // What a command does not use, such as the gateways of messages, need not be complete.
    let config = Config::read(options.config.as_deref())?;
    match options.command {
        Command::CreateAdministrator { login, name } => {
            add_administrator(&config, &login, &name).await?;
        }
        Command::AddFacility {
            name,
            time_zone,
            contact_email,
            contact_telephone,
            latin_name,
        } => {
            let contact = FacilityContact {
                email: FacilityContact::email(contact_email.as_deref())
                    .context("the contact's address cannot be read")?,
                telephone: FacilityContact::telephone(contact_telephone.as_deref())
                    .context("the contact's number cannot be read")?,
                latin_name: FacilityContact::latin_name(latin_name.as_deref())
                    .context("the name in Latin letters has other ones")?,
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
        Command::Migrate => migrate(&config).await?,
        Command::Backup { file } => copies::backup(&config, &file).await?,
        Command::Restore { file, replace } => copies::restore(&config, &file, replace).await?,
    }
    Ok(())
}

/// The first administrator is added before the service first starts, or after it: the store and its keys are made
/// here where there are none.
async fn add_administrator(config: &Config, login: &str, name: &str) -> Result<()> {
    let store = if parts::is_there(config).await? {
        OpenStore::existing(config).await?
    } else {
        let parts = Parts::open(config).await?;
        eprintln!(
            "There was no store: a new one is made at {}. Its keys are in {}; keep a copy of both.",
            config.store.shown(),
            config.keys.file.display()
        );
        parts.store
    };
    let added = create_administrator(&store.store, name, login, PasswordCost::default()).await;
    store.close().await;
    println!("{}", added?);
    eprintln!("This temporary password is shown once. Sign in with it at /staff.");
    Ok(())
}

async fn migrate(config: &Config) -> Result<()> {
    if !parts::is_there(config).await? {
        bail!("there is no store at {}", config.store.shown());
    }
    OpenStore::to_serve(config).await?.close().await;
    println!("The schema is up to date.");
    Ok(())
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
    let open = OpenStore::existing(config).await?;
    let facility = NewFacility { name, ..facility };
    let store = &open.store;
    let founded = store.found_facility(facility, contact, Actor::System, unix_now_ms());
    let founded = founded.await;
    open.close().await;
    println!("{}", founded?);
    Ok(())
}

async fn import_inmates(
    config: &Config,
    facility: FacilityId,
    file: &std::path::Path,
    dry_run: bool,
) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let open = OpenStore::existing(config).await?;
    let store = &open.store;
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
    open.close().await;
    if !bad.is_empty() {
        bail!("{} lines were left out", bad.len());
    }
    Ok(())
}

async fn seal_anew(config: &Config, forget: bool) -> Result<()> {
    let Parts { store, keys } = Parts::existing(config).await?;
    let done = seal_all_anew(config, &store.store, &keys.vault, forget).await;
    store.close().await;
    done
}

async fn seal_all_anew(config: &Config, store: &Store, vault: &Vault, forget: bool) -> Result<()> {
    if forget {
        refuse_beside_older_keys(store, vault).await?;
    }
    let done = reseal(store, vault).await?;
    println!("{} values are sealed anew.", done.resealed);
    if done.unopened > 0 {
        bail!(
            "{} values open with none of the keys; all keys stay",
            done.unopened
        );
    }
    if forget {
        // A key that the store does not know any more may still be in the file, but not the other way round.
        store.forget_key_checks(&vault.older_keys()).await?;
        let forgotten = keys::forget_vault_keys(&config.keys.file, vault)?;
        println!("{forgotten} older keys are forgotten.");
    }
    Ok(())
}

/// What a process seals with an older key while everything else is sealed anew would not open any more.
async fn refuse_beside_older_keys(store: &Store, vault: &Vault) -> Result<()> {
    let now_ms = unix_now_ms();
    let since_ms = now_ms.saturating_sub(pulse::GONE_AFTER_MS);
    let serving = store.serving_since(since_ms).await?;
    let older = |process: &&ServingProcess| process.vault_key != vault.current_key();
    if let Some(process) = serving.iter().find(older) {
        bail!(
            "a process of the service was seen {} seconds ago that still seals with an older key; all keys stay. \
             Please restart every process, wait a minute if one was killed, and try again",
            now_ms.saturating_sub(process.seen_at_ms) / 1_000
        );
    }
    Ok(())
}

async fn verify(config: &Config, at_least: u64) -> Result<()> {
    let Parts { store, keys } = Parts::existing(config).await?;
    let found = verify_audit(&store.store, &keys.vault).await;
    store.close().await;
    let found = found?;
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
