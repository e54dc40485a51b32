/** The inmates of a facility. */
import { ask } from './ask';

export interface Inmate {
  id: string;
  facility_id: string;
  number: string;
  name: string;
  first_name: string;
  state: 'present' | 'transferred' | 'released';
  left_at_ms: number | null;
}

export interface NewInmate {
  facility_id: string;
  number: string;
  name: string;
  first_name: string;
}

/** What somebody’s leaving touched. */
export interface Left {
  /** How many applications ended. */
  applications: number;
  /** How many visits are to be looked at. */
  visits: number;
}

/** What a file of inmates brings, or would bring. */
export interface ImportReport {
  added: number;
  changed: number;
  unchanged: number;
  bad: { line: number; code: string; detail: string }[];
}

const ALL = '/api/staff/inmates';

export const inmates = (
  facility: string,
  q: string,
  state: string,
  before: string | undefined,
  limit: number,
) => ask<Inmate[]>('GET', ALL, { query: { facility, q, state, before, limit } });

export const addInmate = (inmate: NewInmate) => ask<unknown>('POST', ALL, { body: inmate });

export const transfer = (id: string, facility_id: string, number: string) =>
  ask<Left>('POST', `${ALL}/${id}/transfer`, { body: { facility_id, number } });

export const release = (id: string) => ask<Left>('POST', `${ALL}/${id}/release`);

export const importInmates = (facility: string, file: Blob, dry_run: boolean) =>
  ask<ImportReport>('POST', `/api/staff/facilities/${facility}/inmates/import`, {
    query: { dry_run },
    file,
  });
