import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NO_ANSWER, Problem, ask } from './client';

vi.mock('../i18n/locale.svelte', () => ({ written: () => 'en' }));

const LONG_MS = 60_000;
const answer = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', answer.mockReset());
});
afterEach(() => vi.useRealTimers());

/** Never answers, and ends when it is told to. */
const silence = (signal: AbortSignal | null | undefined): Promise<never> =>
  new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
  });

/** What comes of a request, if anything does before long. */
async function outcome(): Promise<unknown> {
  let said: unknown = 'nothing yet';
  ask('GET', '/api/x').then(
    (value) => (said = value),
    (error: unknown) => (said = error),
  );
  await vi.advanceTimersByTimeAsync(LONG_MS);
  return said;
}

test('a network that has gone silent is told like one that is not there', async () => {
  answer.mockImplementation((_, init) => silence(init?.signal));
  expect(await outcome()).toMatchObject({ status: 0, code: NO_ANSWER });
});

test('so is one that goes silent in the middle of an answer', async () => {
  answer.mockImplementation((_, init) => {
    const cut = { status: 200, text: () => silence(init?.signal) } as Partial<Response>;
    return Promise.resolve(cut as Response);
  });
  expect(await outcome()).toMatchObject({ status: 0, code: NO_ANSWER });
});

test('an answer is read, and a refusal is told in its own words', async () => {
  answer.mockResolvedValueOnce(Response.json({ here: true }));
  expect(await outcome()).toEqual({ here: true });
  const refusal = { code: 'slot_full', title: 'Full', detail: 'Somebody was faster.' };
  answer.mockResolvedValueOnce(Response.json(refusal, { status: 409 }));
  expect(await outcome()).toBeInstanceOf(Problem);
  answer.mockResolvedValueOnce(new Response('<html>', { status: 502 }));
  expect(await outcome()).toMatchObject({ status: 502, code: 'unknown' });
});

test('a refusal tells when to try again where the service says so', async () => {
  const busy = (headers: HeadersInit) =>
    Response.json({ code: 'many_at_once' }, { status: 503, headers });
  answer.mockResolvedValueOnce(busy({ 'retry-after': '7' }));
  expect(await outcome()).toMatchObject({ code: 'many_at_once', againMs: 7_000 });
  answer.mockResolvedValueOnce(busy({}));
  expect(await outcome()).toMatchObject({ againMs: 0 });
});
