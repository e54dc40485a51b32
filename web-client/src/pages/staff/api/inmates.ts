/** The inmates of a facility. */
import type { Answer, Asked } from '../../../lib/api/schemas';
import { ask } from './ask';

export type Inmate = Answer<'StaffInmate'>;

export type NewInmate = Asked<'NewInmate'>;

/** What somebody’s leaving touched. */
export type Left = Answer<'InmateLeft'>;

/** What a file of inmates brings, or would bring. */
export type ImportReport = Answer<'InmateImport'>;

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
