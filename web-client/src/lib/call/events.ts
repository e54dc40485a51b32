/** What the call machine asks for, and the bounds that it keeps. */
import {
  VIEW_INTERVAL_MS,
  type By,
  type ClientMessage,
  type EndReason,
  type ErrorCode,
  type IceServer,
  type ReceiveLine,
  type ServerMessage,
  type Visit,
} from '../protocol.generated';

export type Phase =
  | { name: 'connecting' }
  | { name: 'waiting' }
  | { name: 'live' }
  | { name: 'interrupted' }
  | { name: 'idle' }
  | { name: 'ended'; reason: EndReason; by: By; mayReturn: boolean }
  | { name: 'refused'; code: ErrorCode; message: string };

/** What a terminal hears while no visit is open. */
export type Idle = Extract<ServerMessage, { type: 'idle' }>;

export type Effect =
  | { type: 'open_socket' }
  | { type: 'close_socket' }
  | { type: 'send'; message: ClientMessage }
  /** Prepare a connection beside the one in the call, and answer with its offer. */
  | { type: 'new_peer'; peer: number; relays: IceServer[] }
  | { type: 'restart_ice'; peer: number; relays: IceServer[] }
  /** The peer is in the call now; another one that was is not. */
  | { type: 'accept_answer'; peer: number; sdp: string; lines: ReceiveLine[] }
  /** Of one's own encodings, send only those that somebody needs. */
  | { type: 'send_encodings'; active: string[] }
  | { type: 'close_peers' }
  | { type: 'keep_grant'; grant: string; visit: Visit }
  | { type: 'forget_grant' };

/** How long each wait may last before the next remedy, ms. Each is one timer of the machine. */
export const LIMITS_MS = {
  /** From `hello`, or an offer to join with, to any answer. */
  answer: 10_000,
  /** From an ICE restart to its answer: later, and the websocket has gone the way of media. */
  reply: 4_000,
  /** ICE `disconnected` often mends itself. */
  disconnected: 1_500,
  /** From one ICE restart for want of sound to the next: a slow network is not a lost one. */
  stalled: 10_000,
  /** A transport that was closed is most often followed by the word why. */
  lost: 1_000,
  /** From the answer to flowing media. */
  connect: 12_000,
  /** The same where there is a relay, which may be the only way: it is known since the answer. */
  relay: 3_000,
  /** From the first ICE restart in a row to flowing media; each next one has twice as long. */
  restart: 2_000,
  /** From the slot's end to believing that nobody will say so any more. */
  slotEnd: 1_500,
  /** From one word about what is shown to the next. */
  view: VIEW_INTERVAL_MS,
} as const;

/** How many ICE restarts in a row may fail: half a minute's, by their limits. */
export const RESTARTS = 4;

/** Every deadline of the machine. */
export type Timer = keyof typeof LIMITS_MS | 'retry';

/** What passes by itself, or with a new connection. Everything else a person has to mend. */
export const PASSING: readonly ErrorCode[] = ['busy', 'unavailable', 'hello_timeout', 'too_fast'];

/** Ends that a client mends by itself. `replaced` is not one: two windows would fight for ever. */
export const RETURNS: readonly EndReason[] = ['media_failed', 'server_stopping'];
