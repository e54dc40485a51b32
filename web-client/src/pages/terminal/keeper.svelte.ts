/** The terminal's tests of itself: the one that runs, and what came of the newest. */
import { tellSelfTest } from '../../lib/api/terminal';
import { onDevice } from '../../lib/drawer';
import type { LastTest } from '../../lib/self-test/due';
import { selfTest, type Standing, type Step } from '../../lib/self-test/run';

const KEPT = 'openvisit.self-test';

/** Forgets it: the device is paired with another terminal now. */
export const forgetSelfTest = (): void => onDevice.remove(KEPT);

export class SelfTests {
  running = $state(false);
  last = $state.raw<LastTest | null>(kept());
  /** How far the one that runs is. */
  steps = $state.raw<Partial<Record<Step, Standing>>>({});
  private stop = new AbortController();

  /** Begins one, unless one runs. `clock` is the server's, ms. */
  async begin(secret: string, clock: () => number): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.steps = {};
    this.stop = new AbortController();
    const { signal } = this.stop;
    const step = (name: Step, standing: Standing): void => {
      this.steps = { ...this.steps, [name]: standing };
    };
    try {
      const found = await selfTest({ secret, clock, signal, step });
      if (!found || signal.aborted) return;
      const { findings, whole } = found;
      const told = whole && (await tell(secret, findings));
      this.last = { atMs: clock(), findings, told };
      onDevice.put(KEPT, JSON.stringify(this.last));
    } finally {
      this.running = false;
    }
  }

  /** Ends the one that runs, without an outcome: a visit goes first. */
  end(): void {
    this.stop.abort();
  }
}

async function tell(secret: string, findings: LastTest['findings']): Promise<boolean> {
  try {
    await tellSelfTest(secret, [...findings]);
    return true;
  } catch {
    return false;
  }
}

function kept(): LastTest | null {
  try {
    return JSON.parse(onDevice.get(KEPT) ?? 'null') as LastTest | null;
  } catch {
    return null;
  }
}
