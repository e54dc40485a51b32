import { loadTexts } from '../../lib/i18n/locale.svelte';
import { loadPortalTexts } from '../../lib/i18n/portal/texts.svelte';
import { show } from '../show';
import Portal from './Portal.svelte';

await loadTexts();
await loadPortalTexts();
show(Portal);
