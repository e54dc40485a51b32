/**
 * A test of whether a call would hold, as a machine without a socket, a browser or a clock of its own: the way in of
 * a call, alone and with a pass, then some seconds of sending. Poll the effects after each method, then the timeout.
 *
 * A way to the service is looked for as in a call (`call/machine.ts`): directly first, then by the relay that the
 * answer names.
 */
import { LIMITS_MS } from '../call/events';
import type { MediaState } from '../media/peer';
import {
  VERSION,
  type ClientMessage,
  type ErrorCode,
  type Hello,
  type IceServer,
  type ServerMessage,
} from '../protocol.generated';
import { judge, type Measured, type Verdict } from './verdict';

/** What comes of it: a verdict, or why there is none. */
export type Outcome = Verdict | 'busy' | 'unsupported';

/** What comes of one connection: or that it takes another one, which knows these relays from its beginning. */
export type Ending = Outcome | { relays: IceServer[] };

export type Effect =
  | { type: 'send'; message: ClientMessage }
  | { type: 'accept_answer'; sdp: string }
  | { type: 'restart_ice'; relays: IceServer[] }
  /** Read the statistics, and bring them to `measured`. */
  | { type: 'measure' }
  /** It is over: close everything. */
  | { type: 'finish'; ending: Ending };

export const TEST_MS = {
  /** From the start to flowing media, on all connections together. A person who waits wants to know. */
  connect: 40_000,
  /** How long is sent before it is judged: several of the service's reports, each a second or so apart. */
  send: 8_000,
} as const;

/** How many connections may fail, one after the other, before they flow. Each takes a pass of its own. */
const CONNECTIONS = 3;

type Timer = 'connect' | 'restart' | 'send';

const LATER: readonly ErrorCode[] = ['busy', 'unavailable', 'too_fast', 'hello_timeout'];

export class TestMachine {
  private offer: string | undefined;
  private socket: 'opening' | 'open' | 'greeted' = 'opening';
  private answered = false;
  private asking = false;
  private restarts = 0;
  private relays: IceServer[] = [];
  private over = false;
  private readonly timers = new Map<Timer, number>();
  private readonly effects: Effect[] = [];

  constructor(
    private readonly pass: string,
    private readonly locale: Hello['locale'],
    /** How many connections of this test have failed before this one. */
    private readonly failed: number,
    /** When the first of them began, as `steadyNow` counts. */
    startedAt: number,
  ) {
    this.timers.set('connect', startedAt + TEST_MS.connect);
  }

  socketOpened(): void {
    this.socket = 'open';
    this.greet();
  }

  socketClosed(): void {
    this.finish('no_connection');
  }

  offerReady(sdp: string): void {
    if (this.socket === 'greeted') {
      this.emit({ type: 'send', message: { type: 'offer', sdp } });
    } else {
      this.offer = sdp;
      this.greet();
    }
  }

  /** The browser cannot make an offer, or set the answer to it. */
  peerFailed(): void {
    this.finish('unsupported');
  }

  receive(message: ServerMessage, now: number): void {
    switch (message.type) {
      case 'testing':
        this.asking = false;
        this.relays = message.ice_servers;
        this.emit({ type: 'accept_answer', sdp: message.answer });
        if (!this.answered) {
          const wait = LIMITS_MS[this.relays.length > 0 ? 'relay' : 'connect'];
          this.timers.set('restart', now + wait);
        }
        this.answered = true;
        break;
      case 'error':
        if (message.code === 'offer_not_usable') this.finish('unsupported');
        else this.finish(LATER.includes(message.code) ? 'busy' : 'no_connection');
        break;
      case 'ended':
        this.finish(message.reason === 'server_stopping' ? 'busy' : 'no_connection');
        break;
    }
  }

  mediaChanged(state: MediaState, now: number): void {
    if (state === 'connected') {
      this.timers.delete('connect');
      this.timers.delete('restart');
      if (!this.timers.has('send')) this.timers.set('send', now + TEST_MS.send);
    } else if (state === 'lost' || state === 'failed') {
      // As in a call: Firefox sends nothing over one that failed before it ever flowed, whatever a restart brings.
      const another = !this.timers.has('send') && this.failed + 1 < CONNECTIONS;
      this.finish(another ? { relays: this.relays } : 'no_connection');
    }
  }

  measured(statistics: Measured): void {
    this.finish(judge(statistics));
  }

  pollTimeout(): number | undefined {
    return this.timers.size === 0 ? undefined : Math.min(...this.timers.values());
  }

  handleTimeout(now: number): void {
    for (const [timer, at] of [...this.timers]) {
      if (at > now || !this.timers.delete(timer)) continue;
      if (timer === 'send') this.emit({ type: 'measure' });
      else if (timer === 'restart') this.restart(now);
      else this.finish('no_connection');
    }
  }

  pollEffect(): Effect | undefined {
    return this.effects.shift();
  }

  private greet(): void {
    if (this.socket !== 'open' || this.offer === undefined) return;
    this.socket = 'greeted';
    const hello: Hello = {
      version: VERSION,
      credential: { kind: 'test', pass: this.pass },
      offer: this.offer,
      locale: this.locale,
      mic: true,
      camera: true,
    };
    this.emit({ type: 'send', message: { type: 'hello', ...hello } });
  }

  /** Looks for another way. One offer at a time: the next only after the answer. */
  private restart(now: number): void {
    this.timers.set('restart', now + LIMITS_MS.restart * 2 ** this.restarts++);
    if (this.asking) return;
    this.asking = true;
    this.emit({ type: 'restart_ice', relays: this.relays });
  }

  private finish(ending: Ending): void {
    if (this.over) return;
    this.over = true;
    this.timers.clear();
    this.effects.push({ type: 'finish', ending });
  }

  private emit(effect: Effect): void {
    if (!this.over) this.effects.push(effect);
  }
}
