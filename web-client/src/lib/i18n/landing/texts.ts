/** The texts of the first page, in the language of the page. */
import type { Locale } from '../../protocol.generated';
import { written } from '../locale.svelte';
import { en } from './en';
import { id } from './id';
import type { LandingMessages } from './messages';
import { th } from './th';
import { vi } from './vi';
import { zhTw } from './zh-tw';

const CATALOGUES: Record<Locale, LandingMessages> = { 'zh-TW': zhTw, en, vi, id, th };

export function landingTexts(): LandingMessages {
  return CATALOGUES[written()];
}
