/** The texts of the visitors' portal, in the language of the page; one file a language, loaded alone. */
import type { Locale } from '../../protocol.generated';
import { written } from '../locale.svelte';
import type { zhTwPortal } from './zh-tw';

/** The Chinese texts are the measure: a language that lacks one of them does not compile. */
export type PortalMessages = typeof zhTwPortal;

const CATALOGUES: Record<Locale, () => Promise<PortalMessages>> = {
  'zh-TW': async () => (await import('./zh-tw')).zhTwPortal,
  en: async () => (await import('./en')).enPortal,
  vi: async () => (await import('./vi')).viPortal,
  id: async () => (await import('./id')).idPortal,
  th: async () => (await import('./th')).thPortal,
};

let messages = $state.raw<PortalMessages>();
/** The language that `messages` are in: they come a moment after the choice. */
let shown = $state<Locale>('en');

/** Loads the texts in the language of the page. Nothing may be shown before. */
export async function loadPortalTexts(): Promise<void> {
  const wanted = written();
  const loaded = await CATALOGUES[wanted]();
  // Of two choices in a row the later one holds, whichever file comes first.
  if (wanted !== written() && messages) return;
  messages = loaded;
  shown = wanted;
}

export function portalTexts(): PortalMessages {
  if (!messages) throw new Error('a page awaits loadPortalTexts() before it shows anything');
  return messages;
}

/** The language that the texts are in, for dates beside them. */
export function shownLocale(): Locale {
  return shown;
}
