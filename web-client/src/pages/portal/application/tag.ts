/** How a state looks beside its word. */
import type { ApplicationState } from '../../../lib/api/visitor';

type Kind = 'waiting' | 'good' | 'care' | 'over' | 'wrong';

const KINDS: Record<ApplicationState, Kind> = {
  draft: 'care',
  submitted: 'waiting',
  in_review: 'waiting',
  needs_more: 'care',
  approved: 'good',
  refused: 'wrong',
  revoked: 'wrong',
  withdrawn: 'over',
  stale: 'over',
};

export function tagOf(state: ApplicationState): Kind {
  return KINDS[state];
}
