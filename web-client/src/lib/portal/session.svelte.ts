/** Who is signed in. The cookie is the browser's own matter; here is what it opened. */
import { Problem } from '../api/client';
import { accounts, type Profile } from '../api/visitor';
import { sessionBegins, sessionEnds, sessionIsLeft } from '../typed.svelte';

type State =
  | { name: 'unknown' }
  | { name: 'out'; expired: boolean }
  | { name: 'unreachable'; problem: Problem }
  | { name: 'in'; profile: Profile };

let state = $state.raw<State>({ name: 'unknown' });

export function session(): State {
  return state;
}

/** Whom the page speaks to. Only pages behind the sign-in ask. */
export function me(): Profile {
  if (state.name !== 'in') throw new Error('this page is shown to people who are signed in');
  return state.profile;
}

/** Asks the service who this is. */
export async function begin(): Promise<void> {
  try {
    signedIn(await accounts.profile());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    state =
      error.status === 401
        ? { name: 'out', expired: false }
        : { name: 'unreachable', problem: error };
  }
}

export function signedIn(profile: Profile): void {
  sessionBegins(profile.id);
  state = { name: 'in', profile };
}

export async function signOut(): Promise<void> {
  try {
    await accounts.signOut();
  } catch (error) {
    // Signed out already is as good.
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  signedOut();
}

/** The account is no longer open at this device, and nothing typed is left for the next person. */
export function signedOut(): void {
  sessionIsLeft();
  state = { name: 'out', expired: false };
}

/** The service no longer knows the session. What was typed stays for when the person is back. */
export function expired(): void {
  if (state.name !== 'in') return;
  sessionEnds();
  state = { name: 'out', expired: true };
}
