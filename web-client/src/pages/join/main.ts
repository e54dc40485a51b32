import { loadTexts } from '../../lib/i18n/locale.svelte';
import { show } from '../show';
import Join from './Join.svelte';

await loadTexts();
show(Join);
