/** Times in Taiwan, with the weekday, on a clock of 24 hours. */
import type { Locale } from '../protocol.generated';
import { tagOf } from './tag';

const DAY: Intl.DateTimeFormatOptions = { weekday: 'long', month: 'long', day: 'numeric' };
const TIME: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

function format(atMs: number, locale: Locale, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(tagOf(locale), { timeZone: 'Asia/Taipei', ...options }).format(
    atMs,
  );
}

/** 11月24日星期二 15:30 · Tuesday 24 November at 15:30 */
export function dayAndTime(atMs: number, locale: Locale): string {
  return format(atMs, locale, { ...DAY, ...TIME });
}

/** 15:30 */
export function time(atMs: number, locale: Locale): string {
  return format(atMs, locale, TIME);
}

/** 11月24日星期二 · Tuesday 24 November */
export function day(atMs: number, locale: Locale): string {
  return format(atMs, locale, DAY);
}

/** Whole minutes that are left, rounded up; the last minute in seconds. */
export function left(ms: number): { minutes: number } | { seconds: number } {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return seconds > 60 ? { minutes: Math.ceil(seconds / 60) } : { seconds };
}
