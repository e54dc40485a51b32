//! The limits of a connection. A client that keeps within them is never cut off by them.

/// The websocket subprotocol that a client asks for.
pub const SUBPROTOCOL: &str = "openvisit.v1";
/// The protocol version in `hello`.
pub const VERSION: u32 = 1;
/// The largest message in either direction, bytes. A larger one closes the connection with 1009.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// The largest session description in an offer, bytes.
pub const OFFER_MAX_BYTES: usize = 32 * 1024;
/// How long after connecting `hello` may take, ms.
pub const HELLO_TIMEOUT_MS: u64 = 10_000;
/// How long a client may be silent, ms. A `ping` is enough.
pub const IDLE_TIMEOUT_MS: u64 = 45_000;
/// How often a client sends `ping`, ms.
pub const PING_INTERVAL_MS: u64 = 10_000;
/// Messages a second that a client may send, on average.
pub const MESSAGES_PER_SECOND: u32 = 10;
/// Messages that a client may send at once.
pub const MESSAGE_BURST: u32 = 40;
/// The most tiles in a `view`: one for each other seat.
pub const VIEW_MAX_TILES: usize = 3;
/// The widest and the tallest tile in a `view`, device pixels.
pub const VIEW_MAX_PIXELS: u16 = 8192;
/// How long a client waits from one `view` to the next, ms.
pub const VIEW_INTERVAL_MS: u64 = 500;
