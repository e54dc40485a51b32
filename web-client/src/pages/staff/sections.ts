/** The parts of the console: where each is, and which roles see it. */
import type { Role } from './roles';

export type SectionId =
  | 'duty'
  | 'visits'
  | 'applications'
  | 'restrictions'
  | 'inmates'
  | 'visitors'
  | 'schedule'
  | 'closures'
  | 'terminals'
  | 'settings'
  | 'members'
  | 'messages'
  | 'audit';

export type Group = 'today' | 'people' | 'facility' | 'records';

export interface Section {
  id: SectionId;
  group: Group;
  roles: readonly Role[];
}

export const SECTIONS: readonly Section[] = [
  { id: 'duty', group: 'today', roles: ['officer'] },
  { id: 'visits', group: 'today', roles: ['officer', 'scheduler'] },
  { id: 'applications', group: 'people', roles: ['reviewer'] },
  { id: 'restrictions', group: 'people', roles: ['reviewer'] },
  { id: 'inmates', group: 'people', roles: ['reviewer', 'scheduler'] },
  { id: 'visitors', group: 'people', roles: ['administrator'] },
  { id: 'schedule', group: 'facility', roles: ['scheduler'] },
  { id: 'closures', group: 'facility', roles: ['scheduler'] },
  { id: 'terminals', group: 'facility', roles: ['scheduler'] },
  { id: 'settings', group: 'facility', roles: ['scheduler'] },
  { id: 'members', group: 'facility', roles: ['facility_administrator'] },
  { id: 'messages', group: 'records', roles: ['scheduler', 'auditor'] },
  { id: 'audit', group: 'records', roles: ['auditor'] },
];

export const GROUPS: readonly Group[] = ['today', 'people', 'facility', 'records'];

export const ROOT = '/staff';

export const addressOf = (section: string, id?: string): string =>
  id === undefined ? `${ROOT}/${section}` : `${ROOT}/${section}/${encodeURIComponent(id)}`;

/** What an address names: `/staff/applications/17` is the section `applications` and the id `17`. */
export function placeOf(path: string): { section: string; id: string | undefined } {
  const [, , section = '', id] = path.split('/');
  return { section, id: id ? decodeURIComponent(id) : undefined };
}
