/** The views of the portal and their addresses. */
import type { Component } from 'svelte';
import { match, type Params } from '../../lib/router/pattern';
import Forgot from './account/Forgot.svelte';
import Close from './account/Close.svelte';
import Password from './account/Password.svelte';
import Profile from './account/Profile.svelte';
import ProfileChange from './account/ProfileChange.svelte';
import Reset from './account/Reset.svelte';
import SignIn from './account/SignIn.svelte';
import Verify from './account/Verify.svelte';
import Applications from './application/Applications.svelte';
import Application from './application/Application.svelte';
import CheckAndSend from './application/CheckAndSend.svelte';
import Documents from './application/Documents.svelte';
import Edit from './application/Edit.svelte';
import NewApplication from './application/NewApplication.svelte';
import Companions from './booking/Companions.svelte';
import Confirm from './booking/Confirm.svelte';
import Done from './booking/Done.svelte';
import Party from './booking/Party.svelte';
import SlotPage from './booking/SlotPage.svelte';
import Who from './booking/Who.svelte';
import Front from './Front.svelte';
import PhoneTest from './phone/PhoneTest.svelte';
import CheckMail from './register/CheckMail.svelte';
import Register from './register/Register.svelte';
import ChangeParty from './visits/ChangeParty.svelte';
import Visit from './visits/Visit.svelte';
import Visits from './visits/Visits.svelte';

export interface Route {
  pattern: string;
  view: Component<Params>;
  /** Who may see it; `either` has to know first who one is. */
  who: 'anybody' | 'either' | 'signed-in';
}

const open = (pattern: string, view: unknown): Route => ({
  pattern,
  view: view as Component<Params>,
  who: 'anybody',
});
const either = (pattern: string, view: unknown): Route => ({
  ...open(pattern, view),
  who: 'either',
});
const own = (pattern: string, view: unknown): Route => ({
  ...open(pattern, view),
  who: 'signed-in',
});

const ROUTES: readonly Route[] = [
  either('/portal', Front),
  open('/portal/register/check-mail', CheckMail),
  open('/portal/register/:step', Register),
  open('/portal/verify', Verify),
  open('/portal/sign-in', SignIn),
  open('/portal/forgot', Forgot),
  open('/portal/reset', Reset),
  open('/t', PhoneTest),
  open('/portal/phone-test', PhoneTest),
  own('/portal/phone-test/call', PhoneTest),
  own('/portal/account', Profile),
  own('/portal/account/change', ProfileChange),
  own('/portal/account/password', Password),
  either('/portal/account/close', Close),
  own('/portal/applications', Applications),
  own('/portal/applications/new/:step', NewApplication),
  own('/portal/applications/:id', Application),
  own('/portal/applications/:id/edit/:step', Edit),
  own('/portal/applications/:id/documents', Documents),
  own('/portal/applications/:id/check', CheckAndSend),
  own('/portal/companions', Companions),
  own('/portal/book', Who),
  own('/portal/book/:application/party', Party),
  own('/portal/book/:application/time', SlotPage),
  own('/portal/visits', Visits),
  own('/portal/visits/:id', Visit),
  own('/portal/visits/:id/confirm', Confirm),
  own('/portal/visits/:id/booked', Done),
  own('/portal/visits/:id/party', ChangeParty),
];

/** The view at an address, with what its address says. */
export function viewAt(path: string): { route: Route; params: Params } | null {
  for (const route of ROUTES) {
    const params = match(route.pattern, path);
    if (params) return { route, params };
  }
  return null;
}
