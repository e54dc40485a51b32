import { describe, expect, it, vi } from 'vitest';

vi.mock('../../../lib/i18n/locale.svelte', () => ({ written: () => 'zh-TW' }));
const { hours, isChangeable, isCorrectable, rows, shifted } = await import('./timeline');

const NINE_IN_TAIPEI = Date.UTC(2026, 10, 24, 1);
const visit = (id: string, terminal: string, startMinutes: number) => ({
  id,
  terminal_id: terminal,
  terminal_name: `room ${terminal}`,
  inmate_id: 'i',
  inmate_name: '',
  inmate_number: '',
  batch: null,
  opens_at_ms: 0,
  starts_at_ms: NINE_IN_TAIPEI + startMinutes * 60_000,
  ends_at_ms: NINE_IN_TAIPEI + (startMinutes + 30) * 60_000,
  held_until_ms: null,
  state: 'confirmed' as const,
  ground: 'ordinary' as const,
  event_on: null,
  counted: true,
  party: [{ seat: 1, person_id: 'p', name: '林陳秀英' }],
  reason: null,
  ended_by: null,
  together_ms: 0,
  without_inmate_ms: 0,
  without_visitors_ms: 0,
  given_back_ms: 0,
  deeds: [],
});

describe('the day by terminal', () => {
  it('has a row for a terminal without visits, and one that is no longer listed', () => {
    const drawn = rows([{ id: 'a', name: 'room a' }], [visit('2', 'b', 60), visit('1', 'b', 0)]);
    expect(drawn.map((row) => [row.name, row.visits.map(({ id }) => id)])).toEqual([
      ['room a', []],
      ['room b', ['1', '2']],
    ]);
  });

  it('shows the whole hours around its visits, and some more around a single one', () => {
    expect(hours([])).toEqual({ from: 540, to: 1020 });
    expect(hours([visit('1', 'a', 0)])).toEqual({ from: 540, to: 780 });
    expect(hours([visit('1', 'a', -90), visit('2', 'a', 475)])).toEqual({ from: 420, to: 1080 });
  });
});

it('a visit in which visitors wait can be changed until it begins', () => {
  const waiting = { ...visit('1', 'a', 0), state: 'in_session' as const };
  expect(isChangeable(waiting, NINE_IN_TAIPEI - 1)).toBe(true);
  expect(isChangeable(waiting, NINE_IN_TAIPEI)).toBe(false);
  expect(isChangeable(visit('1', 'a', 0), NINE_IN_TAIPEI)).toBe(true);
  expect(isChangeable({ ...waiting, state: 'completed' }, NINE_IN_TAIPEI - 1)).toBe(false);
});

it('what became of a visit can be corrected once it is over', () => {
  const over = { ...visit('1', 'a', -30), state: 'no_show' as const };
  expect(isCorrectable(over, NINE_IN_TAIPEI)).toBe(true);
  expect(isCorrectable(over, NINE_IN_TAIPEI - 1)).toBe(false);
  expect(isCorrectable({ ...over, state: 'terminated' }, NINE_IN_TAIPEI)).toBe(true);
  expect(isCorrectable({ ...over, state: 'confirmed' }, NINE_IN_TAIPEI)).toBe(false);
  expect(isCorrectable({ ...over, party: [] }, NINE_IN_TAIPEI)).toBe(false);
});

it('the next day follows the last of a month', () => {
  expect(shifted('2026-11-30', 1)).toBe('2026-12-01');
  expect(shifted('2026-03-01', -1)).toBe('2026-02-28');
});
