/** Moments and stretches of time, short, as lists show them. */
import { written } from '../locale.svelte';
import { tagOf } from '../tag';

/** Where nothing else is said, times are Taiwan's. */
export const ZONE = 'Asia/Taipei';

const language = () => tagOf(written());

function format(atMs: number, options: Intl.DateTimeFormatOptions, timeZone = ZONE): string {
  return new Intl.DateTimeFormat(language(), { timeZone, ...options }).format(atMs);
}

/** 2026/11/24 15:30 · 24/11/2026, 15:30 */
export const moment = (atMs: number, zone?: string) =>
  format(
    atMs,
    {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    },
    zone,
  );

/** 15:30 */
export const clock = (atMs: number, zone?: string) =>
  format(atMs, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, zone);

/** A local date `YYYY-MM-DD` in words: 2026年11月24日 星期二 · Tuesday 24 November 2026 */
export const dateInWords = (date: string) =>
  format(
    Date.parse(`${date}T00:00:00Z`),
    { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' },
    'UTC',
  );

/** 週二 · Tue; 0 is Monday. */
export const weekday = (index: number) =>
  format(Date.UTC(2024, 0, 1 + index), { weekday: 'short' }, 'UTC');

/** The local date of a moment, `YYYY-MM-DD`. */
export const localDate = (atMs: number, timeZone = ZONE) =>
  new Intl.DateTimeFormat('en-CA', { timeZone }).format(atMs);

/** Minutes after local midnight. */
export function minuteOfDay(atMs: number, timeZone = ZONE): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(atMs);
  const [hours = 0, minutes = 0] = parts.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Minutes after midnight as `09:30`. */
export const clockOf = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** The largest unit that fits: 3 天, 5 小時 · 3 days, 5 hours */
export function stretch(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const [value, unit] =
    minutes >= 2 * 24 * 60
      ? [Math.floor(minutes / (24 * 60)), 'day']
      : minutes >= 60
        ? [Math.floor(minutes / 60), 'hour']
        : [minutes, 'minute'];
  return new Intl.NumberFormat(language(), { style: 'unit', unit, unitDisplay: 'long' }).format(
    value,
  );
}

/** The moment at which a local date begins, found by asking what the zone's clocks show. */
export function startOfDay(date: string, zone = ZONE): number {
  const utc = Date.parse(`${date}T00:00:00Z`);
  const shown = Date.parse(`${localDate(utc, zone)}T${clockOf(minuteOfDay(utc, zone))}:00Z`);
  return utc - (shown - utc);
}
