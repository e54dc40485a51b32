/** The facilities that somebody works for. */
import { ask } from './ask';

export interface Facility {
  id: string;
  name: string;
}

export const facilities = () => ask<Facility[]>('GET', '/api/staff/facilities');

export const addFacility = (name: string, time_zone: string) =>
  ask<Facility>('POST', '/api/staff/facilities', { body: { name, time_zone } });
