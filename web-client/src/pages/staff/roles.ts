/** Who may do what, and where: the same rule as the service's, so that nobody is shown a closed door. */

import type { Answer } from '../../lib/api/schemas';

export type Role = Answer<'Role'>;

export const ROLES: readonly Role[] = [
  'reviewer',
  'scheduler',
  'officer',
  'facility_administrator',
  'auditor',
  'administrator',
];

/** A role in one facility, or everywhere. */
export type Grant = Answer<'StaffMyRole'>;

/** What a facility administrator can do beside administering. */
const OF_A_FACILITY: readonly Role[] = ['reviewer', 'scheduler', 'officer'];

/** Whether the grants hold one of the roles for all facilities at once. */
export function holdsEverywhere(grants: readonly Grant[], ...roles: Role[]): boolean {
  return grants.some(
    ({ role, facility_id }) =>
      role === 'administrator' || (facility_id === null && roles.includes(role)),
  );
}

/** Whether the grants hold one of the roles in a facility. An administrator holds every role everywhere. */
export function holds(grants: readonly Grant[], facility: string, ...roles: Role[]): boolean {
  return grants.some((grant) => {
    if (grant.role === 'administrator') return true;
    if (grant.facility_id !== null && grant.facility_id !== facility) return false;
    return (
      roles.includes(grant.role) ||
      (grant.role === 'facility_administrator' &&
        roles.some((role) => OF_A_FACILITY.includes(role)))
    );
  });
}
