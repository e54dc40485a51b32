/** A facility's schedule: grids, closures, figures and terminals. */
import { ask } from './ask';

/** What a grid is to be. Dates are local, minutes count from local midnight. */
export interface GridPlan {
  from_date: string;
  to_date: string | null;
  /** Bit 0 is Monday. */
  weekdays: number;
  visit_minutes: number;
  turnaround_minutes: number;
  /** When the batches begin: 第1梯 is the first. */
  batches: number[];
  terminals: string[];
}

export interface Grid extends GridPlan {
  id: string;
}

/** A visit that a change would touch. */
export interface Touched {
  visit_id: string;
  inmate_name: string;
  terminal_name: string;
  starts_at_ms: number;
  ends_at_ms: number;
  state: string;
}

export interface Preview {
  touched: Touched[];
}

export interface ClosurePlan {
  from_date: string;
  to_date: string;
  /** Batches that begin in these minutes of the day; none: the whole day. */
  from_minute: number | null;
  to_minute: number | null;
  reason: string;
}

export interface Closure extends ClosurePlan {
  id: string;
  everywhere: boolean;
}

/** The figures that a facility sets for itself. */
export interface Rules {
  book_from_days: number;
  book_to_days: number;
  day_opens_minute: number;
  visits_a_month: number;
  cancel_before_hours: number;
  opens_before_minutes: number;
  no_shows: number;
  no_shows_within_months: number;
  no_shows_bar_months: number;
}

export interface Settings extends Rules {
  name: string;
  time_zone: string;
  contact_email: string | null;
}

export interface Terminal {
  id: string;
  name: string;
  in_service: boolean;
  visits_ahead: number;
}

/** A terminal's pairing address; it is told once. */
export interface Pairing {
  id: string;
  pairing_url: string;
}

const of = (facility: string, what: string) => `/api/staff/facilities/${facility}/${what}`;

export const grids = (facility: string) => ask<Grid[]>('GET', of(facility, 'grids'));
export const previewGrid = (facility: string, plan: GridPlan) =>
  ask<Preview>('POST', of(facility, 'grids/preview'), { body: plan });
export const addGrid = (facility: string, plan: GridPlan) =>
  ask<unknown>('POST', of(facility, 'grids'), { body: plan });
export const retireGrid = (facility: string, grid: string) =>
  ask<unknown>('POST', of(facility, `grids/${grid}/retire`));

export const closures = (facility: string) => ask<Closure[]>('GET', of(facility, 'closures'));
export const previewClosure = (facility: string, plan: ClosurePlan) =>
  ask<Preview>('POST', of(facility, 'closures/preview'), { body: plan });
export const addClosure = (facility: string, plan: ClosurePlan) =>
  ask<unknown>('POST', of(facility, 'closures'), { body: plan });
export const liftClosure = (facility: string, closure: string) =>
  ask<unknown>('POST', of(facility, `closures/${closure}/lift`));

export const settings = (facility: string) => ask<Settings>('GET', of(facility, 'settings'));
export const changeSettings = (facility: string, change: Partial<Settings>) =>
  ask<unknown>('PATCH', of(facility, 'settings'), { body: change });

export const terminals = (facility: string) => ask<Terminal[]>('GET', of(facility, 'terminals'));
export const addTerminal = (facility: string, name: string) =>
  ask<Pairing>('POST', of(facility, 'terminals'), { body: { name } });
export const changeTerminal = (
  facility: string,
  terminal: string,
  change: { name?: string; in_service?: boolean },
) => ask<unknown>('PATCH', of(facility, `terminals/${terminal}`), { body: change });
export const pairTerminal = (facility: string, terminal: string) =>
  ask<Pairing>('POST', of(facility, `terminals/${terminal}/pair`));
