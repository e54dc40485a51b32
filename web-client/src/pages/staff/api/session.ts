/** Signing in and out, and one's own password. */
import type { Grant } from '../roles';
import { ask } from './ask';

export interface Me {
  id: string;
  name: string;
  login: string;
  /** A password of one's own comes before anything else. */
  must_change_password: boolean;
  roles: Grant[];
}

/** What comes after the password: a code, or the set-up of the second factor. */
export type Step = 'totp' | 'set_up';

export interface SecondFactor {
  secret: string;
  otpauth_url: string;
}

const SESSION = '/api/staff/session';

export const whoAmI = () => ask<Me>('GET', SESSION);

export const signIn = (login: string, password: string) =>
  ask<{ step: Step }>('POST', SESSION, { body: { login, password } });

export const showCode = (code: string) => ask<Me>('POST', `${SESSION}/totp`, { body: { code } });

export const setUp = () => ask<SecondFactor>('POST', `${SESSION}/totp/set-up`);

export const signOut = () => ask<null>('DELETE', SESSION);

export const changePassword = (current: string, next: string) =>
  ask<null>('POST', '/api/staff/password', { body: { current, new: next } });
