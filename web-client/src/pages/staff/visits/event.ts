/** The event from which the law counts the days of an exception: a death, or the news of a critical illness. */
import type { visitTexts } from '../../../lib/i18n/console/visits';
import { dateInWords } from '../../../lib/i18n/console/when';
import type { DayVisit } from '../api/visits';

type Texts = ReturnType<typeof visitTexts>;

export type EventGround = keyof Texts['event'];

/** Whether the law counts from an event on this ground. */
export const hasEvent = (ground: string): ground is EventGround =>
  ground === 'bereavement' || ground === 'critical_illness';

/** What is wrong with the date of an event, `YYYY-MM-DD`, before it is sent. The service knows how long ago is too long. */
export function eventFault(
  { ground, event }: { ground: string; event: string },
  today: string,
  t: Texts,
): string | false {
  if (!hasEvent(ground)) return false;
  if (!event) return t.eventForm;
  return event > today && t.eventAhead;
}

/** The event of a visit: what it is called, and its date in words. */
export const eventOf = (
  { ground, event_on }: Pick<DayVisit, 'ground' | 'event_on'>,
  t: Texts,
): [string, string | null] =>
  hasEvent(ground) && event_on ? [t.event[ground], dateInWords(event_on)] : ['', null];
