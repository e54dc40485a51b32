import { beforeEach, describe, expect, test } from 'vitest';
import { TERMINAL, VISIT, JOINED, World } from '../../lib/call/scenarios/world';
import type { ScheduledVisit, ServerMessage } from '../../lib/protocol.generated';
import { TEST_MS } from '../../lib/self-test/due';
import { LIMITS_MS, Upkeep, type Remedy, type Seen } from './upkeep';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const START_MS = 2_000_000;

/** A terminal's call machine and its upkeep, which looks each second. */
let world: World;
let upkeep: Upkeep;
let trouble: boolean;
/** What was asked for, and when. */
let asked: [Remedy, number][];
/** Whether the server answers. */
let served: boolean;
let tests: Seen['tests'];

/** A test that found nothing, long enough ago not to matter. */
const TESTED = { atMs: START_MS, findings: [], told: true };

const idle = (visits: ScheduledVisit[], build = 'b1'): ServerMessage => ({
  type: 'idle',
  now_ms: world.now,
  facility: '示範監獄',
  terminal: '一號',
  visits,
  build,
});
const visit = (inMs: number): ScheduledVisit => ({
  starts_at_ms: world.now + inMs,
  ends_at_ms: world.now + inMs + 30 * MINUTE_MS,
  first_name: '明華',
});

function look(): void {
  const { phase, visit: called, idle: told, heardAt } = world.machine;
  const seen = { trouble, phase, visit: called, idle: told, heardAt, tests };
  const remedy = upkeep.look(seen, world.now, world.now + world.machine.clockOffsetMs);
  if (remedy === 'test') tests = { ...tests, running: true };
  if (remedy === 'rest') world.do((machine) => machine.rest());
  if (remedy) asked.push([remedy, world.now - START_MS]);
}

/** Lets time pass; a server that is there answers pings each ten seconds. */
function pass(ms: number): void {
  for (let second = 0; second < ms / SECOND_MS; second += 1) {
    world.pass(SECOND_MS);
    if (served && second % 10 === 0) world.say({ type: 'pong', id: 1, now_ms: world.now });
    look();
  }
}

beforeEach(() => {
  world = new World(TERMINAL).atTheDoor();
  upkeep = new Upkeep(0);
  tests = { running: false, last: TESTED };
  trouble = false;
  asked = [];
  served = true;
});

const inCall = (): void => {
  world.say({ type: 'call', now_ms: world.now, visit: VISIT });
  world.say({ ...JOINED, seat: 0 });
  world.media(1, 'connected');
  look();
};

describe('a server that is silent', () => {
  test('is said after half a minute, through the whole slot, until it speaks again', () => {
    world.say(idle([visit(4 * MINUTE_MS)]));
    look();
    expect(upkeep.state).toBe('soon');
    served = false;
    pass(LIMITS_MS.silence - SECOND_MS);
    expect(upkeep.state).toBe('soon');
    pass(SECOND_MS);
    expect([upkeep.state, upkeep.missing]).toEqual(['away', 'server']);
    world.close();
    for (let minute = 0; minute < 34; minute += 1) {
      pass(MINUTE_MS);
      expect(upkeep.state).toBe('away');
    }
    world.open();
    world.say(idle([]));
    look();
    expect(upkeep.state).toBe('idle');
  });

  test('is said when it has never spoken', () => {
    look();
    expect(upkeep.state).toBe('connecting');
    served = false;
    pass(LIMITS_MS.silence);
    expect(upkeep.state).toBe('away');
  });

  test('disturbs no call whose media flows on', () => {
    inCall();
    served = false;
    world.close();
    pass(2 * MINUTE_MS);
    expect(upkeep.state).toBe('call');
    world.media(1, 'failed');
    look();
    expect([upkeep.state, upkeep.missing]).toEqual(['away', 'server']);
  });
});

describe('media that finds no way', () => {
  test('is said after a minute at the door of a call', () => {
    world.say({ type: 'call', now_ms: world.now, visit: VISIT });
    look();
    pass(LIMITS_MS.media - SECOND_MS);
    expect(upkeep.state).toBe('connecting');
    pass(SECOND_MS);
    expect([upkeep.state, upkeep.missing]).toEqual(['away', 'media']);
  });

  test('is said after a minute in a call, which comes back by itself', () => {
    inCall();
    world.media(1, 'failed');
    pass(LIMITS_MS.media - SECOND_MS);
    expect(upkeep.state).toBe('call');
    pass(2 * SECOND_MS);
    expect([upkeep.state, upkeep.missing]).toEqual(['away', 'media']);
    world.open();
    world.say({ type: 'call', now_ms: world.now, visit: VISIT });
    world.say({ ...JOINED, seat: 0 });
    const peers = world.seen.flatMap((each) => (each.type === 'new_peer' ? [each.peer] : []));
    world.media(Math.max(...peers), 'connected');
    look();
    expect(upkeep.state).toBe('call');
  });
});

describe('the page is loaded anew', () => {
  test('for a new build, once no visit is near', () => {
    world.say(idle([visit(0), visit(40 * MINUTE_MS)]));
    look();
    pass(MINUTE_MS);
    world.say(idle([visit(-MINUTE_MS), visit(39 * MINUTE_MS)], 'b2'));
    pass(28 * MINUTE_MS);
    expect(asked, 'a visit is on').toEqual([]);
    world.say(idle([visit(LIMITS_MS.free - MINUTE_MS)], 'b2'));
    pass(4 * MINUTE_MS);
    expect(asked, 'a visit is near').toEqual([]);
    world.say(idle([visit(LIMITS_MS.free + MINUTE_MS)], 'b2'));
    pass(2 * MINUTE_MS);
    expect(asked.map(([remedy]) => remedy)).toEqual(['load_build', 'load_build']);
    pass(MINUTE_MS);
    expect(asked.length, 'not within ten minutes').toBe(2);
  });

  test('for a new build, though the connection has begun anew meanwhile', () => {
    world.say(idle([]));
    look();
    world = new World(TERMINAL);
    const nothing = { phase: null, visit: null, idle: null, heardAt: null };
    upkeep.look({ trouble, ...nothing, tests }, world.now, 0);
    world.atTheDoor();
    look();
    expect(upkeep.state).toBe('connecting');
    world.say(idle([], 'b2'));
    look();
    expect(asked.map(([remedy]) => remedy)).toEqual(['load_build']);
  });

  test('never for the build that runs', () => {
    world.say(idle([]));
    pass(60 * MINUTE_MS);
    expect(asked).toEqual([]);
  });

  test('when it is out of order, each half minute', () => {
    trouble = true;
    look();
    pass(95 * SECOND_MS);
    expect(upkeep.state).toBe('out-of-order');
    expect(asked).toEqual([
      ['begin_anew', 30_000],
      ['begin_anew', 60_000],
      ['begin_anew', 90_000],
    ]);
  });

  test('when another window had its visit, once that is over', () => {
    inCall();
    world.say({ type: 'ended', reason: 'replaced', by: 'you', may_return: false });
    look();
    expect(upkeep.state).toBe('elsewhere');
    pass(VISIT.ends_at_ms - START_MS + LIMITS_MS.elsewhere - SECOND_MS);
    expect(asked).toEqual([]);
    pass(SECOND_MS);
    expect(asked.map(([remedy]) => remedy)).toEqual(['begin_anew']);
  });
});

test('the end of a visit is shown for a while, and then the next one', () => {
  inCall();
  world.say({ type: 'ended', reason: 'slot_ended', by: 'system', may_return: false });
  world.say(idle([]));
  look();
  expect(upkeep.state).toBe('over');
  pass(LIMITS_MS.over);
  look();
  expect(asked.map(([remedy]) => remedy)).toEqual(['rest']);
  expect(upkeep.state).toBe('idle');
});

test('camera and microphone are held around visits only', () => {
  const held = () => [upkeep.state, upkeep.holdsDevices];
  world.say(idle([visit(6 * MINUTE_MS)]));
  look();
  expect(held()).toEqual(['idle', false]);
  pass(MINUTE_MS);
  expect(held()).toEqual(['soon', true]);
  inCall();
  expect(held()).toEqual(['call', undefined]);
  world.say({ type: 'ended', reason: 'terminated', by: 'officer', may_return: false });
  look();
  expect(held()).toEqual(['over', false]);
  trouble = true;
  look();
  expect(held(), 'they are being asked for').toEqual(['out-of-order', undefined]);
});

describe('a terminal tests itself', () => {
  /** From early in the morning; the world begins at eight by Taiwan's clocks of 1970. */
  const untested = (visits: ScheduledVisit[]): void => {
    tests = { running: false, last: null };
    world.say(idle(visits));
    look();
  };

  test('once nothing has happened for a while, and shows that', () => {
    untested([visit(TEST_MS.clear + MINUTE_MS)]);
    pass(LIMITS_MS.settled - SECOND_MS);
    expect(asked).toEqual([]);
    pass(2 * SECOND_MS);
    expect(asked.map(([remedy]) => remedy)).toEqual(['test']);
    expect(upkeep.state).toBe('self-test');
    tests = { running: false, last: { ...TESTED, atMs: world.now } };
    look();
    expect(upkeep.state).toBe('idle');
  });

  test('not when a visit is near or on, but after it', () => {
    untested([visit(TEST_MS.clear)]);
    pass(2 * MINUTE_MS);
    expect([upkeep.state, asked]).toEqual(['idle', []]);
    inCall();
    pass(MINUTE_MS);
    world.say({ type: 'ended', reason: 'slot_ended', by: 'system', may_return: false });
    world.say(idle([]));
    look();
    pass(LIMITS_MS.over + LIMITS_MS.settled + 2 * SECOND_MS);
    expect(asked.map(([remedy]) => remedy)).toEqual(['rest', 'test']);
  });

  test('and a call goes before it', () => {
    untested([]);
    pass(LIMITS_MS.settled + SECOND_MS);
    expect(upkeep.state).toBe('self-test');
    inCall();
    expect(upkeep.state).toBe('call');
  });

  test('a test that failed is said while nothing goes on, and keeps no visit away', () => {
    tests = { running: false, last: { ...TESTED, findings: ['no_camera'] } };
    world.say(idle([visit(6 * MINUTE_MS)]));
    look();
    expect(upkeep.state).toBe('faulty');
    pass(MINUTE_MS);
    expect([upkeep.state, upkeep.holdsDevices]).toEqual(['soon', true]);
    inCall();
    expect(upkeep.state).toBe('call');
  });

  test('a remark is no fault', () => {
    tests = { running: false, last: { ...TESTED, findings: ['clock_off', 'sound_only'] } };
    world.say(idle([]));
    look();
    expect(upkeep.state).toBe('idle');
  });
});
