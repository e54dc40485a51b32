/** When to try again: soon at first, then every 7 s with some jitter, for as long as the slot lasts. */

const SCHEDULE_MS = [0, 300, 1_200, 2_700, 4_800];
const STEADY_MS = 7_000;
const JITTER = 0.2;

/**
 * How long to wait before the attempt `attempt` (from 0), in ms. `random` is in [0, 1); `notBeforeMs` is
 * what the server asked for.
 */
export function retryDelay(attempt: number, random: number, notBeforeMs = 0): number {
  const steady = STEADY_MS * (1 - JITTER + 2 * JITTER * random);
  return Math.max(SCHEDULE_MS[attempt] ?? steady, notBeforeMs);
}
