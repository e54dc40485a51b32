import { afterEach, expect, it, vi } from 'vitest';
import { PictureWatch } from './watch';

afterEach(() => vi.useRealTimers());

it('a picture that was moving and stands still for three looks is frozen, one that never came is not', () => {
  vi.useFakeTimers();
  const watch = new PictureWatch([], () => {});
  const looks = [10, 20, 20, 20].map((framesDecoded) =>
    watch.look([
      { seat: 0, framesDecoded, audioEnergy: 0 },
      { seat: 2, framesDecoded: 0, audioEnergy: 0 },
    ]),
  );
  expect(looks.every((frozen) => frozen.size === 0)).toBe(true);
  const still = [
    { seat: 0, framesDecoded: 20, audioEnergy: 0 },
    { seat: 2, framesDecoded: 0, audioEnergy: 0 },
  ];
  expect([...watch.look(still)]).toEqual([0]);
  expect(watch.look([{ seat: 0, framesDecoded: 21, audioEnergy: 0 }]).size).toBe(0);
  watch.stop();
});
