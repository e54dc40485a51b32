import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Problem } from './api/client';
import { Turn } from './turn.svelte';

vi.stubGlobal('document', { activeElement: null, querySelector: () => null });
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const refusal = (againMs: number) => new Problem(503, 'many_at_once', '', '', [], againMs);

it('a form is sent again when it is its turn, a little later than told, and the seconds count down', () => {
  const [turn, again] = [new Turn(), vi.fn()];
  expect(turn.wait(refusal(10_000), again, 0.5)).toBe(true);
  expect(turn.seconds).toBe(11);
  vi.advanceTimersByTime(4_000);
  expect(turn.seconds).toBe(7);
  vi.advanceTimersByTime(6_000);
  expect(again).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(again).toHaveBeenCalledOnce();
  expect(turn.seconds).toBe(0);
});

it('whoever does not want to wait any more is not signed in later after all', () => {
  const [turn, again] = [new Turn(), vi.fn()];
  turn.wait(refusal(10_000), again);
  turn.cancel();
  vi.advanceTimersByTime(60_000);
  expect(turn.seconds).toBe(0);
  expect(again).not.toHaveBeenCalled();
});

it('what is typed while the answer is on its way is not sent by itself', () => {
  const [turn, again] = [new Turn(), vi.fn()];
  turn.begin();
  turn.cancel();
  expect(turn.wait(refusal(10_000), again)).toBe(false);
  vi.advanceTimersByTime(60_000);
  expect(again).not.toHaveBeenCalled();
  turn.begin();
  expect(turn.wait(refusal(10_000), again)).toBe(true);
});

it('a network that has guessed too often has no turn, and no turn is further away than minutes', () => {
  const [turn, again] = [new Turn(), vi.fn()];
  const guessed = new Problem(429, 'too_many_requests', '', '', [], 10_000);
  expect(turn.wait(guessed, again)).toBe(false);
  expect(turn.wait(refusal(86_400_000), again)).toBe(true);
  expect(turn.seconds).toBe(150);
});

it('it ends: where no time is named at once, and after many times', async () => {
  const turn = new Turn();
  const again = vi.fn(async () => turn.wait(refusal(1_000), again));
  expect(turn.wait(refusal(0), again)).toBe(false);
  expect(turn.wait(refusal(1_000), again)).toBe(true);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(again).toHaveBeenCalledTimes(20);
  expect(again).toHaveLastResolvedWith(false);
});
