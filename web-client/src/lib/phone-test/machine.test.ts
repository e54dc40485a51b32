import { beforeEach, expect, it } from 'vitest';
import { LIMITS_MS } from '../call/events';
import type { ErrorCode, IceServer, ServerMessage } from '../protocol.generated';
import { TEST_MS, TestMachine, type Effect } from './machine';

const RELAY: IceServer = { urls: ['turns:relay.example:443?transport=tcp'] };
const THROUGH = { sent: 400, lost: 0, roundTripMs: 40 };
const GOOD = { sound: THROUGH, picture: THROUGH, carries: null };

let machine: TestMachine;
let now: number;

const effects = (): Effect[] => {
  const found = [];
  for (let effect; (effect = machine.pollEffect());) found.push(effect);
  return found;
};
const testing = (relays: IceServer[] = []): ServerMessage => ({
  type: 'testing',
  now_ms: 0,
  answer: 'answer',
  ends_at_ms: 60_000,
  ice_servers: relays,
});
const error = (code: ErrorCode): ServerMessage => ({ type: 'error', code, message: '' });
const pass = (ms: number): Effect[] => {
  const end = now + ms;
  for (;;) {
    const due = machine.pollTimeout();
    if (due === undefined || due > end) break;
    now = due;
    machine.handleTimeout(now);
  }
  now = end;
  return effects();
};
const answered = (relays: IceServer[] = []): void => {
  machine.offerReady('offer');
  machine.socketOpened();
  machine.receive(testing(relays), now);
  effects();
};

beforeEach(() => {
  now = 0;
  machine = new TestMachine('a.b.c', 'vi', 0, now);
});

it('shows its pass once it has an offer and a socket, in whatever order they come', () => {
  machine.socketOpened();
  expect(effects()).toEqual([]);
  machine.offerReady('offer');
  const hello = {
    type: 'hello',
    version: 1,
    credential: { kind: 'test', pass: 'a.b.c' },
    offer: 'offer',
    locale: 'vi',
    mic: true,
    camera: true,
  };
  expect(effects()).toEqual([{ type: 'send', message: hello }]);
  machine.receive(testing(), now);
  expect(effects()).toEqual([{ type: 'accept_answer', sdp: 'answer' }]);
});

it('sends for some seconds, measures once, and says what came of it', () => {
  answered();
  machine.mediaChanged('connected', now);
  expect(pass(TEST_MS.send - 1)).toEqual([]);
  machine.mediaChanged('connected', now);
  expect(pass(1)).toEqual([{ type: 'measure' }]);
  machine.measured(GOOD);
  expect(effects()).toEqual([{ type: 'finish', ending: 'good' }]);
  expect(machine.pollTimeout()).toBeUndefined();
});

it('goes by the relay that the answer named, as soon as a call would', () => {
  answered([RELAY]);
  expect(pass(LIMITS_MS.relay - 1)).toEqual([]);
  expect(pass(1)).toEqual([{ type: 'restart_ice', relays: [RELAY] }]);
  machine.offerReady('again');
  expect(effects()).toEqual([{ type: 'send', message: { type: 'offer', sdp: 'again' } }]);
  expect(pass(LIMITS_MS.restart)).toEqual([]);
  machine.receive(testing([RELAY]), now);
  expect(effects()).toEqual([{ type: 'accept_answer', sdp: 'answer' }]);
  expect(pass(2 * LIMITS_MS.restart)).toEqual([{ type: 'restart_ice', relays: [RELAY] }]);
});

it.each(['failed', 'lost'] as const)(
  'a connection that %s before it ever flowed gives way to another, which knows the relays, twice',
  (state) => {
    for (const failed of [0, 1]) {
      machine = new TestMachine('a.b.c', 'vi', failed, now);
      answered([RELAY]);
      machine.mediaChanged(state, now);
      expect(effects()).toEqual([{ type: 'finish', ending: { relays: [RELAY] } }]);
    }
    machine = new TestMachine('a.b.c', 'vi', 2, now);
    answered([RELAY]);
    machine.mediaChanged(state, now);
    expect(effects()).toEqual([{ type: 'finish', ending: 'no_connection' }]);
  },
);

it('all connections of a test have its time together', () => {
  machine = new TestMachine('a.b.c', 'vi', 1, now - TEST_MS.connect + 1_000);
  answered([RELAY]);
  expect(pass(999)).toEqual([]);
  expect(pass(1)).toEqual([{ type: 'finish', ending: 'no_connection' }]);
});

it('gives up in time where no way leads to the service', () => {
  answered([RELAY]);
  const last = pass(TEST_MS.connect).at(-1);
  expect(last).toEqual({ type: 'finish', ending: 'no_connection' });
  expect(machine.pollTimeout()).toBeUndefined();
});

it('gives up in time where no answer comes', () => {
  machine.offerReady('offer');
  machine.socketOpened();
  effects();
  expect(pass(TEST_MS.connect)).toEqual([{ type: 'finish', ending: 'no_connection' }]);
});

it('what is lost while it is sent is no connection', () => {
  answered();
  machine.mediaChanged('connected', now);
  pass(1_000);
  machine.mediaChanged('disconnected', now);
  expect(effects()).toEqual([]);
  machine.mediaChanged('failed', now);
  expect(effects()).toEqual([{ type: 'finish', ending: 'no_connection' }]);
});

it.each<[ErrorCode, string]>([
  ['busy', 'busy'],
  ['unavailable', 'busy'],
  ['offer_not_usable', 'unsupported'],
  ['test_not_valid', 'no_connection'],
])('%s is told as %s, once', (code, outcome) => {
  machine.offerReady('offer');
  machine.socketOpened();
  effects();
  machine.receive(error(code), now);
  machine.socketClosed();
  expect(effects()).toEqual([{ type: 'finish', ending: outcome }]);
});

it('what comes after the end changes nothing', () => {
  answered();
  machine.socketClosed();
  expect(effects()).toEqual([{ type: 'finish', ending: 'no_connection' }]);
  machine.receive(testing(), now);
  machine.offerReady('late');
  machine.measured(GOOD);
  expect(effects()).toEqual([]);
});
