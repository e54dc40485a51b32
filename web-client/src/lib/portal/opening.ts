/**
 * Waiting until the next day opens. Whoever has the slots before them then sees them by themselves, and has
 * not been signed out for sitting still meanwhile.
 */
import { serviceNow } from '../api/clock';

/** A session ends after half an hour without a request. */
const KEEP_EVERY_MS = 10 * 60_000;
/** Who waits for longer than that has gone away from it, and a device left alone is to be signed out. */
export const KEPT_WITHIN_MS = 2 * 60 * 60_000;
/** So many wait for the same moment that they do not all look in it. */
const SPREAD_MS = 3_000;
/** Where the clock of the device is ahead, it looks again, for so long. */
const AGAIN_MS = 5_000;
const AHEAD_AT_MOST_MS = 2 * 60_000;

interface Ways {
  /** Makes a request, so that the session goes on. */
  keep: () => void;
  /** Looks at the slots. */
  look: () => void;
}

/** Looks once the day opens, and keeps the session until then. Returns how to stop. */
export function awaitOpening(
  opensAtMs: number,
  { keep, look }: Ways,
  random = Math.random(),
): () => void {
  const inMs = opensAtMs - serviceNow();
  if (inMs < -AHEAD_AT_MOST_MS) return () => undefined;
  const opening = setTimeout(look, Math.max(inMs, AGAIN_MS) + random * SPREAD_MS);
  const keeping = setInterval(() => {
    const inView = document.visibilityState === 'visible';
    if (inView && opensAtMs - serviceNow() <= KEPT_WITHIN_MS) keep();
  }, KEEP_EVERY_MS);
  return () => {
    clearTimeout(opening);
    clearInterval(keeping);
  };
}
