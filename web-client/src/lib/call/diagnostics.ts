/**
 * What the helpline asks for: `await openvisit.diagnostics()` in the browser's console. It names no person
 * and holds nothing that lets anybody in.
 */
import { diagnose, type SeatDiagnostics } from '../media/watch';
import type { CallSession } from './session.svelte';

export interface Diagnostics {
  phase: string;
  /** From Join to the first picture of somebody else, ms. */
  firstFrameMs: number | null;
  seats: SeatDiagnostics[];
}

export function offerDiagnostics(session: CallSession): void {
  const diagnostics = async (): Promise<Diagnostics> => ({
    phase: session.phase.name,
    firstFrameMs: session.firstFrameMs,
    seats: await diagnose(session.incoming),
  });
  Object.assign(globalThis, { openvisit: { diagnostics } });
}
