/** What the officers' page asks of the service. */
import type { Answer } from '../../../lib/api/schemas';
import { ask } from '../api/ask';
import type { By } from '../api/visits';

export type Listing = Answer<'OfficerListing'>;
export type OfficerVisit = Answer<'ListedVisit'>;

const VISITS = '/api/officer/visits';

/** How long a look may take, ms: whoever is on duty is to know soon that what they see is old. */
const LOOK_WITHIN_MS = 10_000;

export const visits = (facility: string) =>
  ask<Listing>('GET', VISITS, { query: { facility }, withinMs: LOOK_WITHIN_MS });

export const end = (visit: string, reason: string, by: By) =>
  ask<null>('POST', `${VISITS}/${visit}/end`, { body: { reason, ended_by: by } });

export const reissue = (visit: string, seat: number) =>
  ask<null>('POST', `${VISITS}/${visit}/seats/${seat}/reissue`);
