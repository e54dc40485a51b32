/** The visits of a day, and what staff do with one. */
import type { Answer, Asked } from '../../../lib/api/schemas';
import { ask } from './ask';

export type DayVisit = Answer<'StaffVisit'>;

export type Member = DayVisit['party'][number];

/** Why a visit takes place. */
export type Ground = Answer<'Ground'>;

/** Who called a visit off. */
export type By = Asked<'EndedBy'>;

/** A visit outside the grid or the month's count, which the law allows on a ground. */
export type Exception = Asked<'NewException'>;

const ALL = '/api/staff/visits';

export const dayVisits = (facility: string, date: string) =>
  ask<DayVisit[]>('GET', ALL, { query: { facility, date } });

export const addException = (exception: Exception) =>
  ask<unknown>('POST', ALL, { body: exception });

/** What became of a visit, as staff know it; a failure has its side. */
export const OUTCOMES = [
  { outcome: 'completed', by: null },
  { outcome: 'no_show', by: null },
  { outcome: 'technical_failure', by: 'facility' },
  { outcome: 'technical_failure', by: 'inmate' },
  { outcome: 'technical_failure', by: 'system' },
] as const;

export const correctOutcome = (
  id: string,
  { outcome, by }: (typeof OUTCOMES)[number],
  reason: string,
) =>
  ask<null>('POST', `/api/staff/visits/${id}/outcome`, { body: { outcome, ended_by: by, reason } });

export const cancelVisit = (id: string, reason: string, ended_by: By) =>
  ask<unknown>('POST', `${ALL}/${id}/cancel`, { body: { reason, ended_by } });

export const clearVisit = (id: string) => ask<unknown>('POST', `${ALL}/${id}/clear`);

export const removeFromParty = (id: string, person: string, reason: string) =>
  ask<unknown>('POST', `${ALL}/${id}/party/${person}/remove`, { body: { reason } });

export const moveVisit = (id: string, terminal_id: string) =>
  ask<unknown>('POST', `${ALL}/${id}/move`, { body: { terminal_id } });
