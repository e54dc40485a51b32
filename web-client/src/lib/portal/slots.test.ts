import { expect, it } from 'vitest';
import type { Batch, SlotDay } from '../api/visitor';
import { anyFree, rowsOf, slotAt } from './slots';

const batch = (number: number, state: Batch['state'] = 'full'): Batch => ({
  batch: number,
  starts_at_ms: number * 1_000,
  ends_at_ms: number * 1_000 + 1,
  state,
  free: 0,
});
const day = (date: string, ...batches: Batch[]): SlotDay => ({ date, batches });

it('the grid has every batch that any day has, in order', () => {
  const days = [day('2026-11-26', batch(3)), day('2026-11-27', batch(1), batch(2), batch(3))];
  expect(rowsOf(days).map((row) => row.batch)).toEqual([1, 2, 3]);
  expect(slotAt(days[0] as SlotDay, 1)).toBeUndefined();
  expect(slotAt(days[1] as SlotDay, 2)?.starts_at_ms).toBe(2_000);
});

it('without a circle all is full', () => {
  expect(anyFree([day('2026-11-26', batch(1), batch(2, 'closed'))])).toBe(false);
  expect(anyFree([day('2026-11-26', batch(1), batch(2, 'free'))])).toBe(true);
});
