//! The way to a PostgreSQL server, which can be cut.

use std::path::PathBuf;

use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{UnixListener, UnixStream},
    task::{JoinHandle, JoinSet},
};

/// The name of PostgreSQL's socket.
const SOCKET: &str = ".s.PGSQL.5432";

pub(crate) struct Line {
    to: PathBuf,
    folder: TempDir,
    /// None while it is cut.
    carrying: Option<JoinHandle<()>>,
}

impl Line {
    /// A line to the database at an address, and the address at this end of it.
    pub(crate) fn to(url: &str) -> (Self, String) {
        let (base, host) = url.split_once("?host=").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let near = folder.path().to_string_lossy().replace('/', "%2F");
        let mut line = Self {
            to: PathBuf::from(host.replace("%2F", "/")).join(SOCKET),
            folder,
            carrying: None,
        };
        line.mend();
        (line, format!("{base}?host={near}"))
    }

    /// Every connection is gone, and no new one is made.
    pub(crate) async fn cut(&mut self) {
        if let Some(carrying) = self.carrying.take() {
            carrying.abort();
            // It was told to end, and has.
            drop(carrying.await);
            std::fs::remove_file(self.near()).unwrap();
        }
    }

    pub(crate) fn mend(&mut self) {
        let listener = UnixListener::bind(self.near()).unwrap();
        self.carrying = Some(tokio::spawn(carry(listener, self.to.clone())));
    }

    fn near(&self) -> PathBuf {
        self.folder.path().join(SOCKET)
    }
}

async fn carry(listener: UnixListener, to: PathBuf) {
    let mut connections = JoinSet::new();
    while let Ok((mut near, _)) = listener.accept().await {
        let mut far = UnixStream::connect(&to).await.unwrap();
        connections.spawn(async move {
            // However it ends, the connection has ended.
            drop(copy_bidirectional(&mut near, &mut far).await);
        });
    }
}
