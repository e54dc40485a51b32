/** What the portal asks of the service. */
import { ask } from './client';
import type { Answer, Asked } from './schemas';

export type Profile = Answer<'Profile'>;
export type NewAccount = Asked<'NewVisitor'>;
export type Facility = Answer<'FacilityName'>;
export type Relationship = Answer<'Relationship'>;
export type ApplicationState = Answer<'ApplicationState'>;
export type DocumentKind = Answer<'DocumentKind'>;
/** What an application lacks before it can be sent. */
export type Requirement = Answer<'Requirement'>;
export type Services = Answer<'Services'>;
export type DocumentEntry = Answer<'Document'>;
export type Application = Answer<'Application'>;
export type ApplicationAnswers = Pick<
  Asked<'BeginApplication'>,
  'relationship' | 'ground' | 'services'
>;
export type Companion = Answer<'Companion'>;
export type SlotState = Answer<'SlotState'>;
export type Batch = Answer<'SlotBatch'>;
export type SlotDay = Answer<'SlotDay'>;
export type Slots = Answer<'Slots'>;
export type VisitState = Answer<'VisitState'>;
export type Visit = Answer<'Visit'>;

/** In the order in which they are asked for. */
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
] as const satisfies readonly Relationship[];
export const DOCUMENT_KINDS = [
  'identity',
  'relationship',
  'photo',
] as const satisfies readonly DocumentKind[];

const API = '/api/visitor';
const part = encodeURIComponent;
/** The entries of a list that are older than one, or the newest ones. */
const paged = (address: string, before: string | undefined, limit: number): string =>
  `${address}?limit=${limit}${before ? `&before=${part(before)}` : ''}`;

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
  change: (change: Asked<'ProfileChange'>) =>
    ask<Profile>('PATCH', `${API}/profile`, { body: change }),
  close: (password: string) => ask<void>('POST', `${API}/account/close`, { body: { password } }),
  /** The address of everything that is kept about the person, as a file. */
  exportAddress: `${API}/export`,
};

export const applications = {
  facilities: () => ask<Facility[]>('GET', '/api/facilities'),
  lookUp: (inmate: Asked<'InmateLookup'>) =>
    ask<Answer<'InmateMatch'>>('POST', `${API}/inmate-lookup`, { body: inmate }),
  list: (before: string | undefined, limit: number) =>
    ask<Application[]>('GET', paged(`${API}/applications`, before, limit)),
  one: (id: string) => ask<Application>('GET', `${API}/applications/${part(id)}`),
  begin: (application: Asked<'BeginApplication'>) =>
    ask<Application>('POST', `${API}/applications`, { body: application }),
  change: (id: string, answers: Asked<'ChangeApplication'>) =>
    ask<Application>('PATCH', `${API}/applications/${part(id)}`, { body: answers }),
  discard: (id: string) => ask<void>('DELETE', `${API}/applications/${part(id)}`),
  submit: (id: string) => ask<Application>('POST', `${API}/applications/${part(id)}/submit`),
  withdraw: (id: string) => ask<Application>('POST', `${API}/applications/${part(id)}/withdraw`),
  documentsAddress: (id: string) => `${API}/applications/${part(id)}/documents`,
  documentAddress: (id: string, document: string) =>
    `${API}/applications/${part(id)}/documents/${part(document)}`,
  removeDocument: (id: string, document: string) =>
    ask<void>('DELETE', `${API}/applications/${part(id)}/documents/${part(document)}`),
};

const shown = (key: string) => (key ? { headers: { authorization: `Bearer ${key}` } } : {});

/** With the key of a message, or signed in where there is none. */
export const phoneTest = {
  open: (key: string) => ask<Answer<'PhoneTest'>>('POST', `${API}/phone-test`, shown(key)),
  tell: (key: string, verdict: Asked<'PhoneTestResult'>['verdict']) =>
    ask<void>('PUT', `${API}/phone-test`, { ...shown(key), body: { verdict } }),
};

export const companions = {
  list: (before: string | undefined, limit: number) =>
    ask<Companion[]>('GET', paged(`${API}/companions`, before, limit)),
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
  hold: (booking: Asked<'NewBooking'>, key: string) =>
    ask<Visit>('POST', `${API}/bookings`, { body: booking, headers: { 'idempotency-key': key } }),
  list: (before: string | undefined, limit: number) =>
    ask<Visit[]>('GET', paged(`${API}/visits`, before, limit)),
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
