/** What was sent, and what was done. */
import type { Answer } from '../../../lib/api/schemas';
import { ask } from './ask';

export type SentMessage = Answer<'StaffMessage'>;

/** Names of whom an event tells, by their ids. */
export type Names = Readonly<Record<string, string>>;

export type AuditEvent = Answer<'StaffAuditEvent'> & { names: Names };

export type Verified = Answer<'StaffAuditVerification'>;

export const messages = async (
  facility: string,
  state: string,
  before: string | undefined,
  limit: number,
) => {
  const query = { facility, state, before, limit };
  const answer = await ask<{ messages: SentMessage[] }>('GET', '/api/staff/messages', { query });
  return answer.messages;
};

export const retryMessage = (id: string) => ask<unknown>('POST', `/api/staff/messages/${id}/retry`);

export const audit = async (
  facility: string,
  subject: string,
  subject_id: string,
  before: number | undefined,
  limit: number,
) => {
  const query = { facility, subject, subject_id, before, limit };
  const answer = await ask<Answer<'StaffAuditEvents'>>('GET', '/api/staff/audit', { query });
  return answer.events.map((event): AuditEvent => ({ ...event, names: answer.names }));
};

export const verifyAudit = () => ask<Verified>('GET', '/api/staff/audit/verify');
