import { loadTexts } from '../../lib/i18n/locale.svelte';
import { show } from '../show';
import Staff from './Staff.svelte';

await loadTexts();
show(Staff);
