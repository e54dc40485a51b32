import { beforeEach, expect, test, vi } from 'vitest';
import type { MediaState } from '../media/peer';
import type { ServerMessage } from '../protocol.generated';
import { LIMITS_MS } from './events';
import { JOINED, LINK } from './scenarios/world';
import { CallSession } from './session.svelte';

/** How many connections of media there have been. */
let peers = 0;
/** What happens to the connection of media. */
let media: (state: MediaState) => void;

vi.mock('../media/peer', () => ({
  Peer: class {
    constructor(_: MediaStream, changed: (state: MediaState) => void) {
      peers += 1;
      media = changed;
    }
    offer = () => Promise.resolve('offer');
    answer = () => Promise.resolve();
    incoming = () => [];
    close = () => {};
  },
}));

class Wire {
  static readonly OPEN = 1;
  readyState = Wire.OPEN;
  onopen: () => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};
  onclose: () => void = () => {};
  send = () => {};
  close = () => {};
  constructor() {
    wires.push(this);
  }
}

const HOUR_MS = 3_600_000;
const SERVER_MS = JOINED.now_ms;
const LEFT_MS = JOINED.visit.ends_at_ms - SERVER_MS;
let wires: Wire[];
let session: CallSession;
let granted: number[];

const say = (message: ServerMessage): void =>
  wires.at(-1)?.onmessage({ data: JSON.stringify(message) });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const set = (byMs: number): void => void vi.setSystemTime(Date.now() + byMs);

const begin = (deviceMs: number, devices?: () => Promise<void>): void => {
  vi.useFakeTimers({
    now: deviceMs,
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
  const local = { getAudioTracks: () => [], getVideoTracks: () => [] };
  session = new CallSession(
    {
      terminal: false,
      credential: () => LINK,
      granted: (_, goodForMs) => granted.push(goodForMs),
      grantRefused: () => {},
      ...(devices && { devices }),
    },
    local as unknown as MediaStream,
  );
};

beforeEach(() => {
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('removeEventListener', () => {});
  vi.stubGlobal('document', new EventTarget());
  vi.stubGlobal('location', { protocol: 'https:', host: 'visit.example' });
  vi.stubGlobal('WebSocket', Wire);
  wires = [];
  granted = [];
  peers = 0;
  begin(SERVER_MS);
});

const join = async (): Promise<void> => {
  session.start();
  await pass(0);
  wires.at(-1)?.onopen();
  say(JOINED);
  await pass(0);
  media('connected');
  expect(session.phase.name).toBe('live');
};

for (const byMs of [HOUR_MS, -HOUR_MS]) {
  test(`a clock that is set by ${byMs} ms in mid-call moves no end`, async () => {
    await join();
    set(byMs);
    say({ type: 'speaking', seat: 0 });
    await pass(LEFT_MS - 1);
    expect(session.phase.name).toBe('live');
    await pass(1 + LIMITS_MS.slotEnd);
    expect(session.phase).toMatchObject({ name: 'ended', reason: 'slot_ended' });
  });

  test(`a clock that is set by ${byMs} ms at the door keeps nobody waiting`, async () => {
    session.start();
    await pass(0);
    wires.at(-1)?.onopen();
    set(byMs);
    say({ type: 'speaking', seat: null });
    await pass(LIMITS_MS.answer - 1);
    expect(wires).toHaveLength(1);
    await pass(2);
    expect(wires).toHaveLength(2);
  });

  test(`a device ${byMs} ms off from the beginning takes the time from the server`, async () => {
    begin(SERVER_MS + byMs);
    await join();
    expect(session.clock.now()).toBe(SERVER_MS);
    expect(granted).toEqual([LEFT_MS]);
    await pass(LEFT_MS - 1);
    expect(session.phase.name).toBe('live');
  });
}

test('camera and microphone come before media, and not for a call that was left meanwhile', async () => {
  let come: () => void = () => {};
  begin(SERVER_MS, () => new Promise((resolve) => (come = resolve)));
  session.start();
  await pass(0);
  expect(peers).toBe(0);
  come();
  await pass(0);
  expect(peers).toBe(1);
  begin(SERVER_MS, () => new Promise((resolve) => (come = resolve)));
  session.start();
  await pass(0);
  session.stop();
  come();
  await pass(0);
  expect(peers).toBe(1);
});
