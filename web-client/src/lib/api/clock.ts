/**
 * The service's clock, which decides what is open, where the device's goes wrong. Its answers tell it to the
 * second (`Date`, RFC 9110 section 6.6.1), so what is less may be the way that they took.
 */
const LEAST_MS = 2_000;

let aheadMs = 0;

/** Takes note of the date of an answer that has just come. */
export function told(date: string | null): void {
  const ahead = Date.parse(date ?? '') - Date.now();
  if (Number.isNaN(ahead)) return;
  aheadMs = Math.abs(ahead) < LEAST_MS ? 0 : ahead;
}

/** What time it is for the service, as far as is known. */
export const serviceNow = (): number => Date.now() + aheadMs;
