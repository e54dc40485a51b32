import { expect, it } from 'vitest';
import { answered, keyFor, unanswered } from './booking-key';

function drawer(): Storage {
  const kept = new Map<string, string>();
  return {
    length: 0,
    clear: () => kept.clear(),
    key: () => null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}

const WISH = { application: 'a', companions: ['x', 'y'], startsAtMs: 1_000 };

it('the same wish asks with the same key until it is answered', () => {
  const storage = drawer();
  const key = keyFor(WISH, storage);
  expect(keyFor({ ...WISH, companions: ['y', 'x'] }, storage)).toBe(key);
  expect(unanswered('a', storage)).toEqual(WISH);
  expect(unanswered('b', storage)).toBeNull();
  answered(storage);
  expect(unanswered('a', storage)).toBeNull();
  expect(keyFor(WISH, storage)).not.toBe(key);
});

it('another time or another party is another wish', () => {
  const storage = drawer();
  const key = keyFor(WISH, storage);
  expect(keyFor({ ...WISH, startsAtMs: 2_000 }, storage)).not.toBe(key);
  expect(keyFor({ ...WISH, companions: ['x'] }, storage)).not.toBe(key);
});
