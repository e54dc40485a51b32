import { expect, it } from 'vitest';
import { again } from './again';
import { Problem } from './api/client';
import { moment } from './portal/when';
import { enTurn, zhTwTurn } from './i18n/turn';

const NOON = Date.parse('2026-11-24T12:00:20+08:00');
const said = (againMs: number, code = 'too_many_requests') =>
  again(new Problem(429, code, '', '', [], againMs), enTurn, (atMs) => moment(atMs, 'en'), NOON);

it('says in how many minutes, no sooner than told, and the moment where that is far away', () => {
  expect(said(1_000)).toBe('Please try again in about 1 minute.');
  expect(said(40 * 60_000 - 30_000)).toBe('Please try again in about 40 minutes.');
  expect(said(90 * 60_000)).toBe('Please try again in about 90 minutes.');
  expect(said(120 * 60_000)).toBe('Please try again after Tuesday 24 November 14:01.');
  expect(said(24 * 3_600_000)).toBe('Please try again after Wednesday 25 November 12:01.');
  expect(zhTwTurn.inMinutes(40)).toBe('請在大約 40 分鐘後再試一次。');
});

it('says nothing where the refusal names no time, or is about something else', () => {
  expect(said(0)).toBe('');
  expect(said(Number.NaN)).toBe('');
  expect(said(60_000, 'many_at_once')).toBe('');
});
