/** The questions of a registration in their order, and which of them is still to be answered. */
import { dateOf, type DateParts } from '../../../components/form/date';
import { PASSWORD_LEAST, isEmail, isMobile, isNationalId } from '../../../lib/portal/identity';

export const STEPS = [
  'consent',
  'identity',
  'birth',
  'email',
  'phone',
  'password',
  'check',
] as const;
export type Step = (typeof STEPS)[number];

export interface All {
  agreed: boolean;
  name: string;
  nationalId: string;
  birth: DateParts;
  email: string;
  phone: string;
  landline: string;
  password: string;
}

export const addressOf = (step: Step): string => `/portal/register/${step}`;

export function isLandline(typed: string): boolean {
  return /^[\d\s\-#()+]{0,25}$/.test(typed.normalize('NFKC').trim());
}

/** The first question without a usable answer; `check` when all have one. */
export function firstOpen(all: All): Step {
  if (!all.agreed) return 'consent';
  if (!all.name.trim() || !isNationalId(all.nationalId)) return 'identity';
  if (!dateOf(all.birth)) return 'birth';
  if (!isEmail(all.email)) return 'email';
  if (!isMobile(all.phone) || !isLandline(all.landline)) return 'phone';
  if ([...all.password].length < PASSWORD_LEAST) return 'password';
  return 'check';
}

/** The one that is shown for `wanted`: nobody gets past a question that is still open. */
export function allowed(wanted: Step, all: All): Step {
  const open = firstOpen(all);
  return STEPS.indexOf(wanted) <= STEPS.indexOf(open) ? wanted : open;
}
