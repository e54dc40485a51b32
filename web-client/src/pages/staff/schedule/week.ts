/** A grid as it is drawn: a week of columns, with a bar for each batch and its turnaround. */
import type { GridPlan } from '../api/schedule';

export const DAYS = 7;
const DAY_MINUTES = 24 * 60;

export interface Bar {
  batch: number;
  /** Minutes after midnight. */
  from: number;
  to: number;
  /** The end of the turnaround. */
  freeFrom: number;
  /** It begins before the one before it is over. */
  clash: boolean;
}

/** What the grid's hours need of the day: whole hours around all batches. */
export interface Span {
  from: number;
  to: number;
}

export const isOn = (weekdays: number, day: number) => (weekdays & (1 << day)) !== 0;

/** The days of the week that a time from one date to another has: those of a week, or fewer. */
export function daysBetween(from: string, to: string | null): number {
  const first = Date.parse(from);
  const days = to === null ? DAYS : (Date.parse(to) - first) / (DAY_MINUTES * 60_000) + 1;
  const dates = Array.from({ length: Math.min(days, DAYS) }, (_, later) => {
    const day = new Date(first + later * DAY_MINUTES * 60_000).getUTCDay();
    return 1 << ((day + 6) % DAYS);
  });
  return dates.reduce((all, day) => all | day, 0);
}

/** The bars of a day, in order. */
export function bars(
  plan: Pick<GridPlan, 'batches' | 'visit_minutes' | 'turnaround_minutes'>,
): Bar[] {
  let free = 0;
  return [...plan.batches]
    .sort((one, other) => one - other)
    .map((from, index) => {
      const to = from + plan.visit_minutes;
      const bar = {
        batch: index + 1,
        from,
        to,
        freeFrom: to + plan.turnaround_minutes,
        clash: from < free || to > DAY_MINUTES,
      };
      free = bar.freeFrom;
      return bar;
    });
}

/** Whole hours around the bars; an empty grid shows office hours. */
export function span(drawn: readonly Bar[]): Span {
  const [first, last] = [drawn.at(0), drawn.at(-1)];
  if (!first || !last) return { from: 9 * 60, to: 17 * 60 };
  const to = Math.ceil(Math.max(last.to, last.freeFrom) / 60) * 60;
  return { from: Math.floor(first.from / 60) * 60, to: Math.min(DAY_MINUTES, to) };
}

/** Batches from a first start, each when the one before it and its turnaround are over. */
export function series(first: number, count: number, every: number): number[] {
  return Array.from({ length: count }, (_, at) => first + at * every).filter(
    (start) => start < DAY_MINUTES,
  );
}

/** Starts that somebody typed, such as `09:00, 9:30 10:00`; null where one is no time of day. */
export function readStarts(text: string): number[] | null {
  const parts = text
    .normalize('NFKC')
    .split(/[\s,;、，；]+/)
    .filter(Boolean);
  const starts = parts.map((part) => {
    const found = /^(\d{1,2}):(\d{2})$/.exec(part);
    const [hour, minute] = [Number(found?.[1]), Number(found?.[2])];
    return found && hour < 24 && minute < 60 ? hour * 60 + minute : NaN;
  });
  return starts.some(Number.isNaN) ? null : [...new Set(starts)].sort((one, other) => one - other);
}
