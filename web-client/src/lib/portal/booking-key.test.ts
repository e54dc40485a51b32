import { expect, it } from 'vitest';
import { Drawer } from '../drawer';
import { answered, keyFor, unanswered } from './booking-key';

const WISH = { application: 'a', companions: ['x', 'y'], startsAtMs: 1_000 };

it('the same wish asks with the same key until it is answered', () => {
  const drawer = new Drawer(() => null);
  const key = keyFor(WISH, drawer);
  expect(keyFor({ ...WISH, companions: ['y', 'x'] }, drawer)).toBe(key);
  expect(unanswered('a', drawer)).toEqual(WISH);
  expect(unanswered('b', drawer)).toBeNull();
  answered(drawer);
  expect(unanswered('a', drawer)).toBeNull();
  expect(keyFor(WISH, drawer)).not.toBe(key);
});

it('another time or another party is another wish', () => {
  const drawer = new Drawer(() => null);
  const key = keyFor(WISH, drawer);
  expect(keyFor({ ...WISH, startsAtMs: 2_000 }, drawer)).not.toBe(key);
  expect(keyFor({ ...WISH, companions: ['x'] }, drawer)).not.toBe(key);
});
