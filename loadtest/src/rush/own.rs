//! A service of one's own, with a database of its own.

use openvisit::keys::KeyRings;
use postgres_server::{Commit, PostgresServer};

use super::StoreKind;
use crate::{
    door::BaseUrl,
    server::{OwnServer, ServerOptions},
};

/// The service that people rush to.
pub struct Venue<'a> {
    /// Where it is.
    pub base: &'a BaseUrl,
    /// What its pages' addresses begin with.
    pub url: &'a str,
    /// The address of its store.
    pub store: &'a str,
    /// Its keys.
    pub keys: &'a KeyRings,
    /// Its process.
    pub pid: u32,
}

/// The running service.
pub struct OwnVenue {
    server: OwnServer,
    /// Ends with it.
    _database: Option<PostgresServer>,
}

impl OwnVenue {
    /// Starts it.
    ///
    /// # Errors
    /// The service or its database does not start.
    pub async fn start(store: StoreKind) -> anyhow::Result<Self> {
        let database = match store {
            StoreKind::Sqlite => None,
            StoreKind::Postgres => Some(PostgresServer::start(Commit::WaitsForDisk)?),
        };
        let address = match &database {
            None => None,
            Some(server) => Some(server.new_database("rush").await?),
        };
        let options = ServerOptions {
            program: None,
            media_threads: 1,
            rooms: 0,
            store: address,
            log: "error".to_owned(),
        };
        Ok(Self {
            server: OwnServer::start(&options).await?,
            _database: database,
        })
    }

    /// What is to be known of it.
    #[must_use]
    pub fn venue(&self) -> Venue<'_> {
        Venue {
            base: &self.server.base,
            url: &self.server.url,
            store: &self.server.store,
            keys: &self.server.keys,
            pid: self.server.pid,
        }
    }

    /// Asks it to stop, and waits for that.
    ///
    /// # Errors
    /// It does not.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.server.stop().await
    }
}
