/** What was sent, and what was done. */
import { ask } from './ask';

export interface SentMessage {
  id: string;
  kind: string;
  channel: 'sms' | 'email';
  recipient: string | null;
  state: 'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'expired';
  attempts: number;
  provider: string | null;
  last_error: string | null;
  created_at_ms: number;
  next_attempt_at_ms: number | null;
  sent_at_ms: number | null;
  delivered_at_ms: number | null;
  visit_id: string | null;
}

export interface AuditEvent {
  sequence: number;
  at_ms: number;
  actor: string;
  actor_name: string | null;
  action: string;
  subject: string;
  subject_id: string;
  detail: string;
}

export interface Verified {
  sealed: number;
  waiting: number;
  broken: null | { position: number; why: string };
}

export const messages = (
  facility: string,
  state: string,
  before: string | undefined,
  limit: number,
) =>
  ask<SentMessage[]>('GET', '/api/staff/messages', { query: { facility, state, before, limit } });

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
