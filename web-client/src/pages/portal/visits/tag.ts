/** How the state of a visit looks beside its word. */
import type { VisitState } from '../../../lib/api/visitor';

type Kind = 'waiting' | 'good' | 'care' | 'over' | 'wrong';

const KINDS: Record<VisitState, Kind> = {
  held: 'care',
  confirmed: 'good',
  flagged: 'care',
  in_session: 'good',
  completed: 'over',
  terminated: 'wrong',
  technical_failure: 'wrong',
  cancelled: 'over',
  no_show: 'wrong',
};

export function tagOf(state: VisitState): Kind {
  return KINDS[state];
}
