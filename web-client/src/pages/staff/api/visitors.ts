/** Those who have applied at a facility, to choose from. */
import type { Answer } from '../../../lib/api/schemas';
import { ask } from './ask';

export type Visitor = Answer<'StaffVisitor'>;

const ALL = '/api/staff/visitors';

/** Those whose name holds what was typed, once for each inmate. */
export const visitorsNamed = (facility: string, q: string) =>
  ask<Visitor[]>('GET', ALL, { query: { facility, q, limit: 8 } });

/** Those who are approved for an inmate. */
export const approvedFor = (facility: string, approved_for: string) =>
  ask<Visitor[]>('GET', ALL, { query: { facility, approved_for } });
