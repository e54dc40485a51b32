import { describe, expect, test } from 'vitest';
import { TEST_MS, isClear, isDue, type LastTest } from './due';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Taiwan's clocks are eight hours ahead. */
const at = (hour: number, minute = 0, day = 24): number =>
  Date.UTC(2026, 10, day, hour - 8, minute);

describe('a test is clear of visits', () => {
  const visit = (inMs: number) => ({
    starts_at_ms: at(9) + inMs,
    ends_at_ms: at(9) + inMs + 30 * MINUTE_MS,
    first_name: '明華',
  });
  test.each([
    ['with none', [], true],
    ['long before one', [visit(TEST_MS.clear)], true],
    ['less than that before one', [visit(TEST_MS.clear - 1)], false],
    ['during one', [visit(-29 * MINUTE_MS)], false],
    ['after one', [visit(-30 * MINUTE_MS)], true],
    ['between two that are near', [visit(-30 * MINUTE_MS), visit(0)], false],
  ])('%s', (_, visits, clear) => {
    expect(isClear(visits, at(9))).toBe(clear);
  });

  test('by twenty minutes also when it takes long', () => {
    expect(TEST_MS.clear).toBeGreaterThan(20 * MINUTE_MS);
  });
});

describe('a test is due', () => {
  const last = (atMs: number, findings: LastTest['findings'] = [], told = true): LastTest => ({
    atMs,
    findings,
    told,
  });

  test('at once where there was none, but never at night', () => {
    expect([5, 6, 12, 19, 20].map((hour) => isDue(null, at(hour), 0))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  test('each morning, each terminal at its own minute', () => {
    const yesterday = last(at(19, 59, 23));
    expect(isDue(yesterday, at(6), 0)).toBe(true);
    const spread = 10 * MINUTE_MS;
    expect(isDue(yesterday, at(6, 9), spread)).toBe(false);
    expect(isDue(yesterday, at(6, 10), spread)).toBe(true);
    expect(isDue(last(at(6, 10)), at(19), spread)).toBe(false);
  });

  test('again each half hour while something is wrong, unless it is only the loudspeaker', () => {
    const from = at(9);
    const due = (findings: LastTest['findings'], after: number) =>
      isDue(last(from, findings), from + after, 0);
    expect(due(['no_camera'], TEST_MS.again - 1)).toBe(false);
    expect(due(['no_camera'], TEST_MS.again)).toBe(true);
    expect(due(['speaker_not_heard', 'dark_picture'], TEST_MS.again)).toBe(true);
    expect(due(['speaker_not_heard'], 8 * HOUR_MS)).toBe(false);
  });

  test('soon again where the service did not hear of it', () => {
    const unheard = last(at(9), [], false);
    expect(isDue(unheard, at(9) + TEST_MS.retry - 1, 0)).toBe(false);
    expect(isDue(unheard, at(9) + TEST_MS.retry, 0)).toBe(true);
  });
});
