import { loadTexts } from '../../lib/i18n/locale.svelte';
import { loadPortalTexts } from '../../lib/i18n/portal/texts.svelte';
import { show } from '../show';
import Portal from './Portal.svelte';

await Promise.all([loadTexts(), loadPortalTexts()]);
show(Portal);
