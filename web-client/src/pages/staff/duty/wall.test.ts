import { describe, expect, it } from 'vitest';
import type { OfficerVisit } from './api';
import { isOpen, needOf, partOf, parts } from './wall';

const MINUTE = 60_000;
const NOW = 100 * MINUTE;

const live = (more: Partial<OfficerVisit['live']>): OfficerVisit['live'] => ({
  connected_seats: [],
  terminal_connected: true,
  terminal_seen_at_ms: null,
  terminal_test: null,
  ...more,
});

/** Begins so many minutes from now, lasts 25 and opens 15 before. */
function visit(inMinutes: number, more: Partial<OfficerVisit> = {}): OfficerVisit {
  const starts_at_ms = NOW + inMinutes * MINUTE;
  return {
    id: String(inMinutes),
    terminal: '一號',
    inmate: '林明華',
    opens_at_ms: starts_at_ms - 15 * MINUTE,
    starts_at_ms,
    ends_at_ms: starts_at_ms + 25 * MINUTE,
    state: 'confirmed',
    live: live({}),
    party: [],
    ...more,
  };
}
const seats = (...connected_seats: number[]) => ({ live: live({ connected_seats }) });
const away = { live: live({ terminal_connected: false, terminal_seen_at_ms: 1 }) };

describe('the wall', () => {
  it('has what goes on first, and what is over last', () => {
    expect([-30, -5, 0, 10, 40].map((at) => partOf(visit(at), NOW))).toEqual([
      'over',
      'now',
      'now',
      'soon',
      'later',
    ]);
    expect(partOf(visit(-5, { state: 'terminated' }), NOW)).toBe('over');
    expect(partOf(visit(40, { state: 'cancelled' }), NOW)).toBe('over');
    const wall = parts([visit(-60), visit(-40), visit(-5)], NOW);
    expect(wall.over.map(({ id }) => id)).toEqual(['-40', '-60']);
    expect(wall.now.map(({ id }) => id)).toEqual(['-5']);
  });

  it('has tools from the opening to the end, if the visit takes place', () => {
    expect([16, 15, -24, -25].map((at) => isOpen(visit(at), NOW))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isOpen(visit(5, { state: 'flagged' }), NOW)).toBe(false);
  });

  it('says what to look at, the cause before what follows from it', () => {
    expect(needOf(visit(-5, away), NOW)).toBe('terminal');
    expect(needOf(visit(10, away), NOW)).toBe('terminal');
    expect(needOf(visit(-5, { ...away, state: 'flagged' }), NOW)).toBe('decision');
    expect(needOf(visit(-5, seats(1, 2)), NOW)).toBe('inmate');
    expect(needOf(visit(-5, seats(0)), NOW)).toBe('visitors');
  });

  it('says of a terminal whose test failed, until the call itself shows how it is', () => {
    const tested = (failed: boolean) => ({ at_ms: 1, findings: [], failed });
    const visitAt = (minutes: number, failed: boolean) =>
      needOf(visit(minutes, { live: live({ terminal_test: tested(failed) }) }), NOW);
    expect(visitAt(10, true)).toBe('test');
    expect(visitAt(10, false)).toBeNull();
    expect(visitAt(40, true)).toBeNull();
    expect(visitAt(-5, true)).toBe('inmate');
  });

  it('says nothing of a visit that goes well, has time or is over', () => {
    expect(needOf(visit(-5, seats(0, 2)), NOW)).toBeNull();
    expect(needOf(visit(10), NOW)).toBeNull();
    expect(needOf(visit(40, away), NOW)).toBeNull();
    expect(needOf(visit(-30, away), NOW)).toBeNull();
  });
});
