import { afterEach, expect, it, vi } from 'vitest';
import { PictureWatch, SoundWatch } from './watch';

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

it('sound that flowed and stops is said once, and again only after it has flowed again', () => {
  vi.useFakeTimers();
  const watch = new SoundWatch([], () => {});
  const stalls: number[] = [];
  for (let now = 1_000; now <= 6_000; now += 100) {
    const away = (now > 3_000 && now < 4_000) || now > 5_000;
    // The sound of the moment, or for the time that it is away, the last there was.
    const latest = !away ? now : now < 4_000 ? 3_000 : 5_000;
    if (watch.look(latest, now)) stalls.push(now);
  }
  expect(stalls).toEqual([3_400, 5_400]);
  watch.stop();
});

it('where no sound ever came, and where looks are seldom, nothing stalls', () => {
  vi.useFakeTimers();
  const watch = new SoundWatch([], () => {});
  for (let now = 0; now < 5_000; now += 100) expect(watch.look(0, now)).toBe(false);
  for (let now = 5_000; now < 20_000; now += 1_000) expect(watch.look(now, now)).toBe(false);
  watch.stop();
});
