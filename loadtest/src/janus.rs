//! Janus, for comparison: the `VideoRoom` of the Debian package under the same load.
//!
//! The same lean clients, media and counters as for our own server; only the way in differs. Janus takes
//! one `PeerConnection` for what a person sends, and offers another for what the person receives: all
//! three others' sound and pictures in one (`VideoRoom`'s multistream subscriptions, since Janus 1.0). So
//! a seat is two lean clients, and the second one has to turn its own offer into an answer.
//!
//! - [`process`]: Janus itself, started with settings of its own and ended with us
//! - [`api`]: its JSON over a websocket
//! - [`rooms`]: a `VideoRoom`, with a way in for those who send and one for those who receive
//! - [`answer`]: an offer made into the answer to another offer (pure)
//! - [`command`]: `loadtest janus`

pub mod answer;
pub mod api;
pub mod command;
pub mod process;
pub mod rooms;
