/** Signing in and out, and one's own password. */
import type { Answer } from '../../../lib/api/schemas';
import { ask } from './ask';

export type Me = Answer<'StaffMe'>;

/** What comes after the password: a code, or the set-up of the second factor. */
export type Step = Answer<'StaffSecondStep'>;

export type SecondFactor = Answer<'StaffSecondFactor'>;

const SESSION = '/api/staff/session';

export const whoAmI = () => ask<Me>('GET', SESSION);

export const signIn = (login: string, password: string) =>
  ask<Answer<'StaffSignInStep'>>('POST', SESSION, { body: { login, password } });

export const showCode = (code: string) => ask<Me>('POST', `${SESSION}/totp`, { body: { code } });

export const setUp = () => ask<SecondFactor>('POST', `${SESSION}/totp/set-up`);

export const signOut = () => ask<null>('DELETE', SESSION);

export const changePassword = (current: string, next: string) =>
  ask<null>('POST', '/api/staff/password', { body: { current, new: next } });
