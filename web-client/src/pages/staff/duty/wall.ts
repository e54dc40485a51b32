/** The wall of visits: what goes on now stands first, and what an officer should look at is said. */
import type { OfficerVisit } from './api';

/** Under way, about to begin, to come today, and behind us. */
export type Part = 'now' | 'soon' | 'later' | 'over';

/** What keeps a visit from taking place as it should. */
export type Need = 'decision' | 'terminal' | 'test' | 'inmate' | 'visitors';

export const INMATE = 0;
const TO_BE: readonly string[] = ['held', 'confirmed', 'flagged', 'in_session'];
const JOINABLE: readonly string[] = ['confirmed', 'in_session'];
/** A visit that begins within this time needs its terminal. */
const NEAR_MS = 15 * 60_000;

export function partOf(visit: OfficerVisit, nowMs: number): Part {
  if (!TO_BE.includes(visit.state) || visit.ends_at_ms <= nowMs) return 'over';
  if (visit.starts_at_ms <= nowMs) return 'now';
  return isOpen(visit, nowMs) || visit.starts_at_ms - nowMs <= NEAR_MS ? 'soon' : 'later';
}

/** From then on there is a call to end, and a first link to replace. */
export const isOpen = (visit: OfficerVisit, nowMs: number): boolean =>
  JOINABLE.includes(visit.state) && visit.opens_at_ms <= nowMs && nowMs < visit.ends_at_ms;

/** The first thing to look at; none: all is well, or it is not yet time. */
export function needOf(visit: OfficerVisit, nowMs: number): Need | null {
  const part = partOf(visit, nowMs);
  if (part !== 'now' && part !== 'soon') return null;
  if (visit.state === 'flagged') return 'decision';
  if (!visit.live.terminal_connected) return 'terminal';
  if (part === 'soon') return visit.live.terminal_test?.failed ? 'test' : null;
  const seats = visit.live.connected_seats;
  if (!seats.includes(INMATE)) return 'inmate';
  return seats.length === 1 ? 'visitors' : null;
}

/** The visits of each part. Those that are over begin with the newest. */
export function parts(
  visits: readonly OfficerVisit[],
  nowMs: number,
): Record<Part, OfficerVisit[]> {
  const found: Record<Part, OfficerVisit[]> = { now: [], soon: [], later: [], over: [] };
  for (const visit of visits) found[partOf(visit, nowMs)].push(visit);
  found.over.reverse();
  return found;
}
