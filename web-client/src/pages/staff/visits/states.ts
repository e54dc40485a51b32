/** How the states of a visit look. */
type Kind = 'waiting' | 'good' | 'care' | 'over' | 'wrong';

const KINDS: Record<string, Kind> = {
  held: 'waiting',
  confirmed: 'good',
  flagged: 'care',
  in_session: 'good',
  completed: 'over',
  terminated: 'wrong',
  technical_failure: 'wrong',
  cancelled: 'over',
  no_show: 'over',
};

export const kindOf = (state: string): Kind => KINDS[state] ?? 'over';
