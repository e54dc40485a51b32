import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Turn } from '../../../lib/turn.svelte';
import { signIn } from '../api/session';
import { Form } from './form.svelte';

const later = () =>
  new Response('{"code":"many_at_once","title":"Many people"}', {
    status: 503,
    headers: { 'retry-after': '10' },
  });
const service = vi.fn<() => Promise<Response>>();

vi.stubGlobal('document', { activeElement: null, querySelector: () => null });
vi.stubGlobal('fetch', service);
beforeEach(() => {
  vi.useFakeTimers();
  service.mockReset().mockImplementation(async () => new Response('{"step":"totp"}'));
  service.mockImplementationOnce(async () => later());
});
afterEach(() => void vi.useRealTimers());

describe('a form that too many send at once', () => {
  it('is sent again by itself where it has a turn, and is done then', async () => {
    const [turn, done] = [new Turn(), vi.fn()];
    const form = new Form(turn);
    const send = () => form.send(async () => done((await signIn('wang', 'secret')).step));
    expect(await send()).toBe(false);
    expect(turn.seconds).toBeGreaterThan(0);
    expect([form.busy, form.errors]).toEqual([false, []]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(done).toHaveBeenCalledExactlyOnceWith('totp');
    expect([form.busy, turn.seconds]).toEqual([false, 0]);
  });

  it('says so where it has none', async () => {
    const form = new Form();
    await form.send(async () => void (await signIn('wang', 'secret')));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(form.errors).toEqual([{ id: '', text: 'Many people' }]);
    expect(service).toHaveBeenCalledOnce();
  });
});
