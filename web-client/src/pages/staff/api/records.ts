/** What was sent, and what was done. */
import type { Answer } from '../../../lib/api/schemas';
import { ask } from './ask';

export type SentMessage = Answer<'StaffMessage'>;

export type AuditEvent = Answer<'StaffAuditEvent'>;

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

export const audit = (
  facility: string,
  subject: string,
  subject_id: string,
  before: number | undefined,
  limit: number,
) =>
  ask<AuditEvent[]>('GET', '/api/staff/audit', {
    query: { facility, subject, subject_id, before, limit },
  });

export const verifyAudit = () => ask<Verified>('GET', '/api/staff/audit/verify');
