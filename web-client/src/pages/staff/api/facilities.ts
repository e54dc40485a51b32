/** The facilities that somebody works for. */
import type { Answer } from '../../../lib/api/schemas';
import { ask } from './ask';

export type Facility = Answer<'StaffFacility'>;

export const facilities = () => ask<Facility[]>('GET', '/api/staff/facilities');

export const addFacility = (name: string, latin_name: string | null, time_zone: string) =>
  ask<Facility>('POST', '/api/staff/facilities', { body: { name, latin_name, time_zone } });
