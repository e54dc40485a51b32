/** The facilities that somebody works for. */
import { ask } from './ask';

export interface Facility {
  id: string;
  name: string;
}

export const facilities = () => ask<Facility[]>('GET', '/api/staff/facilities');

export async function addFacility(name: string, time_zone: string): Promise<Facility> {
  const body = { name, time_zone };
  const { id } = await ask<{ id: string }>('POST', '/api/staff/facilities', { body });
  return { id, name };
}
