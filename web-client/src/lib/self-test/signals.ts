/** What is told by pictures and sounds that were taken: pure. */

/** A picture's brightness, one byte a pixel. */
export type Grey = Uint8Array;

/** A real camera's picture is never the same twice: its sensor sees to that. */
const SAME = 0;
/** Of 255; a covered lens is beneath it. */
const DARK = 12;

/** What a camera shows, by some of its pictures. */
export function judgePictures(pictures: readonly Grey[]): 'moving' | 'still' | 'dark' {
  const [first, ...others] = pictures;
  if (!first) return 'still';
  const moves = others.some((picture) =>
    picture.some((value, index) => Math.abs(value - (first[index] ?? 0)) > SAME),
  );
  if (pictures.every((picture) => mean(picture) < DARK)) return 'dark';
  return moves ? 'moving' : 'still';
}

/** Less than the smallest step of 16 bits: nothing is connected, or it is switched off. */
const SILENT = 1 / 32_768;

/** Whether sound is digital silence. */
export function isSilent(samples: Iterable<number>): boolean {
  for (const sample of samples) if (Math.abs(sample) >= SILENT) return false;
  return true;
}

/** How much of a tone is in a sound: its amplitude, by Goertzel's algorithm. */
export function tonePart(samples: Float32Array, toneHz: number, rate: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * toneHz) / rate);
  let [one, two] = [0, 0];
  for (const sample of samples) [one, two] = [sample + turn * one - two, one];
  const power = one * one + two * two - turn * one * two;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

/** Three times as much as before, and not next to nothing. */
const HEARD_TIMES = 3;
const HEARD_LEAST = 1e-4;

/** Whether a tone was heard that had not been there `before`. */
export function isHeard(before: number, during: number): boolean {
  return during >= Math.max(before * HEARD_TIMES, HEARD_LEAST);
}

const mean = (values: Grey): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
