//! Synthetic participants that join through the real door.
//!
//! A participant is a client like any other: it opens the websocket, says `hello` with a real link or a
//! terminal's secret, offers, and sends and receives real media. Nothing of the SFU's own transport is
//! used here, so that the two ends never share a bug. There are two kinds: bots, whose `PeerConnection` is
//! `webrtc`'s, and lean clients, which cost so little that two cores can load a server of one.
//!
//! What is sent and what came (pure: time is an argument):
//! - [`clip`]: the moving pictures and voices that are sent, made beforehand; [`player`] turns them into RTP
//! - [`synthetic`]: made-up media of an exact shape; [`media`]: either of them
//! - [`tally`], [`continuity`], [`freezes`], [`playout`], [`vp8`]: what arrived, as a decoder would see it
//! - [`latency`], [`peak`]: how long packets are on the way; how often something happens within a second
//! - [`histogram`], [`figures`], [`html`], [`report`]: what is told at the end
//!
//! Ways in:
//! - [`door`]: the websocket and its messages; [`entrance`]: whatever takes an offer and gives an answer
//! - [`server`]: a server process of one's own and its keys; [`visits`]: visits to join; [`metrics`]: what it says of itself
//!
//! Bots:
//! - [`peer`]: the `PeerConnection`; [`call`]: its call: publishing, receiving, counting
//! - [`bot`]: a participant's life, from the first hello to the last ended; [`bots_load`]: a load of them
//!
//! Loads:
//! - [`lean`]: the lean client; [`crowd`]: many of them; [`performer`]: what they send
//! - [`process`], [`observer`]: what it takes, second by second; [`run`]: from the first join to the figures
//! - [`janus`]: Janus under the same load, for comparison
//! - [`churn`]: joins and leaves without end; [`burst`]: many at once; [`ramp`]: ever more rooms; [`flood`]: strangers
//! - [`rush`]: thousands who want a seat at the moment at which a day opens for booking
//! - [`relay`], [`routes`]: a bad network between clients and a server

pub mod bot;
pub mod bots_load;
pub mod burst;
pub mod call;
pub mod churn;
pub mod clip;
pub mod continuity;
pub mod crowd;
pub mod door;
pub mod entrance;
pub mod figures;
pub mod flood;
pub mod freezes;
pub mod histogram;
pub mod html;
pub mod janus;
pub mod latency;
pub mod lean;
pub mod media;
pub mod metrics;
pub mod observer;
pub mod peak;
pub mod peer;
pub mod performer;
pub mod player;
pub mod playout;
pub mod process;
pub mod ramp;
pub mod relay;
pub mod report;
pub mod routes;
pub mod run;
pub mod rush;
pub mod server;
pub mod synthetic;
pub mod tally;
pub mod visits;
pub mod vp8;
