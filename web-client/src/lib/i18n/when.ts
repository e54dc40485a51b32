/** Times as people say them: in Taiwan's time, with the weekday. */
import type { Locale } from '../protocol.generated';
import { tagOf } from './tag';

const ZONE = 'Asia/Taipei';

/** 11月24日 星期二 下午3:30 · Tuesday, 24 November at 15:30 */
export function dayAndTime(atMs: number, locale: Locale): string {
  return new Intl.DateTimeFormat(tagOf(locale), {
    timeZone: ZONE,
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  }).format(atMs);
}

/** 下午3:30 · 15:30 */
export function time(atMs: number, locale: Locale): string {
  return new Intl.DateTimeFormat(tagOf(locale), {
    timeZone: ZONE,
    hour: 'numeric',
    minute: '2-digit',
  }).format(atMs);
}

/** 11月24日 星期二 · Tuesday 24 November */
export function day(atMs: number, locale: Locale): string {
  return new Intl.DateTimeFormat(tagOf(locale), {
    timeZone: ZONE,
    weekday: 'long',
    month: 'long',
    day: 'numeric',
  }).format(atMs);
}

/** Whole minutes that are left, rounded up; the last minute in seconds. */
export function left(ms: number): { minutes: number } | { seconds: number } {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return seconds > 60 ? { minutes: Math.ceil(seconds / 60) } : { seconds };
}
