import type { PortalMessages } from '../texts.svelte';
import { account } from './account';
import { application } from './application';
import { booking } from './booking';
import { common } from './common';
import { phone } from './phone';
import { visits } from './visits';

export const idPortal: PortalMessages = { common, account, application, booking, visits, phone };
