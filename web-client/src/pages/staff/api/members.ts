/** Members of staff and what they may do. */
import type { Role } from '../roles';
import { ask } from './ask';

export interface MemberRole {
  role: Role;
  facility_id: string | null;
  facility_name?: string | null;
}

export type MemberState = 'active' | 'suspended' | 'closed';

export interface Member {
  id: string;
  name: string;
  login: string;
  state: MemberState;
  roles: MemberRole[];
  /** Whether the one who asks may change this member. */
  can_change: boolean;
}

/** A password that is told once. */
export interface Temporary {
  temporary_password: string;
}

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
