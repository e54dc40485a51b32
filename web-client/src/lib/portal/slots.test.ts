import { expect, it } from 'vitest';
import type { Batch, SlotDay } from '../api/visitor';
import { anyFree, rowsOf } from './slots';

const TAIPEI = 'Asia/Taipei';

/** A batch that begins on `day` of November 2026 at `hour` in Taiwan. */
const batch = (
  number: number,
  day: number,
  hour: number,
  state: Batch['state'] = 'full',
): Batch => ({
  batch: number,
  starts_at_ms: Date.UTC(2026, 10, day, hour - 8),
  ends_at_ms: Date.UTC(2026, 10, day, hour - 8, 25),
  state,
  free: 0,
});
const day = (date: string, ...batches: Batch[]): SlotDay => ({ date, batches });

it('a row is a time of day, though the batches of a week are numbered otherwise', () => {
  const weekday = day('2026-11-26', batch(1, 26, 9), batch(2, 26, 10), batch(3, 26, 14));
  const saturday = day('2026-11-28', batch(1, 28, 7), batch(2, 28, 9), batch(3, 28, 14));
  const rows = rowsOf([weekday, saturday], TAIPEI);
  expect(rows.map(({ key, batch }) => [key, batch])).toEqual([
    ['07:00', 1],
    ['09:00', null],
    ['10:00', 2],
    ['14:00', 3],
  ]);
  for (const { key, startsAtMs, slots } of rows) {
    for (const { starts_at_ms } of slots.values()) {
      expect((starts_at_ms - startsAtMs) % 86_400_000, key).toBe(0);
    }
  }
  const dates = [weekday.date, saturday.date];
  expect(rows.map(({ slots }) => dates.map((date) => slots.get(date)?.batch))).toEqual([
    [undefined, 1],
    [1, 2],
    [2, undefined],
    [3, 3],
  ]);
});

it('the clock is that of the facility, before and after it is put back', () => {
  // London: nine o'clock is 08:00 by UTC until 25 October 2026, and 09:00 from then on.
  const at = (date: number, hour: number): Batch => ({
    ...batch(1, 1, 9),
    starts_at_ms: Date.UTC(2026, 9, date, hour),
  });
  const days = [day('2026-10-24', at(24, 8)), day('2026-10-25', at(25, 9))];
  expect(rowsOf(days, 'Europe/London').map(({ key }) => key)).toEqual(['09:00']);
});

it('without a circle all is full', () => {
  expect(anyFree([day('2026-11-26', batch(1, 26, 9), batch(2, 26, 10, 'closed'))])).toBe(false);
  expect(anyFree([day('2026-11-26', batch(1, 26, 9), batch(2, 26, 10, 'free'))])).toBe(true);
});
