/** Visitors' accounts, for those who look after all facilities. */
import type { Answer } from '../../../lib/api/schemas';
import { ask } from './ask';

export type Account = Answer<'VisitorAccount'>;

const ALL = '/api/staff/accounts';

/** Those whose name holds what was typed, or whose address it is; without it, those that are suspended. */
export const accounts = (q: string, after: string | undefined, limit: number) =>
  ask<Account[]>('GET', ALL, { query: { q, after, limit } });

export const suspend = (person: string, reason: string) =>
  ask<Answer<'AccountSuspended'>>('POST', `${ALL}/${person}/suspension`, { body: { reason } });

export const correctAddress = (person: string, email: string, reason: string) =>
  ask<unknown>('PUT', `${ALL}/${person}/address`, { body: { email, reason } });

export const reinstate = (person: string) => ask<unknown>('DELETE', `${ALL}/${person}/suspension`);
