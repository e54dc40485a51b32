/** The answer about slots, turned into the grid that people know: batches down, days across. */
import type { Batch, SlotDay } from '../api/visitor';

/** A row of the grid: the same batch on each day. */
export interface GridRow {
  key: string;
  batch: number;
  /** Of the first day that has the batch. */
  startsAtMs: number;
}

/** The rows that any of the days has, from the first batch to the last. */
export function rowsOf(days: readonly SlotDay[]): GridRow[] {
  const rows = new Map<number, GridRow>();
  for (const { batch, starts_at_ms } of days.flatMap((day) => day.batches)) {
    if (!rows.has(batch)) rows.set(batch, { key: `${batch}`, batch, startsAtMs: starts_at_ms });
  }
  return [...rows.values()].sort((one, other) => one.batch - other.batch);
}

export function slotAt(day: SlotDay, batch: number): Batch | undefined {
  return day.batches.find((each) => each.batch === batch);
}

/** Whether there is any circle. */
export function anyFree(days: readonly SlotDay[]): boolean {
  return days.some((day) => day.batches.some(({ state }) => state === 'free'));
}
