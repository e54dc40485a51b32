import { loadTexts } from '../../lib/i18n/locale.svelte';
import { show } from '../show';
import Console from './Console.svelte';

await loadTexts();
show(Console);
