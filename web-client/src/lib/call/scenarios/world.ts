/** A machine, and a world around it in which time passes when told. */
import type { Credential, Joined, ServerMessage, Visit } from '../../protocol.generated';
import type { Effect } from '../events';
import { CallMachine } from '../machine';

export const VISIT: Visit = {
  id: '0190c1e0-0000-7000-8000-000000000000',
  facility: '示範監獄',
  inmate: '王明華',
  opens_at_ms: 1_000_000,
  starts_at_ms: 1_900_000,
  ends_at_ms: 3_700_000,
};
export const LINK: Credential = { kind: 'link', token: 'A'.repeat(32), device_key: 'k'.repeat(22) };
export const GRANT: Credential = { kind: 'grant', grant: 'jwt', device_key: 'k'.repeat(22) };
export const TERMINAL: Credential = { kind: 'terminal', secret: 's'.repeat(43) };
export const JOINED: Joined & { type: 'joined' } = {
  type: 'joined',
  now_ms: 2_000_000,
  answer: 'answer',
  grant: 'jwt',
  seat: 1,
  visit: VISIT,
  lines: [{ seat: 0, audio_mid: '2', video_mid: '3' }],
  ice_servers: [],
};

/** A machine, its clock, and a browser that makes offers as soon as it is asked and keeps grants. */
export class World {
  now = 2_000_000;
  seen: Effect[] = [];
  readonly machine: CallMachine;

  constructor(private credential: Credential) {
    this.machine = new CallMachine({
      credential: () => this.credential,
      terminal: credential.kind === 'terminal',
      locale: () => 'en',
      random: () => 0.5,
    });
  }

  do(happen: (machine: CallMachine, now: number) => void): Effect[] {
    happen(this.machine, this.now);
    const effects: Effect[] = [];
    for (let effect; (effect = this.machine.pollEffect());) {
      effects.push(effect);
      if (effect.type === 'keep_grant') this.credential = GRANT;
      if (effect.type === 'forget_grant') this.credential = LINK;
      if (effect.type === 'new_peer' || effect.type === 'restart_ice') {
        this.machine.offerReady(effect.peer, `offer ${effect.peer}`, this.now);
      }
    }
    this.seen.push(...effects);
    return effects;
  }

  open = (): Effect[] => this.do((machine, now) => machine.socketOpened(now));
  close = (): Effect[] => this.do((machine, now) => machine.socketClosed(now));
  say = (message: ServerMessage): Effect[] =>
    this.do((machine, now) => machine.receive(message, now));
  media = (peer: number, state: Parameters<CallMachine['mediaChanged']>[1]): Effect[] =>
    this.do((machine, now) => machine.mediaChanged(peer, state, now));

  /** Lets time pass, deadline by deadline. */
  pass(ms: number): Effect[] {
    const until = this.now + ms;
    const effects: Effect[] = [];
    for (;;) {
      const at = this.machine.pollTimeout();
      if (at === undefined || at > until) break;
      this.now = Math.max(this.now, at);
      effects.push(...this.do((machine, now) => machine.handleTimeout(now)));
    }
    this.now = until;
    return effects;
  }

  passToNext = (): Effect[] => this.pass((this.machine.pollTimeout() ?? 0) - this.now);

  atTheDoor(): this {
    this.do((machine) => machine.start());
    this.open();
    return this;
  }

  /** A visitor who sees the others. */
  inTheCall(): this {
    this.atTheDoor().say(JOINED);
    this.media(1, 'connected');
    return this;
  }
}

export const types = (effects: Effect[]) => effects.map((effect) => effect.type);
export const sent = (effects: Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'send' ? [effect.message] : []));
