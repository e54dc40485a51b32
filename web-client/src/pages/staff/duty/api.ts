/** What the officers' page asks of the service. */
import { ask } from '../api/ask';

export interface OfficerVisit {
  id: string;
  terminal: string;
  inmate: string;
  opens_at_ms: number;
  starts_at_ms: number;
  ends_at_ms: number;
  state: string;
  live: { connected_seats: number[] };
  party: { seat: number; name: string; link: string; phone_tail: string }[];
}

export interface Listing {
  facility: string;
  officer: string;
  now_ms: number;
  visits: OfficerVisit[];
}

const VISITS = '/api/officer/visits';

export const visits = (facility: string) => ask<Listing>('GET', VISITS, { query: { facility } });

export const end = (visit: string, reason: string) =>
  ask<null>('POST', `${VISITS}/${visit}/end`, { body: { reason } });

export const reissue = (visit: string, seat: number) =>
  ask<null>('POST', `${VISITS}/${visit}/seats/${seat}/reissue`);
