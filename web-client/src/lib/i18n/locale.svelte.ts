/**
 * The language of the page. The person's own choice is kept; without one, the browser's languages
 * decide. A page offers the languages that it is written in.
 */
import { onDevice } from '../drawer';
import type { Locale } from '../protocol.generated';
import { LANGUAGES, closest, type Language } from './languages';
import type { Messages } from './messages';

/** One file a language; a page loads the one that it is read in. */
const CATALOGUES: Record<Locale, () => Promise<Messages>> = {
  'zh-TW': async () => (await import('./zh-tw')).zhTw,
  en: async () => (await import('./en')).en,
  vi: async () => (await import('./vi')).vi,
  id: async () => (await import('./id')).id,
  th: async () => (await import('./th')).th,
};
const KEPT = 'openvisit.locale';

let languages = LANGUAGES;
let current = $state<Locale>('en');
let messages = $state.raw<Messages>();

/** Loads the texts of a page that is written in these languages. Nothing may be shown before. */
export async function loadTexts(writtenIn: readonly Language[] = LANGUAGES): Promise<void> {
  languages = writtenIn;
  // Known at once, so that further texts in it can come side by side.
  current = initial();
  await show(current);
}

/** The languages that the page can be read in. */
export function offered(): readonly Language[] {
  return languages;
}

/** The language that the page is written in now; what the service answers comes in the same. */
export function written(): Locale {
  return current;
}

/** Every text of the page in the current language. */
export function texts(): Messages {
  if (!messages) throw new Error('a page awaits loadTexts() before it shows anything');
  return messages;
}

/** The person's own choice. */
export async function choose(locale: Locale): Promise<void> {
  await show(locale);
  onDevice.put(KEPT, locale);
}

function initial(): Locale {
  const kept = onDevice.get(KEPT);
  const found = languages.find(({ locale }) => locale === kept);
  return found?.locale ?? closest(navigator.languages, languages);
}

async function show(locale: Locale): Promise<void> {
  messages = await CATALOGUES[locale]();
  current = locale;
  document.documentElement.lang = locale;
}
