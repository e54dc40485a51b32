import { OF_STAFF } from '../../lib/i18n/languages';
import { loadTexts } from '../../lib/i18n/locale.svelte';
import { show } from '../show';
import Terminal from './Terminal.svelte';

await loadTexts(OF_STAFF);
show(Terminal);
