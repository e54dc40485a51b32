//! `loadtest visits`: visits for a server that runs already.

use std::path::PathBuf;

use clap::Args;
use loadtest::visits;

#[derive(Args)]
pub(crate) struct Visits {
    /// The server's data folder, with its `openvisit.sqlite` and `keys.json`.
    #[arg(long)]
    data: PathBuf,
    /// What links begin with, as the server's `http.public_url` says.
    #[arg(long)]
    url: String,
    /// How many.
    #[arg(long, default_value_t = 1)]
    rooms: usize,
    /// How long they last; they are open now.
    #[arg(long, default_value_t = 60)]
    minutes: u64,
}

impl Visits {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        for visit in visits::add(&self.data, &self.url, self.rooms, self.minutes).await? {
            println!("{}", serde_json::to_string(&visit)?);
        }
        Ok(())
    }
}
