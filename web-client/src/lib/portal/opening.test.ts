import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { told } from '../api/clock';
import { awaitOpening } from './opening';

const MINUTE_MS = 60_000;
const shown = { visibilityState: 'visible' };
const [keep, look] = [vi.fn(), vi.fn()];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', shown);
  shown.visibilityState = 'visible';
  keep.mockReset();
  look.mockReset();
});
afterEach(() => {
  told(new Date().toUTCString(), Date.now());
  vi.useRealTimers();
});

const wait = (minutes: number, random = 0) =>
  awaitOpening(Date.now() + minutes * MINUTE_MS, { keep, look }, random);

it('who waits for the opening is kept signed in, and sees the day a moment after it has opened', () => {
  wait(45, 0.5);
  vi.advanceTimersByTime(45 * MINUTE_MS);
  expect(keep).toHaveBeenCalledTimes(4);
  expect(look).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_500);
  expect(look).toHaveBeenCalledOnce();
});

it('a page that nobody looks at, or hours before, keeps nobody signed in', () => {
  shown.visibilityState = 'hidden';
  const stop = wait(60);
  vi.advanceTimersByTime(59 * MINUTE_MS);
  stop();
  shown.visibilityState = 'visible';
  wait(10 * 60);
  vi.advanceTimersByTime(2 * 60 * MINUTE_MS);
  expect(keep).not.toHaveBeenCalled();
});

it('where the clock is a little ahead it looks again soon, and not where it is quite wrong', () => {
  wait(-1);
  vi.advanceTimersByTime(5_000);
  expect(look).toHaveBeenCalledOnce();
  wait(-60);
  vi.advanceTimersByTime(60 * MINUTE_MS);
  expect(look).toHaveBeenCalledOnce();
});

it('a phone that is slow or fast sees the day when it opens all the same', () => {
  for (const wrongMs of [MINUTE_MS, -MINUTE_MS]) {
    look.mockReset();
    told(new Date(Date.now() + wrongMs).toUTCString(), Date.now());
    awaitOpening(Date.now() + wrongMs + 5 * MINUTE_MS, { keep, look }, 0);
    vi.advanceTimersByTime(5 * MINUTE_MS - 2_000);
    expect(look).not.toHaveBeenCalled();
    vi.advanceTimersByTime(4_000);
    expect(look).toHaveBeenCalledOnce();
  }
});
