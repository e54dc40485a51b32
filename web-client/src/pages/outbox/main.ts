import { loadTexts } from '../../lib/i18n/locale.svelte';
import { show } from '../show';
import Outbox from './Outbox.svelte';

await loadTexts();
show(Outbox);
