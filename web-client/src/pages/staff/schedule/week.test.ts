import { describe, expect, it } from 'vitest';
import { bars, daysBetween, isOn, readStarts, series, span } from './week';

const plan = (batches: number[]) => ({ batches, visit_minutes: 25, turnaround_minutes: 5 });

describe('the drawing of a grid', () => {
  it('has a bar for each batch, numbered by its start', () => {
    const drawn = bars(plan([570, 540]));
    expect(drawn.map(({ batch, from, to, freeFrom }) => [batch, from, to, freeFrom])).toEqual([
      [1, 540, 565, 570],
      [2, 570, 595, 600],
    ]);
    expect(drawn.some((bar) => bar.clash)).toBe(false);
    expect(span(drawn)).toEqual({ from: 540, to: 600 });
  });

  it('marks a batch that begins too early or runs past midnight', () => {
    expect(bars(plan([540, 569, 1430])).map((bar) => bar.clash)).toEqual([false, true, true]);
  });

  it('shows office hours while there is nothing', () => {
    expect(span([])).toEqual({ from: 540, to: 1020 });
  });
});

describe('the starts of batches', () => {
  it('can be made as a series within the day', () => {
    expect(series(540, 3, 30)).toEqual([540, 570, 600]);
    expect(series(1410, 3, 30)).toEqual([1410]);
  });

  it('can be typed with the keyboard that one has', () => {
    expect(readStarts('09:00、9:30， １０：００')).toEqual([540, 570, 600]);
    expect(readStarts('09:00 09:00')).toEqual([540]);
    expect(readStarts('')).toEqual([]);
    expect(readStarts('24:00')).toBeNull();
    expect(readStarts('nine')).toBeNull();
  });
});

it('weekdays are bits, Monday first', () => {
  expect([isOn(0b11111, 0), isOn(0b11111, 5)]).toEqual([true, false]);
});

it('a grid of a few dates has the days of the week that these are', () => {
  expect(daysBetween('2026-11-29', '2026-11-29')).toBe(0b1000000);
  expect(daysBetween('2026-11-28', '2026-11-30')).toBe(0b1100001);
  expect(daysBetween('2026-11-29', '2026-12-31')).toBe(0b1111111);
  expect(daysBetween('2026-11-29', null)).toBe(0b1111111);
});
