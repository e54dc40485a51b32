// Made from crates/protocol by `cargo xtask codegen`. Do not edit.

export const SUBPROTOCOL = "openvisit.v1";
export const VERSION = 1;
export const MAX_MESSAGE_BYTES = 65536;
export const OFFER_MAX_BYTES = 32768;
export const HELLO_TIMEOUT_MS = 10000;
export const IDLE_TIMEOUT_MS = 45000;
export const PING_INTERVAL_MS = 10000;
export const MESSAGES_PER_SECOND = 10;
export const MESSAGE_BURST = 40;
export const VIEW_MAX_TILES = 3;
export const VIEW_MAX_PIXELS = 8192;
export const VIEW_INTERVAL_MS = 500;

/**
 * A message from a client.
 */
export type ClientMessage = { "type": "hello" } & Hello | { "type": "offer", 
/**
 * The session description (RFC 8866).
 */
sdp: string, } | { "type": "media", 
/**
 * The microphone is on.
 */
mic: boolean, 
/**
 * The camera is on.
 */
camera: boolean, } | { "type": "view", 
/**
 * At most [`crate::VIEW_MAX_TILES`]; a seat that is not named keeps what was said last.
 */
tiles: Array<ViewTile>, } | { "type": "leave", } | { "type": "ping", 
/**
 * Comes back in `pong`.
 */
id: number, };

/**
 * The first message.
 */
export type Hello = { 
/**
 * [`crate::VERSION`].
 */
version: number, 
/**
 * What lets one in.
 */
credential: Credential, 
/**
 * The session description to join with. Visitors send it at once, and it is answered when the
 * window opens; a terminal sends none.
 */
offer?: string, 
/**
 * The language of the person, for the `message` of errors.
 */
locale: Locale, 
/**
 * The microphone is on.
 */
mic: boolean, 
/**
 * The camera is on.
 */
camera: boolean, };

/**
 * How large another seat's picture is shown. 0 × 0: it is not.
 */
export type ViewTile = { 
/**
 * Whose picture.
 */
seat: number, 
/**
 * Device pixels, at most [`crate::VIEW_MAX_PIXELS`].
 */
width: number, 
/**
 * Device pixels, at most [`crate::VIEW_MAX_PIXELS`].
 */
height: number, };

/**
 * What lets a client in. `Debug` shows its kind alone, so that no log opens a door.
 */
export type Credential = { "kind": "link", 
/**
 * The part of the link behind `#`.
 */
token: string, 
/**
 * 22 base64url characters (128 random bits) that the device made and keeps, so that the same
 * device may ask again when the first answer was lost.
 */
device_key: string, } | { "kind": "grant", 
/**
 * The JWT from `joined`.
 */
grant: string, 
/**
 * The key that the device used with its link: a grant is of no use on any other device.
 */
device_key: string, } | { "kind": "terminal", 
/**
 * The secret that the terminal was paired with.
 */
secret: string, } | { "kind": "test", 
/**
 * The JWT that the person got for it.
 */
pass: string, };

/**
 * A language of the service.
 */
export type Locale = "zh-TW" | "en" | "vi" | "id" | "th";

/**
 * A message from the server.
 */
export type ServerMessage = { "type": "waiting", 
/**
 * The server's clock.
 */
now_ms: number, 
/**
 * The visit that one waits for.
 */
visit: Visit, } | { "type": "idle", 
/**
 * The server's clock.
 */
now_ms: number, 
/**
 * The facility's name.
 */
facility: string, 
/**
 * The terminal's name.
 */
terminal: string, 
/**
 * The rest of today's visits here, in order.
 */
visits: Array<ScheduledVisit>, 
/**
 * Which build of the pages the service has. A terminal that hears of another one than before
 * loads itself anew once no visit is near.
 */
build?: string, } | { "type": "call", 
/**
 * The server's clock.
 */
now_ms: number, 
/**
 * The visit.
 */
visit: Visit, } | { "type": "joined" } & Joined | { "type": "testing" } & Testing | { "type": "roster", 
/**
 * All seats of the party and the inmate, in order.
 */
participants: Array<Participant>, } | { "type": "speaking", 
/**
 * The seat.
 */
seat: number | null, } | { "type": "encodings", 
/**
 * Their rids, as in the client's offer (RFC 8851); empty: nobody looks at the picture.
 */
active: Array<string>, } | { "type": "pictures", 
/**
 * The seats.
 */
paused: Array<number>, } | { "type": "time", 
/**
 * The server's clock.
 */
now_ms: number, 
/**
 * When the slot ends.
 */
ends_at_ms: number, 
/**
 * The length left.
 */
remaining_ms: number, 
/**
 * How much of that was added for the time that the visit lost, in all.
 */
given_back_ms?: number, 
/**
 * A warning that is due now.
 */
warning?: Warning, } | { "type": "ended", 
/**
 * Why.
 */
reason: EndReason, 
/**
 * Who.
 */
by: By, 
/**
 * Whether the same device may come back with its grant as things stand.
 */
may_return: boolean, } | { "type": "error", 
/**
 * What programs rely on.
 */
code: ErrorCode, 
/**
 * What people read, in the language of `hello`.
 */
message: string, 
/**
 * When to try again; absent when trying again does not help.
 */
retry_after_ms?: number, } | { "type": "pong", 
/**
 * As in `ping`.
 */
id: number, 
/**
 * The server's clock.
 */
now_ms: number, };

/**
 * The visit, as its participants may know it.
 */
export type Visit = { 
/**
 * The visit's id, for the helpline.
 */
id: string, 
/**
 * The facility's name.
 */
facility: string, 
/**
 * The inmate's name.
 */
inmate: string, 
/**
 * From when one may join.
 */
opens_at_ms: number, 
/**
 * The agreed minute.
 */
starts_at_ms: number, 
/**
 * The slot's end.
 */
ends_at_ms: number, };

/**
 * A visit on a terminal's idle page: no more than passers-by may read.
 */
export type ScheduledVisit = { 
/**
 * The agreed minute.
 */
starts_at_ms: number, 
/**
 * The slot's end.
 */
ends_at_ms: number, 
/**
 * The inmate's name without the family name.
 */
first_name: string, };

/**
 * One is in the call. `Debug` leaves out the grant and the description.
 */
export type Joined = { 
/**
 * The server's clock.
 */
now_ms: number, 
/**
 * The session description that answers the offer.
 */
answer: string, 
/**
 * With this the device comes back until the slot ends. Absent for terminals, which come back
 * with their secret, and after an ICE restart.
 */
grant?: string, 
/**
 * One's own seat.
 */
seat: number, 
/**
 * The visit.
 */
visit: Visit, 
/**
 * Which receive lines of the offer carry whom, for the whole call.
 */
lines: Array<ReceiveLine>, 
/**
 * Relays to try when no direct way is found.
 */
ice_servers: Array<IceServer>, };

/**
 * A phone's test is answered. `Debug` leaves out the description.
 */
export type Testing = { 
/**
 * The server's clock.
 */
now_ms: number, 
/**
 * The session description that answers the offer.
 */
answer: string, 
/**
 * When the server ends the test.
 */
ends_at_ms: number, 
/**
 * Relays to try when no direct way is found.
 */
ice_servers: Array<IceServer>, };

/**
 * The receive lines of one other seat.
 */
export type ReceiveLine = { 
/**
 * Whose media.
 */
seat: number, 
/**
 * The `mid` of the line that carries the sound, if the offer had one left.
 */
audio_mid?: string, 
/**
 * The `mid` of the line that carries the picture, if the offer had one left.
 */
video_mid?: string, };

/**
 * A STUN or TURN server (RFC 8489, RFC 8656).
 */
export type IceServer = { 
/**
 * As in `RTCIceServer.urls`.
 */
urls: Array<string>, 
/**
 * The time-limited user name.
 */
username?: string, 
/**
 * The password.
 */
credential?: string, };

/**
 * One place of the visit, taken or not.
 */
export type Participant = { 
/**
 * The seat; 0 is the inmate's.
 */
seat: number, 
/**
 * The person's name.
 */
name: string, 
/**
 * The person's client is there and media flows.
 */
connected: boolean, 
/**
 * The microphone is on.
 */
mic: boolean, 
/**
 * The camera is on.
 */
camera: boolean, };

/**
 * Why a request was not met. `docs/protocol.md` says for each what a client does next.
 */
export type ErrorCode = "bad_message" | "version_unsupported" | "hello_expected" | "hello_timeout" | "too_fast" | "offer_not_usable" | "link_incomplete" | "link_damaged" | "link_unrecognised" | "link_over" | "link_withdrawn" | "link_without_visit" | "visit_flagged" | "link_used" | "grant_not_valid" | "grant_over" | "grant_superseded" | "terminal_not_known" | "test_not_valid" | "busy" | "unavailable";

/**
 * Why a call ended for a participant.
 */
export type EndReason = "slot_ended" | "left" | "replaced" | "link_reissued" | "terminated" | "cancelled" | "flagged" | "media_failed" | "server_stopping";

/**
 * Who ended a call.
 */
export type By = "you" | "officer" | "system";

/**
 * How close the end is.
 */
export type Warning = "five_minutes" | "one_minute";
