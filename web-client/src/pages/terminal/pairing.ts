/** The secret that a terminal was paired with. */

import { onDevice } from '../../lib/drawer';
import { forgetSelfTest } from './keeper.svelte';

const KEPT = 'openvisit.terminal';

/** Takes the secret out of the address bar, where a passer-by could read it, and keeps it. */
export function pairing(): string | null {
  const fresh = location.hash.slice(1);
  if (fresh) {
    // What was found belongs to the terminal that this device was.
    if (fresh !== onDevice.get(KEPT)) forgetSelfTest();
    onDevice.put(KEPT, fresh);
    history.replaceState(null, '', location.pathname);
  }
  return onDevice.get(KEPT);
}
