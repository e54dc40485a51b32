/** The texts of the first page, in the language of the page. */
import type { Locale } from '../../protocol.generated';
import { written } from '../locale.svelte';
import { en } from './en';
import type { LandingMessages } from './messages';
import { vi } from './vi';
import { id } from './id';
import { zhTw } from './zh-tw';

const CATALOGUES: Partial<Record<Locale, LandingMessages>> = { 'zh-TW': zhTw, en, vi, id };

export function landingTexts(): LandingMessages {
  return CATALOGUES[written()] ?? en;
}
