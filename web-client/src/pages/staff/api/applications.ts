/** Applications, as reviewers see them. */
import type { Answer, Asked } from '../../../lib/api/schemas';
import { ask, askFile } from './ask';

export type ApplicationState = Answer<'ApplicationState'>;

export type Document = Answer<'Document'>;

export type Application = Answer<'ReviewedApplication'>;

/** What identifies somebody; that it was looked at is noted. */

export type Reviewed = Answer<'ApplicationUnderReview'>;

export type Decision = 'approve' | 'refuse' | 'ask' | 'revoke';

const ALL = '/api/staff/applications';

/** Those that wait in the order in which they were handed in, others the newest first. */
export const applications = (
  facility: string,
  state: ApplicationState | '',
  q: string,
  after: string | undefined,
  limit: number,
) => ask<Application[]>('GET', ALL, { query: { facility, state, q, after, limit } });

export const application = (id: string) => ask<Reviewed>('GET', `${ALL}/${id}`);

export const take = (id: string) => ask<unknown>('POST', `${ALL}/${id}/take`);

export const decide = (id: string, decision: Decision, reason?: string) =>
  ask<unknown>(
    'POST',
    `${ALL}/${id}/${decision}`,
    reason === undefined ? {} : { body: { reason } },
  );

/** Puts right what identifies the applicant; what is left out stays as it is. */
export const correctApplicant = (id: string, body: Asked<'CorrectApplicant'>) =>
  ask<unknown>('PUT', `${ALL}/${id}/applicant`, { body });

const documentAddress = (id: string, document: string) => `${ALL}/${id}/documents/${document}`;

export const documentFile = (id: string, document: string) =>
  askFile(documentAddress(id, document));
