import { loadTexts } from '../../lib/i18n/locale.svelte';
import { show } from '../show';
import Landing from './Landing.svelte';

await loadTexts();
show(Landing);
