import { beforeEach, expect, test, vi } from 'vitest';
import { stayAwake } from './wake';

class Lock {
  released = false;
  onrelease: () => void = () => {};
  release(): Promise<void> {
    this.released = true;
    this.onrelease();
    return Promise.resolve();
  }
}

let locks: Lock[];
let refuses: boolean;
let page: EventTarget & { hidden: boolean };

beforeEach(() => {
  vi.useFakeTimers();
  locks = [];
  refuses = false;
  page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal('document', page);
  const request = () => {
    if (refuses) return Promise.reject(new DOMException('', 'NotAllowedError'));
    const lock = new Lock();
    locks.push(lock);
    return Promise.resolve(lock);
  };
  vi.stubGlobal('navigator', { wakeLock: { request } });
});

const settled = () => vi.advanceTimersByTimeAsync(0);

test('a lock that the system took back is asked for again at once', async () => {
  stayAwake();
  await settled();
  expect(locks.length).toBe(1);
  await locks[0]?.release();
  await settled();
  expect(locks.length).toBe(2);
});

test('a lock that was refused is asked for again each minute, and once it is there no more', async () => {
  refuses = true;
  stayAwake();
  await settled();
  refuses = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(locks.length).toBe(1);
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(locks.length).toBe(1);
});

test('a page that is seen again asks, and one that is hidden does not', async () => {
  stayAwake();
  await settled();
  page.hidden = true;
  await locks[0]?.release();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(locks.length).toBe(1);
  page.hidden = false;
  page.dispatchEvent(new Event('visibilitychange'));
  await settled();
  expect(locks.length).toBe(2);
});

test('the end lets go for good', async () => {
  const end = stayAwake();
  await settled();
  end();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(locks.map(({ released }) => released)).toEqual([true]);
});
