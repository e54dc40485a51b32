import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NO_ANSWER, Problem, ask } from './client';
import { serviceNow } from './clock';

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
    const text = (): Promise<string> => silence(init?.signal);
    const cut: Partial<Response> = { status: 200, headers: new Headers(), text };
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

/** How far the service's clock is ahead of the device's, after an answer that took its time on the way. */
async function ahead(byMs: number, way: { there: number; back: number; body: number }) {
  vi.setSystemTime('2026-11-30T08:00:00Z');
  answer.mockImplementationOnce(async () => {
    await vi.advanceTimersByTimeAsync(way.there);
    const date = new Date(Date.now() + byMs).toUTCString();
    await vi.advanceTimersByTimeAsync(way.back);
    const late = async (): Promise<string> => {
      await vi.advanceTimersByTimeAsync(way.body);
      return '';
    };
    return {
      status: 200,
      headers: new Headers({ date }),
      text: late,
    } as Partial<Response> as Response;
  });
  await ask('GET', '/api/x');
  return serviceNow() - Date.now();
}

test('a clock that is right stays right, however late an answer comes', async () => {
  expect(await ahead(0, { there: 9_000, back: 0, body: 0 })).toBe(0);
  expect(await ahead(0, { there: 0, back: 9_000, body: 0 })).toBe(0);
  expect(await ahead(0, { there: 0, back: 0, body: 9_000 })).toBe(0);
});

test('a clock that is wrong is put right, and what an answer takes is not added to it', async () => {
  const slow = { there: 0, back: 0, body: 9_000 };
  expect(await ahead(60_000, slow)).toBe(60_000);
  expect(await ahead(-60_000, slow)).toBe(-60_000);
  expect(await ahead(0, slow)).toBe(0);
});
