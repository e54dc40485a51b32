import { beforeEach, describe, expect, test } from 'vitest';
import type { Credential, Joined, ServerMessage, ViewTile, Visit } from '../protocol.generated';
import { LIMITS_MS, type Effect } from './events';
import { CallMachine } from './machine';

const VISIT: Visit = {
  id: '0190c1e0-0000-7000-8000-000000000000',
  facility: '示範監獄',
  inmate: '王明華',
  opens_at_ms: 1_000_000,
  starts_at_ms: 1_900_000,
  ends_at_ms: 3_700_000,
};
const LINK: Credential = { kind: 'link', token: 'A'.repeat(32), device_key: 'k'.repeat(22) };
const GRANT: Credential = { kind: 'grant', grant: 'jwt', device_key: 'k'.repeat(22) };
const TERMINAL: Credential = { kind: 'terminal', secret: 's'.repeat(43) };
const JOINED: Joined & { type: 'joined' } = {
  type: 'joined',
  now_ms: 2_000_000,
  answer: 'answer',
  grant: 'jwt',
  seat: 1,
  visit: VISIT,
  lines: [{ seat: 0, audio_mid: '2', video_mid: '3' }],
  ice_servers: [],
};
const IDLE: ServerMessage = {
  type: 'idle',
  now_ms: 2_000_000,
  facility: '示範監獄',
  terminal: '一號',
  visits: [],
};
const CALL: ServerMessage = { type: 'call', now_ms: 2_000_000, visit: VISIT };

/** A machine, its clock, and a browser that makes offers as soon as it is asked and keeps grants. */
class World {
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

const types = (effects: Effect[]) => effects.map((effect) => effect.type);
const sent = (effects: Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'send' ? [effect.message] : []));

let world: World;
beforeEach(() => (world = new World(LINK)));

describe('the way in', () => {
  test('a visitor opens the socket and prepares the offer side by side, and says hello once', () => {
    expect(types(world.do((machine) => machine.start()))).toEqual(['open_socket', 'new_peer']);
    expect(sent(world.open())).toEqual([
      {
        type: 'hello',
        version: 1,
        credential: LINK,
        locale: 'en',
        mic: false,
        camera: false,
        offer: 'offer 1',
      },
    ]);
  });

  test('one is in the call when media flows, and the grant opens the door from then on', () => {
    world.atTheDoor().say(JOINED);
    expect(world.machine.phase.name).toBe('connecting');
    world.media(1, 'connected');
    expect(world.machine.phase.name).toBe('live');
    expect(world.seen).toContainEqual({ type: 'keep_grant', grant: 'jwt', visit: VISIT });
    world.close();
    world.pass(0);
    expect(sent(world.open())[0]).toMatchObject({ credential: GRANT, offer: 'offer 2' });
  });

  test('one who is early waits and goes in without another word', () => {
    world.atTheDoor().say({ type: 'waiting', now_ms: 900_000, visit: VISIT });
    expect(world.machine.phase.name).toBe('waiting');
    expect(world.machine.visit).toEqual(VISIT);
    expect(world.pass(600_000)).toEqual([]);
    world.say({ ...JOINED, now_ms: 1_500_000 });
    world.media(1, 'connected');
    expect(world.machine.phase.name).toBe('live');
  });

  test('one who waits and changes networks knocks again with a new offer', () => {
    world.atTheDoor().say({ type: 'waiting', now_ms: 900_000, visit: VISIT });
    world.do((machine, now) => machine.networkChanged(now));
    expect(types(world.pass(0))).toEqual(['open_socket', 'new_peer']);
    expect(world.machine.phase.name).toBe('waiting');
  });

  test('a server that does not answer is left and asked anew', () => {
    world.atTheDoor();
    expect(types(world.pass(LIMITS_MS.answer))).toEqual([
      'close_socket',
      'open_socket',
      'new_peer',
    ]);
  });

  test('an offer that was never sent is kept for the next attempt', () => {
    world.do((machine) => machine.start());
    world.close();
    expect(types(world.pass(0))).toEqual(['open_socket']);
    expect(sent(world.open())[0]).toMatchObject({ offer: 'offer 1' });
  });

  test('a used link is told to the person and not tried again', () => {
    world.atTheDoor().say({ type: 'error', code: 'link_used', message: 'used' });
    expect(world.machine.phase).toEqual({ name: 'refused', code: 'link_used', message: 'used' });
    expect(world.pass(3_600_000)).toEqual([]);
  });

  test('a full server is asked again not before it said', () => {
    world.atTheDoor();
    world.say({ type: 'error', code: 'busy', message: 'full', retry_after_ms: 5_000 });
    expect(world.pass(4_999)).toEqual([]);
    expect(types(world.pass(1))).toContain('open_socket');
  });

  test('a grant that is not valid any more is forgotten, and the link asked', () => {
    world = new World(GRANT);
    const effects = world.atTheDoor().say({ type: 'error', code: 'grant_not_valid', message: '' });
    expect(types(effects)).toContain('forget_grant');
    world.pass(0);
    expect(sent(world.open())[0]).toMatchObject({ credential: LINK });
  });

  test('a newer link for the seat is told, not fought', () => {
    world = new World(GRANT);
    world.atTheDoor().say({ type: 'error', code: 'grant_superseded', message: 'newer' });
    expect(types(world.seen)).toContain('forget_grant');
    expect(world.machine.phase).toMatchObject({ name: 'refused', code: 'grant_superseded' });
  });
});

describe('interruptions', () => {
  beforeEach(() => world.inTheCall());

  test('a short disconnection is not shown and not acted on', () => {
    world.media(1, 'disconnected');
    world.pass(LIMITS_MS.disconnected - 1);
    world.media(1, 'connected');
    expect(world.pass(60_000)).toEqual([]);
    expect(world.machine.phase.name).toBe('live');
  });

  const { grant: _, ...AGAIN } = JOINED;

  test('ICE is restarted more and more seldom, then the whole way in is taken', () => {
    world.media(1, 'disconnected');
    const begun = world.now;
    const restarts: number[] = [];
    for (let effects: Effect[] = []; !types(effects).includes('close_socket');) {
      effects = world.passToNext();
      if (!types(effects).includes('restart_ice')) continue;
      restarts.push(world.now - begun);
      world.say({ ...AGAIN, now_ms: world.now });
    }
    expect(restarts).toEqual([1_500, 3_500, 7_500, 15_500]);
    expect(world.now - begun).toBe(31_500);
    expect(world.machine.phase.name).toBe('interrupted');
    expect(types(world.seen).slice(-3)).toEqual(['close_socket', 'open_socket', 'new_peer']);
  });

  test('media that mends itself is left alone, however late', () => {
    world.media(1, 'disconnected');
    for (let i = 0; i < 4; i += 1) {
      world.passToNext();
      world.say({ ...AGAIN, now_ms: world.now });
    }
    world.media(1, 'connected');
    expect(world.pass(60_000)).toEqual([]);
    expect(world.machine.phase.name).toBe('live');
  });

  test('an ICE restart without an answer means that the websocket is gone too', () => {
    world.media(1, 'disconnected');
    world.pass(LIMITS_MS.disconnected);
    expect(types(world.pass(LIMITS_MS.reply))).toEqual(['close_socket', 'open_socket', 'new_peer']);
  });

  test('sound that stalls restarts ICE before the browser notices, and not again and again', () => {
    const stall = () => types(world.do((machine, now) => machine.soundStalled(now)));
    expect(stall()).toEqual([]);
    const other = { seat: 0, name: '王明華', mic: true, camera: true };
    world.say({ type: 'roster', participants: [{ ...other, connected: true }] });
    expect(stall()).toEqual(['restart_ice', 'send']);
    world.say(AGAIN);
    expect(stall()).toEqual([]);
    expect(world.pass(LIMITS_MS.stalled)).toEqual([]);
    expect(stall()).toEqual(['restart_ice', 'send']);
    world.say(AGAIN);
    world.say({ type: 'roster', participants: [{ ...other, connected: false }] });
    world.pass(LIMITS_MS.stalled);
    expect(stall()).toEqual([]);
    expect(world.machine.phase.name).toBe('live');
  });

  test('an ICE restart that works ends the interruption', () => {
    world.media(1, 'failed');
    expect(world.say(AGAIN)).toEqual([
      { type: 'accept_answer', peer: 1, sdp: 'answer', lines: JOINED.lines },
    ]);
    world.media(1, 'connected');
    expect(world.machine.phase.name).toBe('live');
    expect(world.pass(60_000)).toEqual([]);
  });

  test('an ICE restart goes by the relays that the server named', () => {
    const relays = [{ urls: ['turns:relay.example:443'], username: 'u', credential: 'p' }];
    world.say({ ...JOINED, ice_servers: relays });
    expect(world.media(1, 'failed')[0]).toEqual({ type: 'restart_ice', peer: 1, relays });
  });

  test('media that flows on hides that the websocket is away', () => {
    world.close();
    expect(world.machine.phase.name).toBe('live');
    world.media(1, 'disconnected');
    world.pass(LIMITS_MS.disconnected);
    expect(world.machine.phase.name).toBe('interrupted');
  });

  test('coming back is tried by the schedule until it works, and then starts afresh', () => {
    const openings: number[] = [];
    const begun = world.now;
    world.close();
    for (let i = 0; i < 6; i += 1) {
      world.passToNext();
      openings.push(world.now - begun);
      world.close();
    }
    expect(openings).toEqual([0, 300, 1_500, 4_200, 9_000, 16_000]);
    world.pass(7_000);
    world.open();
    world.say({ ...JOINED, now_ms: world.now });
    world.media(2, 'connected');
    expect(world.machine.attempt).toBe(0);
    expect(world.machine.phase.name).toBe('live');
  });

  test('the old peer is no longer listened to once a new one is in', () => {
    world.close();
    world.pass(0);
    world.open();
    world.say(JOINED);
    world.media(1, 'failed');
    world.media(2, 'connected');
    expect(world.machine.phase.name).toBe('live');
    expect(world.pass(60_000)).toEqual([]);
  });

  test('a peer that was given up and fails late disturbs nothing', () => {
    world.close();
    world.pass(0);
    world.open();
    world.say(JOINED);
    world.media(2, 'connected');
    expect(world.do((machine, now) => machine.peerFailed(1, now))).toEqual([]);
    expect(world.pass(60_000)).toEqual([]);
  });

  test('the network being back cuts the wait short', () => {
    world.close();
    for (let i = 0; i < 5; i += 1) {
      world.passToNext();
      world.close();
    }
    const effects = world.do((machine, now) => machine.networkChanged(now));
    expect(types(effects)).toEqual(['open_socket', 'new_peer']);
  });

  test('a changed network restarts ICE while faces are still shown', () => {
    const effects = world.do((machine, now) => machine.networkChanged(now));
    expect(types(effects)).toEqual(['restart_ice', 'send']);
    world.say(JOINED);
    expect(world.pass(60_000)).toEqual([]);
    expect(world.machine.phase.name).toBe('live');
  });

  test('a server that stops is come back to without being asked', () => {
    world.say({ type: 'ended', reason: 'server_stopping', by: 'system', may_return: true });
    expect(world.machine.phase.name).toBe('interrupted');
    expect(types(world.pass(0))).toContain('open_socket');
  });

  test('what one sends is told once, when it differs from what was told', () => {
    expect(sent(world.do((machine) => machine.send(true, false)))).toEqual([
      { type: 'media', mic: true, camera: false },
    ]);
    expect(world.do((machine) => machine.send(true, false))).toEqual([]);
    world.close();
    expect(world.do((machine) => machine.send(false, false))).toEqual([]);
    world.pass(0);
    expect(sent(world.open())[0]).toMatchObject({ mic: false, camera: false });
  });
});

describe('the end', () => {
  beforeEach(() => world.inTheCall());

  test('the reason that the server gives is kept, though the transport closed before it', () => {
    world.media(1, 'lost');
    world.pass(LIMITS_MS.lost - 1);
    world.say({ type: 'ended', reason: 'terminated', by: 'officer', may_return: false });
    expect(world.machine.phase).toMatchObject({ name: 'ended', reason: 'terminated' });
    expect(world.pass(3_600_000)).toEqual([]);
  });

  test('a transport that closed without a word is come back from', () => {
    world.media(1, 'lost');
    expect(types(world.pass(LIMITS_MS.lost))).toEqual(['close_socket', 'open_socket', 'new_peer']);
    expect(world.machine.phase.name).toBe('interrupted');
  });

  test('the slot ends here too when nobody is left to say so', () => {
    world.close();
    while (world.now < VISIT.ends_at_ms) {
      world.pass(10_000);
      world.close();
    }
    expect(world.machine.phase).toMatchObject({ name: 'ended', reason: 'slot_ended' });
    expect(world.pass(3_600_000)).toEqual([]);
  });

  test('an end that moves is kept to', () => {
    world.say({
      type: 'time',
      now_ms: world.now,
      ends_at_ms: world.now + 60_000,
      remaining_ms: 60_000,
      warning: 'one_minute',
    });
    expect(world.machine.warning).toBe('one_minute');
    world.pass(60_000 + LIMITS_MS.slotEnd - 1);
    expect(world.machine.phase.name).toBe('live');
    world.pass(1);
    expect(world.machine.phase.name).toBe('ended');
  });

  test('the end is by the clock of the server, though the device is an hour late', () => {
    world.now -= 3_600_000;
    world.say({ type: 'pong', id: 1, now_ms: 2_000_000 });
    expect(world.machine.clockOffsetMs).toBe(3_600_000);
    world.pass(VISIT.ends_at_ms - 2_000_000);
    expect(world.machine.phase.name).toBe('live');
    world.pass(LIMITS_MS.slotEnd);
    expect(world.machine.phase.name).toBe('ended');
  });

  test('who hangs up is out at once, whether the server hears it or not', () => {
    world.close();
    expect(types(world.do((machine) => machine.leave()))).toEqual(['send', 'close_peers']);
    expect(world.machine.phase).toMatchObject({ name: 'ended', reason: 'left', mayReturn: true });
    expect(world.pass(3_600_000)).toEqual([]);
  });

  test('one who was replaced by another window stays away', () => {
    world.say({ type: 'ended', reason: 'replaced', by: 'you', may_return: false });
    expect(world.pass(3_600_000)).toEqual([]);
    expect(world.machine.phase).toMatchObject({ name: 'ended', reason: 'replaced' });
  });
});

describe('a terminal', () => {
  beforeEach(() => (world = new World(TERMINAL).atTheDoor()));

  const called = (): Effect[] => {
    const effects = world.say(CALL);
    world.say({ ...JOINED, seat: 0 });
    world.media(1, 'connected');
    return effects;
  };

  test('says hello without an offer and is idle', () => {
    expect(sent(world.seen)[0]).not.toHaveProperty('offer');
    world.say(IDLE);
    expect(world.machine.phase.name).toBe('idle');
    expect(world.machine.terminalName).toBe('一號');
  });

  test('answers a call with an offer, and shows the end until it has been seen', () => {
    world.say(IDLE);
    expect(sent(called())).toEqual([{ type: 'offer', sdp: 'offer 1' }]);
    expect(world.machine.phase.name).toBe('live');
    world.say({ type: 'ended', reason: 'slot_ended', by: 'system', may_return: false });
    world.say(IDLE);
    expect(world.machine.phase.name).toBe('ended');
    world.do((machine) => machine.rest());
    expect(world.machine.phase.name).toBe('idle');
    expect(types(world.seen)).not.toContain('close_socket');
  });

  test('is called anew in a running call and stays in it', () => {
    called();
    expect(sent(world.say(CALL))).toEqual([{ type: 'offer', sdp: 'offer 2' }]);
    expect(world.machine.phase.name).toBe('live');
  });

  test('waits to be called anew when its media failed, and knocks when it is not', () => {
    called();
    world.say({ type: 'ended', reason: 'media_failed', by: 'system', may_return: true });
    expect(world.machine.phase.name).toBe('interrupted');
    expect(world.pass(LIMITS_MS.answer - 1)).toEqual([]);
    expect(types(world.pass(1))).toEqual(['close_socket', 'open_socket']);
  });

  test('is idle when the visit was cancelled while it was away', () => {
    called();
    world.close();
    world.pass(0);
    world.open();
    world.say(IDLE);
    expect(world.machine.phase.name).toBe('idle');
    expect(types(world.seen)).toContain('close_peers');
  });

  test('never stops trying', () => {
    world.close();
    let openings = 0;
    for (let i = 0; i < 400; i += 1) {
      openings += types(world.pass(9_000)).filter((type) => type === 'open_socket').length;
      world.close();
    }
    expect(openings).toBeGreaterThan(390);
  });
});

describe('what one looks at', () => {
  const LARGE = { seat: 0, width: 1170, height: 1638 };
  const SMALL = { seat: 2, width: 264, height: 264 };
  const HIDDEN = { seat: 0, width: 0, height: 0 };
  const look = (...tiles: ViewTile[]) => sent(world.do((machine, now) => machine.look(tiles, now)));

  test('is said in the call, and only what has changed', () => {
    world.atTheDoor();
    expect(look(LARGE)).toEqual([]);
    expect(sent(world.say(JOINED))).toContainEqual({ type: 'view', tiles: [LARGE] });
    world.pass(LIMITS_MS.view);
    expect(look(LARGE)).toEqual([]);
    expect(look(LARGE, SMALL)).toEqual([{ type: 'view', tiles: [SMALL] }]);
  });

  test('is said twice a second at most, and the last word is right', () => {
    world.inTheCall();
    expect(look(LARGE)).toHaveLength(1);
    expect(look(SMALL)).toEqual([]);
    expect(look(HIDDEN, SMALL)).toEqual([]);
    expect(sent(world.pass(LIMITS_MS.view))).toEqual([{ type: 'view', tiles: [HIDDEN, SMALL] }]);
    expect(sent(world.pass(10 * LIMITS_MS.view))).toEqual([]);
  });

  test('is said again of a new connection, and not of an ICE restart', () => {
    world.inTheCall();
    look(LARGE);
    world.do((machine, now) => machine.networkChanged(now));
    expect(sent(world.say({ ...JOINED }))).toEqual([]);
    world.close();
    world.pass(0);
    world.open();
    expect(sent(world.say(JOINED))).toEqual([{ type: 'view', tiles: [LARGE] }]);
  });
});

describe('what the server finds out about the way', () => {
  test('only needed encodings are sent', () => {
    world.inTheCall();
    const effects = world.say({ type: 'encodings', active: ['q'] });
    expect(effects).toEqual([{ type: 'send_encodings', active: ['q'] }]);
  });

  test('held-back pictures are known until they come again or the connection is another', () => {
    world.inTheCall().say({ type: 'pictures', paused: [0, 2] });
    expect(world.machine.paused).toEqual([0, 2]);
    world.say({ type: 'pictures', paused: [2] });
    expect(world.machine.paused).toEqual([2]);
    world.close();
    world.pass(0);
    world.open();
    expect(world.machine.paused).toEqual([2]);
    world.say(JOINED);
    expect(world.machine.paused).toEqual([]);
  });
});
