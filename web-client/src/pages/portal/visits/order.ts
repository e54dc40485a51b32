/** Visits to come and visits that are past. */
import type { Visit, VisitState } from '../../../lib/api/visitor';

const COMING: readonly VisitState[] = ['held', 'confirmed', 'flagged', 'in_session'];

export function isComing({ state }: Visit): boolean {
  return COMING.includes(state);
}

/** The next one first. */
export function comingOf(visits: readonly Visit[]): Visit[] {
  return visits.filter(isComing).sort((one, other) => one.starts_at_ms - other.starts_at_ms);
}

/** The latest one first. */
export function pastOf(visits: readonly Visit[]): Visit[] {
  return visits
    .filter((visit) => !isComing(visit))
    .sort((one, other) => other.starts_at_ms - one.starts_at_ms);
}
