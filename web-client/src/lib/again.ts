/** When something that was tried too often may be tried again, in words; the service says so with its refusal. */
import type { Problem } from './api/client';
import { serviceNow } from './api/clock';

/** The code of a refusal that is about how often something was tried. */
const TOO_OFTEN = 'too_many_requests';
/** What is nearer is said as a number of minutes, what is further away as a moment. */
const NEAR_MINUTES = 90;

/** The sentences, in the language of the page. */
export interface AgainTexts {
  inMinutes: (minutes: number) => string;
  at: (moment: string) => string;
}

/** The sentence that says when, no sooner than it is; empty where the refusal is another or names no time. */
export function again(
  { code, againMs }: Problem,
  texts: AgainTexts,
  moment: (atMs: number) => string,
  nowMs = serviceNow(),
): string {
  if (code !== TOO_OFTEN || !(againMs > 0)) return '';
  const minutes = Math.ceil(againMs / 60_000);
  if (minutes <= NEAR_MINUTES) return texts.inMinutes(minutes);
  // Clocks are read without their seconds.
  return texts.at(moment(Math.ceil((nowMs + againMs) / 60_000) * 60_000));
}
