/**
 * The key of the message that asks to try the phone: it stands in for signing in, for the test alone. It stays in the
 * address's fragment, which is sent to nobody, so that the page can be loaded anew.
 */

const FORM = /^#([A-Za-z0-9_-]{22})$/;

let refused = $state(false);

/** The key; empty where there is none that the service takes. */
export const testKey = (): string => (refused ? '' : (FORM.exec(location.hash)?.[1] ?? ''));

/** The service does not take it, or no more: the visit may be over. */
export function testKeyRefused(): void {
  refused = true;
}
