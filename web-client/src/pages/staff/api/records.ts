/** What was sent, and what was done. */
import { ask } from './ask';

export interface SentMessage {
  id: string;
  kind: string;
  channel: 'sms' | 'email';
  state: 'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'expired';
  /** The person's or the facility's name. */
  name: string;
  /** The end of the number, or the address without most of its first part. */
  recipient: string;
  created_at_ms: number;
  sent_at_ms: number | null;
  delivered_at_ms: number | null;
  attempts: number;
  provider: string | null;
  last_error: string | null;
}

export interface AuditEvent {
  sequence: number;
  at_ms: number;
  /** `system`, `visitor`, `person ID` or `staff ID`. */
  actor: string;
  action: string;
  subject: string;
  subject_id: string;
  /** Whatever else was noted, as JSON. */
  detail: unknown;
}

export interface Verified {
  sealed: number;
  waiting: number;
  broken: null | { position: number; why: string };
}

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
