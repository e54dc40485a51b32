/**
 * The language of the page. The person's own choice is kept; without one, the browser's languages
 * decide. Five languages are spoken by the service; a page offers those that it is written in.
 */
import type { Locale } from '../protocol.generated';
import { en } from './en';
import type { Messages } from './messages';
import { zhTw } from './zh-tw';

const CATALOGUES: Partial<Record<Locale, Messages>> = { 'zh-TW': zhTw, en };
const KEPT = 'openvisit.locale';

/** The languages that a page can be read in, with their own names. */
export const OFFERED: readonly { locale: Locale; name: string }[] = [
  { locale: 'zh-TW', name: '正體中文' },
  { locale: 'en', name: 'English' },
];

/** The service's language for a browser's: `zh-Hant-HK` is read as `zh-TW`, `fr` as English. */
export function closest(languages: readonly string[]): Locale {
  for (const language of languages) {
    const tag = language.toLowerCase();
    if (tag.startsWith('zh')) return 'zh-TW';
    const spoken = (['en', 'vi', 'id', 'th'] as const).find((each) => tag.startsWith(each));
    if (spoken) return spoken;
  }
  return 'en';
}

function initial(): Locale {
  try {
    const kept = localStorage.getItem(KEPT);
    if (kept && kept in CATALOGUES) return kept as Locale;
  } catch {
    // Storage may be off; the browser's languages decide then.
  }
  return closest(navigator.languages);
}

let current = $state<Locale>(initial());
reflect();

/** The language that errors of the service should come in. */
export function locale(): Locale {
  return current;
}

/** The language that this page is written in now. */
export function written(): Locale {
  return CATALOGUES[current] ? current : 'en';
}

/** Every text of the page in the current language. */
export function texts(): Messages {
  return CATALOGUES[current] ?? en;
}

/** The person's own choice. */
export function choose(locale: Locale): void {
  current = locale;
  reflect();
  try {
    localStorage.setItem(KEPT, locale);
  } catch {
    // It holds for this page, then.
  }
}

function reflect(): void {
  document.documentElement.lang = CATALOGUES[current] ? current : 'en';
}
