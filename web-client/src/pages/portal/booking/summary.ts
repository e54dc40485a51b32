/** A visit as rows to read. */
import type { Visit } from '../../../lib/api/visitor';
import type { PortalMessages } from '../../../lib/i18n/portal/texts.svelte';
import { isRelative } from '../application/answers';
import * as when from '../../../lib/portal/when';
import type { Locale } from '../../../lib/protocol.generated';

const DAY_MS = 24 * 60 * 60_000;

/** So long before it begins can a visit be joined, minutes. */
export const minutesBefore = ({ opens_at_ms, starts_at_ms }: Visit): number =>
  Math.round((starts_at_ms - opens_at_ms) / 60_000);

/** What comes next for whoever has just booked. */
export function nextSteps(visit: Visit, { booking }: PortalMessages, nowMs: number): string[] {
  const isFar = visit.starts_at_ms - nowMs > DAY_MS;
  const isOpen = visit.opens_at_ms <= nowMs;
  return [
    ...(isFar ? [booking.doneTest] : []),
    isOpen ? booking.doneLinkNow : booking.doneLink(minutesBefore(visit)),
    booking.doneCancel,
  ];
}

/** Why the reader may visit, as the facility has approved it (請求接見之相當理由). */
function reasonOf(
  { relationship }: Visit,
  { reason, family }: PortalMessages['booking'],
  { relationships }: PortalMessages['application'],
): { name: string; value: string }[] {
  if (relationship === null) return [];
  const exactly = relationships[relationship];
  return [{ name: reason, value: isRelative(relationship) ? `${family}\n${exactly}` : exactly }];
}

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
    ...reasonOf(visit, booking, application),
    { name: booking.people, value: people.join('\n') },
  ];
}
