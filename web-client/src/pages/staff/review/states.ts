/** How the states of an application look in lists. */
import type { ApplicationState } from '../api/applications';

type Kind = 'waiting' | 'good' | 'care' | 'over' | 'wrong';

const KINDS: Record<ApplicationState, Kind> = {
  draft: 'over',
  submitted: 'waiting',
  in_review: 'waiting',
  needs_more: 'care',
  approved: 'good',
  refused: 'wrong',
  revoked: 'wrong',
  withdrawn: 'over',
  stale: 'over',
};

const OVER: Record<ApplicationState, boolean> = {
  draft: false,
  submitted: false,
  in_review: false,
  needs_more: false,
  approved: false,
  refused: true,
  revoked: true,
  withdrawn: true,
  stale: true,
};

export const kindOf = (state: ApplicationState) => KINDS[state];

/** Whether a reviewer still has something to decide. */
export const isOpen = (state: ApplicationState) => state === 'submitted' || state === 'in_review';

/** Whether nothing follows any more. */
export const isOver = (state: ApplicationState) => OVER[state];

/** Whole years of life on a day; both dates are `YYYY-MM-DD`. */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
