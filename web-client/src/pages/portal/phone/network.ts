import { SUBPROTOCOL } from '../../../lib/protocol.generated';

/** Whether the service can be reached from here, and how fast it answers. */

export type Reach = { kind: 'good' | 'slow'; ms: number } | { kind: 'bad' } | { kind: 'door' };

const TRIES = 5;
/** Above it a talk becomes halting: ITU-T G.114 wants less than 150 ms one way. */
const SLOW_MS = 300;
const PATIENCE_MS = 8_000;

/** Asks the service some times, and knocks at the door of the calls. */
export async function reach(origin: string): Promise<Reach> {
  const times: number[] = [];
  for (let round = 0; round < TRIES; round += 1) {
    const startMs = performance.now();
    try {
      const answer = await fetch('/healthz', {
        cache: 'no-store',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (!answer.ok) return { kind: 'bad' };
    } catch {
      return { kind: 'bad' };
    }
    times.push(performance.now() - startMs);
  }
  if (!(await opens(`${origin.replace(/^http/, 'ws')}/ws`))) return { kind: 'door' };
  // The first try also looks up the name and shakes hands.
  return verdict(times.slice(1));
}

/** The middle one of the answers decides. */
export function verdict(times: readonly number[]): Reach {
  const sorted = [...times].sort((one, other) => one - other);
  const ms = Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
  return { kind: ms > SLOW_MS ? 'slow' : 'good', ms };
}

function opens(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(address, SUBPROTOCOL);
    const done = (open: boolean): void => {
      clearTimeout(timer);
      socket.close();
      resolve(open);
    };
    const timer = setTimeout(() => done(false), PATIENCE_MS);
    socket.onopen = () => done(true);
    socket.onerror = () => done(false);
  });
}
