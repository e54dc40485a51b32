/** Moments and stretches of time, short, as lists show them. */
import { written } from '../locale.svelte';
import { tagOf } from '../tag';

/** Where a facility is until it says otherwise. */
export const USUAL_ZONE = 'Asia/Taipei';

/** The time zone whose clocks are shown. */
let zone = USUAL_ZONE;

/** From now on times are those of a time zone: the one of the facility that somebody works for. */
export function keepTime(timeZone: string): void {
  zone = timeZone;
}

const language = () => tagOf(written());

function format(atMs: number, options: Intl.DateTimeFormatOptions, timeZone = zone): string {
  return new Intl.DateTimeFormat(language(), { timeZone, ...options }).format(atMs);
}

/** 2026/11/24 15:30 · 24/11/2026, 15:30 */
export const moment = (atMs: number) =>
  format(atMs, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });

/** 11月30日 14:05 · 30 Nov, 14:05; with the year where it is not this one. */
export function dayAndClock(atMs: number, nowMs = Date.now()): string {
  const year = (ms: number) => format(ms, { year: 'numeric' });
  return format(atMs, {
    ...(year(atMs) === year(nowMs) ? {} : { year: 'numeric' }),
    month: written() === 'zh-TW' ? 'long' : 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

/** 15:30 */
export const clock = (atMs: number) =>
  format(atMs, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

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
export const localDate = (atMs: number, timeZone = zone) =>
  new Intl.DateTimeFormat('en-CA', { timeZone }).format(atMs);

/** Minutes after local midnight. */
export function minuteOfDay(atMs: number, timeZone = zone): number {
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
export function startOfDay(date: string, timeZone = zone): number {
  const utc = Date.parse(`${date}T00:00:00Z`);
  const shown = Date.parse(
    `${localDate(utc, timeZone)}T${clockOf(minuteOfDay(utc, timeZone))}:00Z`,
  );
  return utc - (shown - utc);
}
