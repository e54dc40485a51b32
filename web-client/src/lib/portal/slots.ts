/**
 * The answer about slots, turned into a grid: the facility's clock down, days across. A batch's number says
 * when it begins on one day only, for each day of the week has a grid of its own.
 */
import type { Batch, SlotDay } from '../api/visitor';

/** A row of the grid: what begins at the same time of day. */
export interface GridRow {
  /** The time on the facility's clock, `09:30`. */
  key: string;
  /** One moment at which that clock shows it. */
  startsAtMs: number;
  /** The number that the slot has on every day that has it; `null` where they differ. */
  batch: number | null;
  /** What begins then, by date. */
  slots: Map<string, Batch>;
}

/** The rows that any of the days has, from morning to evening. */
export function rowsOf(days: readonly SlotDay[], timeZone: string): GridRow[] {
  const rows = new Map<string, GridRow>();
  // Two digits each, so that texts sort as times do.
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  for (const { date, batches } of days) {
    for (const slot of batches) {
      const key = clock.format(slot.starts_at_ms);
      const { starts_at_ms: startsAtMs, batch } = slot;
      const row = rows.get(key) ?? { key, startsAtMs, batch, slots: new Map<string, Batch>() };
      if (row.batch !== batch) row.batch = null;
      row.slots.set(date, slot);
      rows.set(key, row);
    }
  }
  return [...rows.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}

/** Whether there is any circle. */
export function anyFree(days: readonly SlotDay[]): boolean {
  return days.some((day) => day.batches.some(({ state }) => state === 'free'));
}
