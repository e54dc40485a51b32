/** A facility's schedule: grids, closures, figures and terminals. */
import type { Answer, Asked } from '../../../lib/api/schemas';
import { ask } from './ask';

/** What a grid is to be. Dates are local, minutes count from local midnight. */
export type GridPlan = Asked<'NewGrid'>;

export type Grid = Answer<'Grid'>;

/** A visit that a change would touch. */
export type Touched = Answer<'TouchedVisit'>;

export type Preview = Answer<'SchedulePreview'>;

export type ClosurePlan = Asked<'NewClosure'>;

export type Closure = Answer<'Closure'>;

/** The figures that a facility sets for itself. */
export interface Rules {
  book_from_days: number;
  book_to_days: number;
  day_opens_minute: number;
  visits_a_month: number;
  cancel_before_hours: number;
  opens_before_minutes: number;
  give_back_minutes: number;
  no_shows: number;
  no_shows_within_months: number;
  no_shows_bar_months: number;
}

export type Settings = Answer<'FacilitySettings'>;

export type Terminal = Answer<'Terminal'>;

/** A terminal's newest test of itself. */
export type SelfTest = Answer<'SelfTest'>;

/** A terminal's pairing address; it is told once. */
export type Pairing = Answer<'PairedTerminal'>;

const of = (facility: string, what: string) => `/api/staff/facilities/${facility}/${what}`;

export const grids = (facility: string) => ask<Grid[]>('GET', of(facility, 'grids'));
export const previewGrid = (facility: string, plan: GridPlan) =>
  ask<Preview>('POST', of(facility, 'grids/preview'), { body: plan });
export const addGrid = (facility: string, plan: GridPlan) =>
  ask<unknown>('POST', of(facility, 'grids'), { body: plan });
export const retireGrid = (facility: string, grid: string) =>
  ask<unknown>('POST', of(facility, `grids/${grid}/retire`));

export const closures = (facility: string, after: string | undefined, limit: number) =>
  ask<Closure[]>('GET', of(facility, 'closures'), { query: { after, limit } });
/** Of one facility; null: of all at once. */
const closuresOf = (facility: string | null, what = '') =>
  (facility === null ? '/api/staff/closures' : of(facility, 'closures')) + what;
export const previewClosure = (facility: string | null, plan: ClosurePlan) =>
  ask<Preview>('POST', closuresOf(facility, '/preview'), { body: plan });
export const addClosure = (facility: string | null, plan: ClosurePlan) =>
  ask<unknown>('POST', closuresOf(facility), { body: plan });
export const liftClosure = (facility: string | null, closure: string) =>
  ask<unknown>('POST', closuresOf(facility, `/${closure}/lift`));

export const settings = (facility: string) => ask<Settings>('GET', of(facility, 'settings'));
export const changeSettings = (facility: string, change: Partial<Settings>) =>
  ask<Settings>('PATCH', of(facility, 'settings'), { body: change });

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
