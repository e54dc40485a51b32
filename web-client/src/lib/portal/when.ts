/** Days and times of visits as people say them, in the time zone of the facility. */
import { tagOf } from '../i18n/tag';
import type { Locale } from '../protocol.generated';

const TAIWAN = 'Asia/Taipei';

/** What stands between a day and a time. */
const AT: Record<Locale, string> = {
  'zh-TW': ' ',
  en: ' ',
  vi: ', ',
  id: ', pukul ',
  th: ' เวลา ',
};

function format(options: Intl.DateTimeFormatOptions, locale: Locale): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(tagOf(locale), options);
}

/** 11月26日星期四 · Thursday 26 November; for a `YYYY-MM-DD`. */
export function dayOf(date: string, locale: Locale): string {
  return format({ timeZone: 'UTC', weekday: 'long', month: 'long', day: 'numeric' }, locale).format(
    Date.parse(`${date}T00:00:00Z`),
  );
}

/** 11/26 and 週四, for the head of a column. */
export function shortDayOf(date: string, locale: Locale): { day: string; weekday: string } {
  const atMs = Date.parse(`${date}T00:00:00Z`);
  return {
    day: format({ timeZone: 'UTC', month: 'numeric', day: 'numeric' }, locale).format(atMs),
    weekday: format({ timeZone: 'UTC', weekday: 'short' }, locale).format(atMs),
  };
}

/** 1953年3月9日 · 9 March 1953; for a `YYYY-MM-DD`. */
export function dateOf(date: string, locale: Locale): string {
  return format({ timeZone: 'UTC', year: 'numeric', month: 'long', day: 'numeric' }, locale).format(
    Date.parse(`${date}T00:00:00Z`),
  );
}

/** 11月26日星期四 09:30; a time of 24 hours, as the grid has it. */
export function moment(atMs: number, locale: Locale, timeZone = TAIWAN): string {
  const day = format({ timeZone, weekday: 'long', month: 'long', day: 'numeric' }, locale);
  return `${day.format(atMs)}${AT[locale]}${clock(atMs, locale, timeZone)}`;
}

/** 09:30 */
export function clock(atMs: number, locale: Locale, timeZone = TAIWAN): string {
  return format({ timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, locale).format(
    atMs,
  );
}

/** 11月26日星期四 09:30–10:00; no line ends between its times. */
export function span(
  visit: { starts_at_ms: number; ends_at_ms: number; time_zone: string },
  locale: Locale,
): string {
  const start = moment(visit.starts_at_ms, locale, visit.time_zone);
  return `${start}–\u2060${clock(visit.ends_at_ms, locale, visit.time_zone)}`;
}

/** The month of `2026-11` as a number. */
export function monthOf(month: string): number {
  return Number(month.slice(5, 7));
}
