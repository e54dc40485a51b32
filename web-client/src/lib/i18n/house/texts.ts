/** The texts of the pages that visitors do not see, in the language of the page. */
import type { Locale } from '../../protocol.generated';
import { written } from '../locale.svelte';
import { en } from './en';
import type { HouseMessages } from './messages';
import { zhTw } from './zh-tw';

const CATALOGUES: Partial<Record<Locale, HouseMessages>> = { 'zh-TW': zhTw, en };

export function houseTexts(): HouseMessages {
  return CATALOGUES[written()] ?? en;
}
