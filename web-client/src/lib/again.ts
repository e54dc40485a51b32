/** When something that was tried too often may be tried again, in words; the service says so with its refusal. */
import type { Problem } from './api/client';

/** The code of a refusal that is about how often something was tried. */
const TOO_OFTEN = 'too_many_requests';

/** The sentence, in the language of the page. */
export interface AgainTexts {
  inMinutes: (minutes: number) => string;
}

/** The sentence that says when, no sooner than it is; empty where the refusal is another or names no time. */
export function again({ code, againMs }: Problem, texts: AgainTexts): string {
  if (code !== TOO_OFTEN || !(againMs > 0)) return '';
  return texts.inMinutes(Math.ceil(againMs / 60_000));
}
