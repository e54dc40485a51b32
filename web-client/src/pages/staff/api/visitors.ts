/** Those who have applied at a facility, to choose from. */
import type { Answer } from '../../../lib/api/schemas';
import { ask } from './ask';

export type Visitor = Answer<'StaffVisitor'>;

const ALL = '/api/staff/visitors';

/** The most that the service gives at once. */
const LARGEST = 100;

/** The first ones whose name holds what was typed, once for each inmate. */
export const visitorsNamed = (facility: string, q: string, limit: number) =>
  ask<Visitor[]>('GET', ALL, { query: { facility, q, limit } });

/** All who are approved for an inmate. */
export async function approvedFor(facility: string, approved_for: string): Promise<Visitor[]> {
  const all: Visitor[] = [];
  for (;;) {
    const after = all.at(-1)?.application_id;
    const query = { facility, approved_for, after, limit: LARGEST };
    const found = await ask<Visitor[]>('GET', ALL, { query });
    all.push(...found);
    if (found.length < LARGEST) return all;
  }
}
