/** `/` goes to the field in which one searches. */
import { keyTexts } from '../../../lib/i18n/console/keys';
import { keyboard } from './keyboard.svelte';

/** Call it while the component is made that has the field. */
export function searchKey(field: string): void {
  const act = (): void => document.getElementById(field)?.focus();
  keyboard.answer(() => [{ key: '/', text: keyTexts().search, act }]);
}
