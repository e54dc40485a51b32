/**
 * The answers of a registration. They are kept for this window, except the national id and the password:
 * those live in memory, and are asked again after a reload.
 */
import { NO_DATE, type DateParts } from '../../../components/form/date';
import { forget, keep, recall, whenForgotten } from '../../../lib/draft';

interface Answers {
  agreed: boolean;
  name: string;
  birth: DateParts;
  email: string;
  phone: string;
  landline: string;
}

const NAME = 'register';
const EMPTY: Answers = {
  agreed: false,
  name: '',
  birth: NO_DATE,
  email: '',
  phone: '',
  landline: '',
};
const NO_SECRETS = { nationalId: '', password: '' };

/** Consent is to this text; a changed notice gets another date. */
export const CONSENT_VERSION = '2026-11';

export const answers = $state<Answers>(recall(NAME, EMPTY));
export const secrets = $state({ ...NO_SECRETS });

export function keepAnswers(): void {
  keep(NAME, $state.snapshot(answers));
}

/** Sent. The answers stay until the address is confirmed: it may have been mistyped. */
export function sent(): void {
  keep('mail', { email: answers.email.trim() });
}

/** Confirmed: nothing of it stays. */
export function finished(): void {
  forget(NAME);
  forget('mail');
  empty();
}

function empty(): void {
  Object.assign(answers, EMPTY);
  Object.assign(secrets, NO_SECRETS);
}
whenForgotten(empty);

/** The address that the last letter went to. */
export function mailedTo(): string {
  return recall('mail', { email: '' }).email;
}
