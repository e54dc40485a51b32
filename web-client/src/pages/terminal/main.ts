import { loadTexts } from '../../lib/i18n/locale.svelte';
import { show } from '../show';
import Terminal from './Terminal.svelte';

await loadTexts();
show(Terminal);
