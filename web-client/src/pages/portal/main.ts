import { loadTexts } from '../../lib/i18n/locale.svelte';
import { show } from '../show';
import Portal from './Portal.svelte';

await loadTexts();
show(Portal);
