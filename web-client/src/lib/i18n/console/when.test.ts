import { describe, expect, it, vi } from 'vitest';

vi.mock('../locale.svelte', () => ({ written: () => 'zh-TW' }));
const {
  USUAL_ZONE,
  clock,
  clockOf,
  dayAndClock,
  keepTime,
  localDate,
  minuteOfDay,
  startOfDay,
  stretch,
} = await import('./when');

describe('a local day', () => {
  it('begins at the facility’s midnight, not at the browser’s', () => {
    expect(startOfDay('2026-11-24')).toBe(Date.UTC(2026, 10, 23, 16));
    expect(startOfDay('2026-11-24', 'America/New_York')).toBe(Date.UTC(2026, 10, 24, 5));
    expect(localDate(startOfDay('2026-11-24'))).toBe('2026-11-24');
    expect(minuteOfDay(startOfDay('2026-11-24'))).toBe(0);
  });

  it('has minutes that read as a clock', () => {
    expect([clockOf(0), clockOf(570), clockOf(1439)]).toEqual(['00:00', '09:30', '23:59']);
    expect(minuteOfDay(Date.UTC(2026, 10, 24, 1, 30))).toBe(570);
  });
});

it('a moment that is not long ago is told without its year', () => {
  const atMs = Date.UTC(2026, 10, 30, 6, 5);
  expect(dayAndClock(atMs, atMs + 1000)).toBe('11月30日 14:05');
  // By the facility's clock it is next year already.
  expect(dayAndClock(atMs, Date.UTC(2026, 11, 31, 17))).toBe('2026年11月30日 14:05');
});

it('a stretch of time is told in the largest unit that says enough', () => {
  const hour = 3_600_000;
  expect(stretch(5 * 60_000)).toBe('5 分鐘');
  expect(stretch(26 * hour)).toBe('26 小時');
  expect(stretch(72 * hour)).toBe('3 天');
});

it('times are those of the facility that somebody works for', () => {
  const atMs = Date.UTC(2026, 10, 24, 1);
  expect(clock(atMs)).toBe('09:00');
  keepTime('Europe/London');
  expect([clock(atMs), localDate(atMs), minuteOfDay(atMs)]).toEqual(['01:00', '2026-11-24', 60]);
  keepTime(USUAL_ZONE);
});
