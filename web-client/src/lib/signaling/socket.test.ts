import { beforeEach, expect, test, vi } from 'vitest';
import { PING_INTERVAL_MS } from '../protocol.generated';
import { SignalingSocket } from './socket';

class Wire {
  static readonly OPEN = 1;
  readyState = Wire.OPEN;
  sent: { type: string }[] = [];
  onmessage: (event: { data: string }) => void = () => {};
  constructor() {
    wire = this;
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as { type: string });
  }
  close(): void {
    this.readyState = 3;
  }
}

let wire: Wire;
let page: EventTarget & { hidden: boolean };
let closed: number;

beforeEach(() => {
  vi.useFakeTimers();
  page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal('document', page);
  vi.stubGlobal('location', { protocol: 'https:', host: 'visit.example' });
  vi.stubGlobal('WebSocket', Wire);
  closed = 0;
  new SignalingSocket({ opened: () => {}, message: () => {}, closed: () => (closed += 1) });
});

const look = (hidden: boolean): void => {
  page.hidden = hidden;
  page.dispatchEvent(new Event('visibilitychange'));
};

test('a connection is dead after two pings without an answer, and that is said once', () => {
  for (let i = 0; i < 10; i += 1) {
    vi.advanceTimersByTime(PING_INTERVAL_MS);
    wire.onmessage({ data: '{"type":"pong"}' });
  }
  vi.advanceTimersByTime(2 * PING_INTERVAL_MS);
  expect(closed).toBe(0);
  vi.advanceTimersByTime(10 * PING_INTERVAL_MS);
  expect(closed).toBe(1);
  expect(wire.readyState).toBe(3);
});

test('a page that is seen again asks at once for the time, and is not judged by it', () => {
  look(true);
  expect(wire.sent).toEqual([]);
  for (let i = 0; i < 5; i += 1) look(false);
  expect(wire.sent.map(({ type }) => type)).toEqual(Array(5).fill('ping'));
  vi.advanceTimersByTime(2 * PING_INTERVAL_MS);
  expect(closed).toBe(0);
});
