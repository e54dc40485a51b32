import { OF_STAFF } from '../../lib/i18n/languages';
import { loadTexts } from '../../lib/i18n/locale.svelte';
import { show } from '../show';
import Console from './Console.svelte';

await loadTexts(OF_STAFF);
show(Console);
