import { describe, expect, test } from 'vitest';
import { isHeard, isSilent, judgePictures, tonePart, type Grey } from './signals';

const RATE = 48_000;
const TONE_HZ = 1_870;
const noise = (seed: number): (() => number) => {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
};
const picture = (value: number, change = 0): Grey =>
  Uint8Array.from({ length: 64 * 36 }, (_, index) => value + (index === 700 ? change : 0));

describe('a picture', () => {
  test('moves by a single pixel', () => {
    expect(judgePictures([picture(90), picture(90), picture(90, 1)])).toBe('moving');
  });
  test('stands still when it is the same each time, or when there is none', () => {
    expect(judgePictures([picture(90), picture(90), picture(90)])).toBe('still');
    expect(judgePictures([picture(90)])).toBe('still');
    expect(judgePictures([])).toBe('still');
  });
  test('is dark, whether or not it moves', () => {
    expect(judgePictures([picture(0), picture(0)])).toBe('dark');
    expect(judgePictures([picture(4), picture(4, 6)])).toBe('dark');
    expect(judgePictures([picture(4), picture(90)])).toBe('moving');
  });
});

test('only digital silence is silence', () => {
  const quiet = noise(7);
  const room = Float32Array.from({ length: 2_048 }, () => (quiet() - 0.5) * 1e-3);
  expect(isSilent(room)).toBe(false);
  expect(isSilent(new Float32Array(2_048))).toBe(true);
});

describe('a tone', () => {
  const sound = (amplitude: number, hz = TONE_HZ): Float32Array => {
    const random = noise(11);
    return Float32Array.from(
      { length: 2_048 },
      (_, at) => amplitude * Math.sin((2 * Math.PI * hz * at) / RATE) + (random() - 0.5) * 2e-3,
    );
  };
  const part = (samples: Float32Array) => tonePart(samples, TONE_HZ, RATE);

  test('is measured', () => {
    expect(part(sound(0.1))).toBeCloseTo(0.1, 2);
    expect(part(sound(0))).toBeLessThan(1e-3);
  });
  test('is heard above the noise of a room', () => {
    expect(isHeard(part(sound(0)), part(sound(2e-3)))).toBe(true);
    expect(isHeard(part(sound(0)), part(sound(0)))).toBe(false);
  });
  test('is not another tone, and not one that was there before', () => {
    expect(isHeard(part(sound(0)), part(sound(0.01, 440)))).toBe(false);
    expect(isHeard(part(sound(0.05)), part(sound(0.06)))).toBe(false);
  });
});
