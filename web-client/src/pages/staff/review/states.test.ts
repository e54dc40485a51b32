import { expect, it } from 'vitest';
import { ageOn, isOver } from './states';

it('a person is a year older on the birthday and not on the day before', () => {
  expect(ageOn('2008-11-24', '2026-11-23')).toBe(17);
  expect(ageOn('2008-11-24', '2026-11-24')).toBe(18);
  expect(ageOn('2008-02-29', '2026-02-28')).toBe(17);
  expect(ageOn('2008-02-29', '2026-03-01')).toBe(18);
});

it('what is under way or approved is not over', () => {
  expect((['submitted', 'in_review', 'needs_more', 'approved'] as const).some(isOver)).toBe(false);
  expect((['refused', 'revoked', 'withdrawn', 'stale'] as const).every(isOver)).toBe(true);
});
