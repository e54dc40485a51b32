import { expect, it, vi } from 'vitest';

vi.mock('../../../lib/i18n/locale.svelte', () => ({ written: () => 'en' }));
const { visitTexts } = await import('../../../lib/i18n/console/visits');
const { spentOf } = await import('./spent');

const MINUTE = 60_000;
const nothing = {
  together_ms: 0,
  without_inmate_ms: 0,
  without_visitors_ms: 0,
  given_back_ms: 0,
};

it('tells each kind of time that there was', () => {
  const t = visitTexts();
  expect(spentOf(nothing, t)).toBeNull();
  expect(spentOf({ ...nothing, together_ms: 20_000 }, t)).toBeNull();
  const spent = {
    together_ms: 21 * MINUTE + 12_000,
    without_inmate_ms: 3 * MINUTE,
    without_visitors_ms: 0,
    given_back_ms: 3 * MINUTE,
  };
  expect(spentOf(spent, t)).toBe([t.together(21), t.withoutInmate(3), t.longer(3)].join(' · '));
});
