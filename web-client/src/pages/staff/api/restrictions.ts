/** Who may not visit, or be visited, for a while. */
import type { Answer, Asked } from '../../../lib/api/schemas';
import { ask } from './ask';

export type RestrictionKind = Answer<'RestrictionKind'>;

export const KINDS: readonly RestrictionKind[] = [
  'no_contact',
  'inmate_declines',
  'breach',
  'no_show',
  'discipline',
  'other',
];

export type Restriction = Answer<'Restriction'>;

export type NewRestriction = Asked<'Restrict'>;

const ALL = '/api/staff/restrictions';

export const restrictions = (facility: string, before: string | undefined, limit: number) =>
  ask<Restriction[]>('GET', ALL, { query: { facility, before, limit } });

export const restrict = (restriction: NewRestriction) =>
  ask<unknown>('POST', ALL, { body: restriction });

export const lift = (id: string, reason: string) =>
  ask<unknown>('POST', `${ALL}/${id}/lift`, { body: { reason } });
