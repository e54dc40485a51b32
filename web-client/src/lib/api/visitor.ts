/** What the portal asks of the service. */
import type { Locale } from '../protocol.generated';
import { ask } from './client';

export interface Profile {
  name: string;
  email: string;
  phone: string;
  landline: string | null;
  /** `YYYY-MM-DD`. */
  birth_date: string;
  /** With most of its characters covered. */
  national_id: string;
  locale: Locale;
}

export interface NewAccount {
  consent_version: string;
  name: string;
  national_id: string;
  email: string;
  birth_date: string;
  phone: string;
  landline?: string;
  password: string;
  locale: Locale;
}

export interface Facility {
  id: string;
  name: string;
}

export const RELATIONSHIPS = [
  'spouse',
  'parent',
  'child',
  'grandparent',
  'grandchild',
  'sibling',
  'other_relative',
  'in_law',
  'lawyer',
  'defender',
  'other',
] as const;
export type Relationship = (typeof RELATIONSHIPS)[number];

export interface Services {
  on_site: boolean;
  remote: boolean;
  mobile: boolean;
}

export type ApplicationState =
  'draft' | 'submitted' | 'in_review' | 'needs_more' | 'approved' | 'refused' | 'revoked' | 'stale';

export const DOCUMENT_KINDS = ['identity', 'relationship', 'photo'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** What an application lacks before it can be sent. */
export type Requirement = DocumentKind | 'ground';

export interface DocumentEntry {
  id: string;
  kind: DocumentKind;
  name: string;
  media_type: string;
  bytes: number;
}

export interface Application {
  id: string;
  facility_id: string;
  facility_name: string;
  inmate_id: string;
  inmate_number: string;
  inmate_name: string;
  relationship: Relationship;
  ground: string | null;
  services: Services;
  state: ApplicationState;
  reason: string | null;
  created_at_ms: number;
  submitted_at_ms: number | null;
  decided_at_ms: number | null;
  documents: DocumentEntry[];
  missing: Requirement[];
}

export interface ApplicationAnswers {
  relationship: Relationship;
  ground?: string;
  services: Services;
}

export interface Companion {
  id: string;
  inmate_id: string;
  inmate_name: string;
  name: string | null;
  email: string;
  state: string;
  direction: 'sent' | 'received';
  /** Agreed, and both approved for this inmate. */
  ready: boolean;
}

export type SlotState = 'free' | 'full' | 'closed' | 'busy' | 'passed';

export interface Batch {
  batch: number;
  starts_at_ms: number;
  ends_at_ms: number;
  state: SlotState;
  free: number;
}

export interface SlotDay {
  date: string;
  batches: Batch[];
}

export interface Slots {
  facility_name: string;
  time_zone: string;
  visit_minutes: number;
  months: { month: string; limit: number; used: number }[];
  next_day_opens_at_ms: number | null;
  days: SlotDay[];
  refusal: string | null;
}

export type VisitState =
  | 'held'
  | 'confirmed'
  | 'flagged'
  | 'in_session'
  | 'completed'
  | 'terminated'
  | 'technical_failure'
  | 'cancelled'
  | 'no_show';

export interface Visit {
  id: string;
  facility_name: string;
  time_zone: string;
  inmate_name: string;
  inmate_number: string;
  batch: number | null;
  opens_at_ms: number;
  starts_at_ms: number;
  ends_at_ms: number;
  state: VisitState;
  held_until_ms: number | null;
  applicant: boolean;
  party: { seat: number; name: string; you: boolean }[];
  /** Whether it counts towards the month. */
  counted: boolean;
  reason: string | null;
  ended_by: string | null;
  can: {
    confirm: boolean;
    cancel: boolean;
    change_party: boolean;
    leave: boolean;
    link: boolean;
  };
  /** Until when a cancellation gives the visit of the month back. */
  gives_back_until_ms: number | null;
}

const API = '/api/visitor';
const part = encodeURIComponent;

export const accounts = {
  register: (account: NewAccount) => ask<void>('POST', `${API}/accounts`, { body: account }),
  verify: (token: string) => ask<Profile>('POST', `${API}/accounts/verify`, { body: { token } }),
  resend: (email: string) =>
    ask<void>('POST', `${API}/accounts/verify/resend`, { body: { email } }),
  signIn: (email: string, password: string) =>
    ask<Profile>('POST', `${API}/session`, { body: { email, password } }),
  signOut: () => ask<void>('DELETE', `${API}/session`),
  forgot: (email: string) => ask<void>('POST', `${API}/password/forgot`, { body: { email } }),
  reset: (token: string, password: string) =>
    ask<void>('POST', `${API}/password/reset`, { body: { token, password } }),
  changePassword: (current: string, password: string) =>
    ask<void>('POST', `${API}/password`, { body: { current, new: password } }),
  profile: () => ask<Profile>('GET', `${API}/profile`),
  change: (change: { phone?: string; landline?: string; locale?: Locale }) =>
    ask<Profile>('PATCH', `${API}/profile`, { body: change }),
  close: (password: string) => ask<void>('POST', `${API}/account/close`, { body: { password } }),
  /** The address of everything that is kept about the person, as a file. */
  exportAddress: `${API}/export`,
};

export const applications = {
  facilities: () => ask<Facility[]>('GET', '/api/facilities'),
  lookUp: (inmate: { facility_id: string; number: string; inmate_name: string }) =>
    ask<{ matches: boolean }>('POST', `${API}/inmate-lookup`, { body: inmate }),
  list: () => ask<Application[]>('GET', `${API}/applications?limit=100`),
  one: (id: string) => ask<Application>('GET', `${API}/applications/${part(id)}`),
  begin: (
    application: ApplicationAnswers & { facility_id: string; number: string; inmate_name: string },
  ) => ask<Application>('POST', `${API}/applications`, { body: application }),
  change: (id: string, answers: Partial<ApplicationAnswers>) =>
    ask<Application>('PATCH', `${API}/applications/${part(id)}`, { body: answers }),
  discard: (id: string) => ask<void>('DELETE', `${API}/applications/${part(id)}`),
  submit: (id: string) => ask<Application>('POST', `${API}/applications/${part(id)}/submit`),
  documentsAddress: (id: string) => `${API}/applications/${part(id)}/documents`,
  documentAddress: (id: string, document: string) =>
    `${API}/applications/${part(id)}/documents/${part(document)}`,
  removeDocument: (id: string, document: string) =>
    ask<void>('DELETE', `${API}/applications/${part(id)}/documents/${part(document)}`),
};

export const companions = {
  list: () => ask<Companion[]>('GET', `${API}/companions?limit=100`),
  invite: (applicationId: string, email: string) =>
    ask<void>('POST', `${API}/companions`, { body: { application_id: applicationId, email } }),
  agree: (id: string) => ask<void>('POST', `${API}/companions/${part(id)}/agree`),
  decline: (id: string) => ask<void>('POST', `${API}/companions/${part(id)}/decline`),
  remove: (id: string) => ask<void>('DELETE', `${API}/companions/${part(id)}`),
};

export const visits = {
  slots: (applicationId: string) =>
    ask<Slots>('GET', `${API}/slots?application_id=${part(applicationId)}`),
  /** The same key brings the same visit, however often it is asked. */
  hold: (
    booking: { application_id: string; companions: string[]; starts_at_ms: number },
    key: string,
  ) =>
    ask<Visit>('POST', `${API}/bookings`, { body: booking, headers: { 'idempotency-key': key } }),
  list: (before?: string) =>
    ask<Visit[]>('GET', `${API}/visits?limit=20${before ? `&before=${part(before)}` : ''}`),
  one: (id: string) => ask<Visit>('GET', `${API}/visits/${part(id)}`),
  confirm: (id: string) => ask<Visit>('POST', `${API}/visits/${part(id)}/confirm`),
  cancel: (id: string, reason?: string) =>
    ask<Visit | undefined>('POST', `${API}/visits/${part(id)}/cancel`, {
      body: reason ? { reason } : {},
    }),
  changeParty: (id: string, chosen: string[]) =>
    ask<Visit>('PUT', `${API}/visits/${part(id)}/party`, { body: { companions: chosen } }),
  leave: (id: string) => ask<void>('POST', `${API}/visits/${part(id)}/leave`),
  sendLink: (id: string) => ask<void>('POST', `${API}/visits/${part(id)}/link`),
  calendarAddress: (id: string) => `${API}/visits/${part(id)}/calendar.ics`,
};
