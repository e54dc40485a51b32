/**
 * The service's clock, which decides what is open, where the device's goes wrong. Its answers tell it to the
 * second (`Date`, RFC 9110 section 6.6.1), so what is less may be the way that they took.
 */
const LEAST_MS = 2_000;

let aheadMs = 0;

/**
 * Takes note of the date of an answer to what was sent at `sentMs`, whose head came at `cameMs` by the device's
 * clock. It was written at some moment between, however long the way was.
 */
export function told(date: string | null, sentMs: number, cameMs = Date.now()): void {
  const dateMs = Date.parse(date ?? '');
  if (Number.isNaN(dateMs)) return;
  if (dateMs < sentMs - LEAST_MS) aheadMs = dateMs - sentMs;
  else if (dateMs > cameMs + LEAST_MS) aheadMs = dateMs - cameMs;
  else aheadMs = 0;
}

/** What time it is for the service, as far as is known. */
export const serviceNow = (): number => Date.now() + aheadMs;
