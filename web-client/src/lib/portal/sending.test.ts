import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Problem } from '../api/client';
import { Sending } from './sending.svelte';

const later = new Problem(503, 'many_at_once', 'Many people', '', [], 10_000);
const wrong = new Problem(422, 'invalid_fields', '', '', [
  { field: 'password', code: 'too_short', detail: 'Too short.' },
]);
const work = vi.fn<() => Promise<void>>();

vi.stubGlobal('document', { activeElement: null, querySelector: () => null });
beforeEach(() => {
  vi.useFakeTimers();
  work.mockReset().mockResolvedValue();
});
afterEach(() => void vi.useRealTimers());

it('what too many send at once is sent again by itself until it is met, and is no error meanwhile', async () => {
  const sending = new Sending();
  work.mockRejectedValueOnce(later).mockRejectedValueOnce(later);
  expect(await sending.send(work)).toBe(false);
  expect(sending.turn.seconds).toBeGreaterThan(0);
  expect([sending.busy, sending.errors]).toEqual([false, []]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(work).toHaveBeenCalledTimes(3);
  expect([sending.busy, sending.turn.seconds]).toEqual([false, 0]);
});

it('who sends by hand meanwhile has sent once, and what is refused then is said at its field', async () => {
  const sending = new Sending();
  work.mockRejectedValueOnce(later).mockRejectedValueOnce(wrong);
  await sending.send(work);
  await sending.send(work, { password: 'new' });
  expect(sending.errors).toEqual([{ id: 'new', text: 'Too short.' }]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(work).toHaveBeenCalledTimes(2);
});

it('what is refused when its turn has come is said as it would have been at once', async () => {
  const sending = new Sending();
  const handle = vi.fn(() => false);
  work.mockRejectedValueOnce(later).mockRejectedValueOnce(wrong);
  await sending.send(work, { password: 'new' }, handle);
  expect(handle).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(handle).toHaveBeenCalledExactlyOnceWith(wrong);
  expect(sending.errors).toEqual([{ id: 'new', text: 'Too short.' }]);
});

it('nothing is sent by itself once it has been cancelled', async () => {
  const sending = new Sending();
  work.mockRejectedValueOnce(later);
  await sending.send(work);
  sending.turn.cancel();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(work).toHaveBeenCalledOnce();
});

it('what is sent by hand after it has been cancelled waits for its turn again', async () => {
  const sending = new Sending();
  sending.turn.cancel();
  work.mockRejectedValueOnce(later);
  await sending.send(work);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(work).toHaveBeenCalledTimes(2);
});
