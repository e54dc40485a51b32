/** The visits of a day, and what staff do with one. */
import { ask } from './ask';

export interface DayVisit {
  id: string;
  terminal_id: string;
  terminal_name: string;
  inmate_id: string;
  inmate_name: string;
  inmate_number: string;
  batch: number | null;
  opens_at_ms: number;
  starts_at_ms: number;
  ends_at_ms: number;
  state: string;
  ground: string;
  party: { seat: number; name: string }[];
  reason: string | null;
  ended_by: string | null;
}

/** Who called a visit off. */
export type By = 'visitor' | 'inmate' | 'facility' | 'system';

/** A visit outside the grid or the month's count, which the law allows on a ground. */
export interface Exception {
  facility_id: string;
  inmate_id: string;
  terminal_id: string;
  starts_at_ms: number;
  minutes: number;
  ground: string;
  reason: string;
  party: string[];
}

const ALL = '/api/staff/visits';

export const dayVisits = (facility: string, date: string) =>
  ask<DayVisit[]>('GET', ALL, { query: { facility, date } });

export const addException = (exception: Exception) =>
  ask<unknown>('POST', ALL, { body: exception });

export const cancelVisit = (id: string, reason: string, ended_by: By) =>
  ask<unknown>('POST', `${ALL}/${id}/cancel`, { body: { reason, ended_by } });

export const clearVisit = (id: string) => ask<unknown>('POST', `${ALL}/${id}/clear`);

export const moveVisit = (id: string, terminal_id: string) =>
  ask<unknown>('POST', `${ALL}/${id}/move`, { body: { terminal_id } });
