/** Members of staff and what they may do. */
import type { Answer } from '../../../lib/api/schemas';
import { ask } from './ask';

export type MemberRole = Answer<'StaffRole'>;

export type MemberState = Answer<'MemberState'>;

export type Member = Answer<'StaffMemberListed'>;

/** A password that is told once. */
export type Temporary = Answer<'StaffTemporaryPassword'>;

const ALL = '/api/staff/members';

export const members = (facility: string, before: string | undefined, limit: number) =>
  ask<Member[]>('GET', ALL, { query: { facility, before, limit } });

export const addMember = (member: { name: string; login: string; roles: MemberRole[] }) =>
  ask<Temporary>('POST', ALL, { body: member });

export const changeMember = (
  id: string,
  change: { name?: string; roles?: MemberRole[]; state?: MemberState },
) => ask<unknown>('PATCH', `${ALL}/${id}`, { body: change });

export const resetMember = (id: string) => ask<Temporary>('POST', `${ALL}/${id}/reset`);
