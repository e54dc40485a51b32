/** A visit as rows to read. */
import type { Visit } from '../../../lib/api/visitor';
import type { PortalMessages } from '../../../lib/i18n/portal/texts.svelte';
import * as when from '../../../lib/portal/when';
import type { Locale } from '../../../lib/protocol.generated';

export function rowsOf(
  visit: Visit,
  { booking, application }: PortalMessages,
  locale: Locale,
): { name: string; value: string }[] {
  const batch = visit.batch === null ? '' : `\n${booking.batch(visit.batch)}`;
  const people = visit.party.map(({ name, you }) => (you ? booking.you(name) : name));
  return [
    { name: booking.kind, value: booking.mobile },
    { name: booking.when, value: when.span(visit, locale) + batch },
    {
      name: booking.inmate,
      value: `${visit.inmate_name}\n${application.number(visit.inmate_number)}`,
    },
    { name: booking.facility, value: visit.facility_name },
    { name: booking.people, value: people.join('\n') },
  ];
}
