//! A `VideoRoom`, and the ways in: one for what a person sends, one for what the person receives.

use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::{sync::watch, time::timeout};

use super::{
    answer::{active, to_offer, without_extensions},
    api::{Handle, Session},
};
use crate::{
    crowd::{Guest, Host},
    entrance::Entrance,
    lean::sdp::Shape,
    run::Plan,
};

const PLUGIN: &str = "janus.plugin.videoroom";
/// How long the others may take to publish.
const PATIENCE: Duration = Duration::from_secs(30);

/// The shape of a subscription: nothing is sent, three others are received.
const RECEIVING: Shape = Shape {
    layers: 0,
    sound: false,
    receive_pairs: 3,
    red: false,
};
/// The shape of a publication: one layer and sound.
const SENDING: Shape = Shape {
    layers: 1,
    sound: true,
    receive_pairs: 0,
    red: false,
};

/// `VideoRoom`s, nobody in them. Each seat takes two guests: one who publishes and one who subscribes to
/// the others, as soon as all of them have published.
#[derive(Debug)]
pub struct Rooms {
    session: Session,
    participants: usize,
    /// How many have published, by rooms.
    published: Vec<watch::Sender<usize>>,
}

impl Rooms {
    /// Creates as many as the plan has.
    ///
    /// # Errors
    /// When Janus refuses.
    pub async fn create(session: &Session, plan: &Plan) -> anyhow::Result<Self> {
        for room in 0..plan.rooms {
            create(session, room_id(room)).await?;
        }
        Ok(Self {
            session: session.clone(),
            participants: plan.participants,
            published: (0..plan.rooms).map(|_| watch::Sender::new(0)).collect(),
        })
    }
}

impl Host for Rooms {
    fn guests(&self, room: usize, seat: usize) -> Vec<Guest> {
        let Some(published) = self.published.get(room) else {
            return Vec::new();
        };
        let id = room_id(room);
        let publishing = Publishing {
            session: self.session.clone(),
            room: id,
            feed: feed_id(seat),
            published: published.clone(),
            handle: None,
        };
        let others = (0..self.participants).filter(|other| *other != seat);
        let subscribing = Subscribing {
            session: self.session.clone(),
            room: id,
            feeds: others.map(feed_id).collect(),
            published: published.subscribe(),
            participants: self.participants,
            handle: None,
        };
        vec![
            Guest {
                entrance: Box::new(publishing),
                shape: SENDING,
                sends: true,
            },
            Guest {
                entrance: Box::new(subscribing),
                shape: RECEIVING,
                sends: false,
            },
        ]
    }

    fn guests_a_participant(&self) -> usize {
        2
    }
}

fn room_id(room: usize) -> u64 {
    room as u64 + 1
}

fn feed_id(seat: usize) -> u64 {
    seat as u64 + 1
}

/// VP8 and Opus as they come, without a limit on the bitrate, with transport-wide feedback to whoever
/// sends, as our server gives it.
async fn create(session: &Session, room: u64) -> anyhow::Result<()> {
    let handle = session.attach(PLUGIN).await?;
    let request = json!({
        "request": "create",
        "room": room,
        "publishers": 4,
        "bitrate": 0,
        "fir_freq": 0,
        "audiocodec": "opus",
        "videocodec": "vp8",
        "audiolevel_ext": true,
        "audiolevel_event": false,
        "videoorient_ext": false,
        "playoutdelay_ext": false,
        "transport_wide_cc_ext": true,
        "notify_joining": false,
        "record": false,
    });
    handle.say(request, None).await?;
    handle.detach().await
}

/// The way in for what a person sends.
#[derive(Debug)]
struct Publishing {
    session: Session,
    room: u64,
    /// Names the person in the room.
    feed: u64,
    published: watch::Sender<usize>,
    handle: Option<Handle>,
}

/// The way in for what a person receives of others, who send already.
#[derive(Debug)]
struct Subscribing {
    session: Session,
    room: u64,
    feeds: Vec<u64>,
    published: watch::Receiver<usize>,
    participants: usize,
    handle: Option<Handle>,
}

#[async_trait]
impl Entrance for Publishing {
    async fn enter(&mut self, offer: String) -> anyhow::Result<String> {
        let handle = self.session.attach(PLUGIN).await?;
        let join = json!({
            "request": "join",
            "ptype": "publisher",
            "room": self.room,
            "id": self.feed,
        });
        handle.say(join, None).await?;
        let publish = json!({ "request": "publish" });
        let offer = active(&offer);
        let published = handle.say(publish, Some(("offer", &offer))).await?;
        self.handle = Some(handle);
        published.sdp.context("Janus gave no answer")
    }

    async fn stay(&mut self, leave: watch::Receiver<bool>) -> anyhow::Result<()> {
        let handle = self.handle.as_ref().context("not in")?;
        handle.up().await?;
        self.published.send_modify(|count| *count += 1);
        stay(leave).await
    }

    async fn leave(&mut self) -> anyhow::Result<()> {
        give_up(&mut self.handle).await
    }
}

#[async_trait]
impl Entrance for Subscribing {
    async fn enter(&mut self, offer: String) -> anyhow::Result<String> {
        let all = self.participants;
        let everybody = self.published.wait_for(|count| *count >= all);
        timeout(PATIENCE, everybody)
            .await
            .context("the others have not published in time")??;
        let handle = self.session.attach(PLUGIN).await?;
        let streams: Vec<Value> = self
            .feeds
            .iter()
            .map(|feed| json!({ "feed": feed }))
            .collect();
        let join = json!({
            "request": "join",
            "ptype": "subscriber",
            "room": self.room,
            "streams": streams,
        });
        let attached = handle.say(join, None).await?;
        let theirs = attached.sdp.context("Janus made no offer")?;
        let answer = to_offer(&theirs, &offer)?;
        let start = json!({ "request": "start", "room": self.room });
        handle.say(start, Some(("answer", &answer))).await?;
        self.handle = Some(handle);
        Ok(without_extensions(&theirs))
    }

    async fn stay(&mut self, leave: watch::Receiver<bool>) -> anyhow::Result<()> {
        stay(leave).await
    }

    async fn leave(&mut self) -> anyhow::Result<()> {
        give_up(&mut self.handle).await
    }
}

/// Janus has no word for the end of a call; whoever could tell us to leave being gone is the end as well.
async fn stay(mut leave: watch::Receiver<bool>) -> anyhow::Result<()> {
    let _gone = leave.wait_for(|leave| *leave).await;
    Ok(())
}

async fn give_up(handle: &mut Option<Handle>) -> anyhow::Result<()> {
    match handle.take() {
        Some(handle) => handle.detach().await,
        None => Ok(()),
    }
}
