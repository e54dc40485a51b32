/**
 * When a terminal tests itself: once a day, in the morning, and again while something is wrong; never within twenty
 * minutes before a visit or during one. Pure: the page tells what it knows.
 */
import { localTime } from './local';
import type { ScheduledVisit } from '../protocol.generated';
import type { Finding } from './findings';

/** What came of the newest test here. */
export interface LastTest {
  /** By the server's clock, ms. */
  atMs: number;
  findings: readonly Finding[];
  /** Whether all was tried and the service has heard of it. */
  told: boolean;
}

export const TEST_MS = {
  /** So long before a visit none begins: twenty minutes, and what a test takes at the most. */
  clear: 22 * 60_000,
  /** From a test that found something to the next: a cable may be right again. */
  again: 30 * 60_000,
  /** From a test that the service had no place for, or did not hear of, to the next. */
  retry: 10 * 60_000,
} as const;

/** Hours of the day, by Taiwan's clocks, from and until which a terminal tests itself unasked. */
const FROM_HOUR = 6;
const UNTIL_HOUR = 20;

/** Where there is a handset, no microphone hears the loudspeaker: no reason to try again. */
const USUAL: readonly Finding[] = ['speaker_not_heard'];

/** Whether a test would disturb no visit. */
export function isClear(visits: readonly ScheduledVisit[], clockMs: number): boolean {
  return visits.every(
    ({ starts_at_ms, ends_at_ms }) =>
      ends_at_ms <= clockMs || starts_at_ms - clockMs >= TEST_MS.clear,
  );
}

/**
 * Whether it is time for a test. `spreadMs` is a terminal's own part of half an hour, so that in the morning not all
 * begin at once.
 */
export function isDue(last: LastTest | null, clockMs: number, spreadMs: number): boolean {
  const { day, hour } = localTime(clockMs);
  if (hour < FROM_HOUR || hour >= UNTIL_HOUR) return false;
  if (!last) return true;
  const since = clockMs - last.atMs;
  if (!last.told) return since >= TEST_MS.retry;
  if (last.findings.some((found) => !USUAL.includes(found))) return since >= TEST_MS.again;
  return localTime(last.atMs).day !== day && localTime(clockMs - spreadMs).hour >= FROM_HOUR;
}
