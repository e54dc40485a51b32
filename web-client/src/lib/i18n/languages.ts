/** The languages of the service, and which of them suits a browser. */
import type { Locale } from '../protocol.generated';

export interface Language {
  locale: Locale;
  /** In the language itself. */
  name: string;
}

/** What visitors read and are written to in. */
export const LANGUAGES: readonly Language[] = [
  { locale: 'zh-TW', name: '正體中文' },
  { locale: 'en', name: 'English' },
  { locale: 'vi', name: 'Tiếng Việt' },
  { locale: 'id', name: 'Indonesia' },
  { locale: 'th', name: 'ไทย' },
];

/** What the facilities' own pages are written in. */
export const OF_STAFF: readonly Language[] = LANGUAGES.slice(0, 2);

/** The first language of a browser that is among these: `zh-Hant-HK` is read as `zh-TW`. Else English. */
export function closest(tags: readonly string[], among: readonly Language[]): Locale {
  for (const tag of tags) {
    const spoken = tag.slice(0, 2).toLowerCase();
    const found = among.find(({ locale }) => locale.startsWith(spoken));
    if (found) return found.locale;
  }
  return 'en';
}
