import { expect, it } from 'vitest';
import { again } from './again';
import { Problem } from './api/client';
import { enTurn, zhTwTurn } from './i18n/turn';

const said = (againMs: number, code = 'too_many_requests') =>
  again(new Problem(429, code, '', '', [], againMs), enTurn);

it('says in how many minutes, no sooner than told', () => {
  expect(said(1_000)).toBe('Please try again in about 1 minute.');
  expect(said(15 * 60_000 - 30_000)).toBe('Please try again in about 15 minutes.');
  expect(zhTwTurn.inMinutes(15)).toBe('請在大約 15 分鐘後再試一次。');
});

it('says nothing where the refusal names no time, or is about something else', () => {
  expect(said(0)).toBe('');
  expect(said(Number.NaN)).toBe('');
  expect(said(60_000, 'many_at_once')).toBe('');
});
