/** The language as `Intl` knows it. */
import type { Locale } from '../protocol.generated';

/** English dates are those of Britain, and Thai years those that the service's own forms ask for. */
export function tagOf(locale: Locale): string {
  if (locale === 'en') return 'en-GB';
  return locale === 'th' ? 'th-TH-u-ca-gregory' : locale;
}
