/**
 * The call, as a machine without a socket, a browser or a clock of its own.
 *
 * Methods say what happened, effects what to do about it, in order. After each call of a method, poll the
 * effects until there are none, then the timeout. One place decides when to come back, and when to stop:
 *
 * - Signaling and media live apart: media flows on while the websocket is away, and an ICE restart goes
 *   over a websocket that lives.
 * - An offer belongs to a *peer*, numbered upwards. A new peer is prepared beside the old one, which goes
 *   on showing faces until the answer for the new one is there.
 * - Trouble is met in steps: ICE restarts on the same peer, which cost nothing if media mends itself, then
 *   the whole way in again with the grant, by the schedule of `retry.ts`, for as long as the slot lasts.
 * - The slot's end is known here too, so that the page tells the truth when nobody is left to say it.
 *
 * `now` is a clock of the device that never jumps, in ms. What time it is, the server says (`now_ms`).
 */
import type { MediaState } from '../media/peer';
import {
  VERSION,
  type By,
  type Credential,
  type EndReason,
  type ErrorCode,
  type Hello,
  type IceServer,
  type Joined,
  type Participant,
  type ServerMessage,
  type ViewTile,
  type Visit,
  type Warning,
} from '../protocol.generated';
import { retryDelay } from '../signaling/retry';
import {
  LIMITS_MS,
  PASSING,
  RESTARTS,
  RETURNS,
  type Effect,
  type Idle,
  type Phase,
  type Timer,
} from './events';

export interface MachineOptions {
  /** What to show at the door; asked anew for each attempt. */
  credential: () => Credential;
  /** A terminal sends its offer only when called, and goes back to idling. */
  terminal: boolean;
  locale: () => Hello['locale'];
  /** In [0, 1). */
  random: () => number;
}

export class CallMachine {
  phase: Phase = { name: 'connecting' };
  visit: Visit | null = null;
  /** What a terminal was told while it has no call. */
  idle: Idle | null = null;
  /** When the server last said something that was no refusal, by `now`, ms. */
  heardAt: number | null = null;
  seat: number | null = null;
  participants: Participant[] = [];
  speaking: number | null = null;
  /** Whose pictures one's network cannot carry now. */
  paused: readonly number[] = [];
  /** The slot's end by the server's clock, Unix ms. */
  endsAtMs: number | null = null;
  warning: Warning | null = null;
  /** How much was added to the visit for the time that it lost. */
  timeAddedMs = 0;
  /** The server's clock minus `now`, ms. */
  clockOffsetMs = 0;
  /** What one wants to send, what of it the device has, and what the others were told. */
  sending = { mic: false, camera: false };
  /** How many times coming back was tried since it last worked. */
  attempt = 0;

  private held = { mic: true, camera: true };
  private told = this.sending;
  private tiles: ViewTile[] = [];
  /** What the server knows of the size of each other's picture. */
  private readonly viewed = new Map<number, string>();
  private over = false;
  /** How many ICE restarts have been tried since media flowed. */
  private restarts = 0;
  private flows = false;
  private inCall = false;
  private relays: IceServer[] = [];
  private credential: Credential['kind'] | undefined;
  private socket: 'closed' | 'opening' | 'open' | 'greeted' = 'closed';
  /** The peer whose answer was accepted last, and the one that is being prepared. */
  private peer = 0;
  private next: { peer: number; sdp?: string; sent?: boolean } | undefined;
  private peers = 0;
  private readonly timers = new Map<Timer, number>();
  private readonly effects: Effect[] = [];
  private readonly options: MachineOptions;

  constructor(options: MachineOptions) {
    this.options = options;
  }

  /** Goes to the door: a socket, and for visitors an offer, side by side. */
  start(): void {
    if (this.socket === 'closed') {
      this.socket = 'opening';
      this.emit({ type: 'open_socket' });
    }
    if (!this.options.terminal) this.prepare();
  }

  socketOpened(now: number): void {
    this.socket = 'open';
    this.greet(now);
  }

  socketClosed(now: number): void {
    this.socket = 'closed';
    this.comeBack(now);
  }

  offerReady(peer: number, sdp: string, now: number): void {
    if (this.next?.peer === peer) {
      this.next.sdp = sdp;
      if (this.socket !== 'greeted') return this.greet(now);
      this.next.sent = true;
    } else if (this.peer !== peer || this.socket !== 'greeted') return;
    this.emit({ type: 'send', message: { type: 'offer', sdp } });
    if (this.next) this.arm('answer', now);
  }

  /** A peer that cannot make an offer, or set the answer to it. */
  peerFailed(peer: number, now: number): void {
    if (this.next?.peer === peer) this.next = undefined;
    else if (this.peer !== peer) return;
    this.comeBack(now);
  }

  mediaChanged(peer: number, state: MediaState, now: number): void {
    if (peer !== this.peer || !this.inCall) return;
    this.flows = state === 'connected';
    if (state === 'connected') {
      this.clear('disconnected', 'connect', 'restart', 'lost');
      this.attempt = this.restarts = 0;
      this.phase = { name: 'live' };
    } else if (state === 'disconnected') {
      if (!this.timers.has('restart')) this.arm('disconnected', now);
    } else if (state === 'failed') {
      this.interrupt();
      // Firefox sends nothing over one that failed before it ever flowed, whatever a restart brings.
      if (this.timers.has('connect')) this.comeBack(now);
      else if (!this.timers.has('restart')) this.restartIce(now);
    } else if (state === 'lost' && this.socket === 'greeted' && !this.next) {
      this.arm('lost', now);
    }
  }

  /** No sound has come for a moment, and there was some before: perhaps one's address has changed. */
  soundStalled(now: number): void {
    const others = this.participants.some((each) => each.connected && each.seat !== this.seat);
    if (!this.flows || !others || this.timers.has('stalled')) return;
    this.arm('stalled', now);
    this.restartIce(now);
  }

  /** The browser says that it is online: perhaps by another way than before. */
  networkChanged(now: number): void {
    if (this.over) return;
    if (this.timers.delete('retry')) {
      this.attempt = 0;
      this.next = undefined;
      this.start();
    } else if (this.inCall) this.restartIce(now);
    else if (this.phase.name === 'waiting') this.comeBack(now, 0);
  }

  send(mic: boolean, camera: boolean): void {
    this.sending = { mic, camera };
    this.tell();
  }

  /** What the device has: a telephone call takes the microphone away for as long as it lasts. */
  hold(mic: boolean, camera: boolean): void {
    this.held = { mic, camera };
    this.tell();
  }

  /** How large the others are shown now, all of them that are. */
  look(tiles: ViewTile[], now: number): void {
    this.tiles = tiles;
    this.tellView(now);
  }

  /** Hangs up. */
  leave(): void {
    this.emit({ type: 'send', message: { type: 'leave' } });
    this.end('left', 'you', true);
  }

  /** A terminal has shown the end for long enough. */
  rest(): void {
    if (this.phase.name === 'ended' && !this.over) this.phase = { name: 'idle' };
  }

  receive(message: ServerMessage, now: number): void {
    if (this.over) return;
    if ('now_ms' in message) {
      this.clockOffsetMs = message.now_ms - now;
      this.setEnd(this.endsAtMs);
    }
    if (message.type !== 'error') this.heardAt = now;
    switch (message.type) {
      case 'waiting':
        this.clear('answer');
        this.attempt = 0;
        this.visit = message.visit;
        this.phase = { name: 'waiting' };
        break;
      case 'idle':
        this.clear('answer');
        this.attempt = 0;
        this.idle = message;
        if (this.inCall) this.leaveCall();
        if (this.phase.name !== 'ended') this.phase = { name: 'idle' };
        break;
      case 'call':
        this.clear('answer');
        this.visit = message.visit;
        if (!this.inCall) this.phase = { name: 'connecting' };
        this.next = undefined;
        this.prepare();
        break;
      case 'joined':
        this.joined(message, now);
        break;
      case 'roster':
        this.participants = message.participants;
        break;
      case 'speaking':
        this.speaking = message.seat;
        break;
      case 'encodings':
        this.emit({ type: 'send_encodings', active: message.active });
        break;
      case 'pictures':
        this.paused = message.paused;
        break;
      case 'time':
        this.time(message.given_back_ms ?? 0, message.warning);
        this.setEnd(message.ends_at_ms);
        break;
      case 'ended':
        this.ended(message.reason, message.by, message.may_return, now);
        break;
      case 'error':
        this.error(message.code, message.message, message.retry_after_ms, now);
    }
  }

  /** The earliest deadline. */
  pollTimeout(): number | undefined {
    return this.timers.size === 0 ? undefined : Math.min(...this.timers.values());
  }

  handleTimeout(now: number): void {
    for (const [timer, at] of [...this.timers]) {
      if (at > now || !this.timers.delete(timer)) continue;
      if (timer === 'retry') this.start();
      else if (timer === 'view') this.tellView(now);
      else if (timer === 'stalled') continue;
      else if (timer === 'slotEnd') this.end('slot_ended', 'system', false);
      else if (
        timer === 'disconnected' ||
        timer === 'connect' ||
        (timer === 'restart' && this.restarts < RESTARTS)
      ) {
        this.interrupt();
        this.restartIce(now);
      } else this.comeBack(now);
    }
  }

  pollEffect(): Effect | undefined {
    return this.effects.shift();
  }

  private time(addedMs: number, warning: Warning | undefined): void {
    // With another end its warnings come anew.
    if (addedMs !== this.timeAddedMs) this.warning = null;
    this.timeAddedMs = addedMs;
    this.warning = warning ?? this.warning;
  }

  private prepare(): void {
    if (this.next) return;
    this.next = { peer: ++this.peers };
    this.emit({ type: 'new_peer', peer: this.peers, relays: this.relays });
  }

  private greet(now: number): void {
    const offer = this.next?.sdp;
    const { credential, locale, terminal } = this.options;
    if (this.socket !== 'open' || (!terminal && offer === undefined)) return;
    this.socket = 'greeted';
    this.told = this.sent();
    const shown = credential();
    this.credential = shown.kind;
    const hello: Hello = { version: VERSION, credential: shown, locale: locale(), ...this.told };
    if (this.next && offer !== undefined && !terminal) {
      hello.offer = offer;
      this.next.sent = true;
    }
    this.emit({ type: 'send', message: { type: 'hello', ...hello } });
    this.arm('answer', now);
  }

  private joined(joined: Joined, now: number): void {
    this.clear('answer', 'reply');
    const fresh = this.next?.sent ? this.next.peer : undefined;
    if (fresh !== undefined) {
      this.peer = fresh;
      this.next = undefined;
      this.flows = false;
      this.paused = [];
      this.viewed.clear();
      this.restarts = 0;
      this.clear('disconnected', 'lost', 'restart', 'view');
      this.timers.set('connect', now + LIMITS_MS[joined.ice_servers[0] ? 'relay' : 'connect']);
    }
    this.inCall = true;
    this.visit = joined.visit;
    this.seat = joined.seat;
    this.relays = joined.ice_servers;
    this.setEnd(joined.visit.ends_at_ms);
    if (joined.grant !== undefined) {
      this.emit({ type: 'keep_grant', grant: joined.grant, visit: joined.visit });
    }
    const { answer: sdp, lines } = joined;
    this.emit({ type: 'accept_answer', peer: this.peer, sdp, lines });
    this.tell();
    this.tellView(now);
  }

  private interrupt(): void {
    if (this.phase.name === 'live' && !this.flows) this.phase = { name: 'interrupted' };
  }

  private restartIce(now: number): void {
    this.clear('disconnected', 'connect');
    if (this.socket !== 'greeted' || this.next) return;
    // One at a time: the answer to another offer would not fit.
    if (!this.timers.has('reply')) {
      this.arm('reply', now);
      this.emit({ type: 'restart_ice', peer: this.peer, relays: this.relays });
    }
    if (!this.flows) this.timers.set('restart', now + LIMITS_MS.restart * 2 ** this.restarts++);
  }

  /** Tells the others what is sent, once one is in the call and whenever it is not what they were told. */
  private tell(): void {
    const { mic, camera } = this.sent();
    if (this.socket !== 'greeted' || !this.inCall) return;
    if (mic === this.told.mic && camera === this.told.camera) return;
    this.told = { mic, camera };
    this.emit({ type: 'send', message: { type: 'media', mic, camera } });
  }

  private sent(): { mic: boolean; camera: boolean } {
    const { sending, held } = this;
    return { mic: sending.mic && held.mic, camera: sending.camera && held.camera };
  }

  /** Says what has changed of the others' sizes, once and again after a while. */
  private tellView(now: number): void {
    if (this.socket !== 'greeted' || !this.inCall || this.timers.has('view')) return;
    const size = ({ width, height }: ViewTile): string => `${width}×${height}`;
    const tiles = this.tiles.filter((each) => this.viewed.get(each.seat) !== size(each));
    if (tiles.length === 0) return;
    for (const each of tiles) this.viewed.set(each.seat, size(each));
    this.emit({ type: 'send', message: { type: 'view', tiles } });
    this.arm('view', now);
  }

  private ended(reason: EndReason, by: By, mayReturn: boolean, now: number): void {
    if (!RETURNS.includes(reason)) return this.end(reason, by, mayReturn);
    this.flows = false;
    this.interrupt();
    // A terminal is called anew over the connection that it has.
    if (reason === 'media_failed' && this.options.terminal) this.arm('answer', now);
    else this.comeBack(now);
  }

  private error(
    code: ErrorCode,
    message: string,
    retryAfterMs: number | undefined,
    now: number,
  ): void {
    this.clear('answer', 'reply');
    if (code.startsWith('grant')) this.emit({ type: 'forget_grant' });
    if (PASSING.includes(code)) return this.comeBack(now, retryAfterMs);
    // The link that the grant came from is asked instead.
    if (code === 'grant_not_valid' && this.credential === 'grant') return this.comeBack(now, 0);
    if (code === 'grant_over') return this.end('slot_ended', 'system', false);
    // An ICE restart that the server cannot answer: a new connection is the way.
    if (code === 'offer_not_usable' && this.inCall && !this.next) return this.comeBack(now);
    this.phase = { name: 'refused', code, message };
    this.stop();
  }

  /** Comes back with a new connection, by the schedule and not before `notBeforeMs`. */
  private comeBack(now: number, notBeforeMs?: number): void {
    if (this.over) return;
    if (this.endsAtMs !== null && now + this.clockOffsetMs >= this.endsAtMs) {
      return this.end('slot_ended', 'system', false);
    }
    this.interrupt();
    this.closeSocket();
    // An offer whose answer may have been lost is not used again: the server may have taken it.
    if (this.next?.sent) this.next = undefined;
    this.clear('answer', 'reply', 'disconnected', 'lost', 'connect', 'restart');
    const delay = retryDelay(this.attempt, this.options.random(), notBeforeMs);
    this.attempt += 1;
    this.timers.set('retry', now + delay);
  }

  private setEnd(endsAtMs: number | null): void {
    this.endsAtMs = endsAtMs;
    if (endsAtMs === null) return;
    this.timers.set('slotEnd', endsAtMs - this.clockOffsetMs + LIMITS_MS.slotEnd);
  }

  private end(reason: EndReason, by: By, mayReturn: boolean): void {
    // A terminal stays connected and hears what is next, unless another window has its place.
    const goesOn = this.options.terminal && reason !== 'replaced';
    if (goesOn && !this.inCall) return;
    this.phase = { name: 'ended', reason, by, mayReturn };
    if (!goesOn) return this.stop();
    this.leaveCall();
    this.start();
  }

  private leaveCall(): void {
    this.emit({ type: 'close_peers' });
    this.timers.clear();
    this.next = undefined;
    this.inCall = false;
    this.flows = false;
    this.endsAtMs = this.speaking = this.warning = null;
    this.timeAddedMs = 0;
    this.paused = [];
    this.relays = [];
  }

  /** Nothing more is awaited. */
  private stop(): void {
    this.over = true;
    this.leaveCall();
    this.closeSocket();
  }

  private closeSocket(): void {
    if (this.socket !== 'closed') this.emit({ type: 'close_socket' });
    this.socket = 'closed';
  }

  private clear(...timers: Timer[]): void {
    for (const timer of timers) this.timers.delete(timer);
  }

  private arm(timer: keyof typeof LIMITS_MS, now: number): void {
    this.timers.set(timer, now + LIMITS_MS[timer]);
  }

  private emit(effect: Effect): void {
    this.effects.push(effect);
  }
}
