/** What is read out of the notes of a call; no browser takes part. */
import { picturesBackAt, soundBackAt, type Note } from '../support/notes';
import { expect, test } from '../support/test';

const EVERY_MS = 50;

/** Notes from 0 to `untilMs`: sound with `packets(atMs)` so far, pictures with `frames(atMs)`. */
function taken(
  untilMs: number,
  packets: (atMs: number) => number,
  frames: (atMs: number) => number = () => 0,
): Note[] {
  return Array.from({ length: untilMs / EVERY_MS + 1 }, (_, at) => {
    const atMs = at * EVERY_MS;
    const [sound, pictures] = [packets(atMs), frames(atMs)];
    return { atMs, packets: sound, samples: 0, concealed: 0, silent: 0, frames: pictures };
  });
}

test('a sound that was never away is told from one that never came back', () => {
  const steady = (atMs: number) => 1 + atMs / EVERY_MS;
  const lost = (atMs: number) => steady(Math.min(atMs, 500));
  const back = (atMs: number) => (atMs < 1_500 ? lost(atMs) : steady(atMs));
  expect(soundBackAt(taken(3_000, steady), 600, 80)).toBe('was never away');
  expect(soundBackAt(taken(3_000, lost), 600, 80)).toBe('not back');
  expect(soundBackAt(taken(3_000, back), 600, 80)).toBe(1_500);
  // What falls silent later is another matter.
  expect(soundBackAt(taken(3_000, lost), 400, 80)).toBe('was never away');
  expect(soundBackAt([], 600, 80)).toBe('not back');
});

test('pictures are back at the end of a whole second of them', () => {
  const sound = () => 1;
  const ten = (atMs: number) => Math.floor(Math.max(0, atMs - 2_000) / 100);
  expect(picturesBackAt(taken(5_000, sound, ten), 5)).toBe(2_500);
  expect(
    picturesBackAt(
      taken(5_000, sound, (atMs) => Math.floor(atMs / 100)),
      5,
    ),
  ).toBe(1_000);
  // A picture just before the end is no second.
  expect(
    picturesBackAt(
      taken(5_000, sound, (atMs) => Number(atMs > 4_900)),
      5,
    ),
  ).toBeNull();
  expect(
    picturesBackAt(
      taken(900, sound, (atMs) => Math.floor(atMs / 100)),
      5,
    ),
  ).toBeNull();
});
