/** The console is written in two languages; whoever reads another gets the English one. */
import { written } from '../locale.svelte';

/** Several names in a row: 甲、乙 · A, B */
export const listed = (names: readonly string[]) => names.join(written() === 'zh-TW' ? '、' : ', ');

export interface Pair<Texts> {
  zhTw: Texts;
  en: Texts;
}

/** A section's texts in the language of the page. The first language says which texts there are. */
export function inLanguage<Texts>(pair: Pair<Texts>): Texts {
  return written() === 'zh-TW' ? pair.zhTw : pair.en;
}
