/** Who may not visit, or be visited, for a while. */
import { ask } from './ask';

export type RestrictionKind =
  'no_contact' | 'inmate_declines' | 'breach' | 'no_show' | 'discipline' | 'other';

export const KINDS: readonly RestrictionKind[] = [
  'no_contact',
  'inmate_declines',
  'breach',
  'no_show',
  'discipline',
  'other',
];

export interface Restriction {
  id: string;
  person_id: string | null;
  person_name: string | null;
  inmate_id: string | null;
  inmate_name: string | null;
  inmate_number: string | null;
  kind: RestrictionKind;
  reason: string;
  from_ms: number;
  until_ms: number | null;
  staff_name: string | null;
  created_at_ms: number;
  lifted_at_ms: number | null;
}

export interface NewRestriction {
  facility_id: string;
  person_id: string | null;
  inmate_id: string | null;
  kind: RestrictionKind;
  reason: string;
  from_ms: number;
  until_ms: number | null;
}

const ALL = '/api/staff/restrictions';

export const restrictions = (facility: string, before: string | undefined, limit: number) =>
  ask<Restriction[]>('GET', ALL, { query: { facility, before, limit } });

export const restrict = (restriction: NewRestriction) =>
  ask<unknown>('POST', ALL, { body: restriction });

export const lift = (id: string, reason: string) =>
  ask<unknown>('POST', `${ALL}/${id}/lift`, { body: { reason } });
