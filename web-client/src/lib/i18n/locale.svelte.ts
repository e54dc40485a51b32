/**
 * The language of the page. The person's own choice is kept; without one, the browser's languages
 * decide. Five languages are spoken by the service; a page offers those that it is written in.
 */
import type { Locale } from '../protocol.generated';
import type { Messages } from './messages';

/** One file a language; a page loads the one that it is read in. */
const CATALOGUES: Partial<Record<Locale, () => Promise<Messages>>> = {
  'zh-TW': async () => (await import('./zh-tw')).zhTw,
  en: async () => (await import('./en')).en,
};
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
let messages = $state.raw<Messages>();

/** Loads the texts of the page. Nothing may be shown before. */
export async function loadTexts(): Promise<void> {
  await show(current);
}

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
  if (!messages) throw new Error('a page awaits loadTexts() before it shows anything');
  return messages;
}

/** The person's own choice. */
export async function choose(locale: Locale): Promise<void> {
  await show(locale);
  try {
    localStorage.setItem(KEPT, locale);
  } catch {
    // It holds for this page, then.
  }
}

async function show(locale: Locale): Promise<void> {
  const load = CATALOGUES[locale] ?? CATALOGUES.en;
  messages = await load?.();
  current = locale;
  document.documentElement.lang = written();
}
