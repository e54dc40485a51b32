import { expect, test, vi } from 'vitest';
import { noted } from './noted';

vi.mock('../../../lib/i18n/locale.svelte', () => ({ written: () => 'en' }));

test('each thing has a line, and a name in words where there is one', () => {
  expect(noted('{"seat":2,"reason":"ill","given_back":null,"else":[1]}')).toEqual([
    'Seat: 2',
    'Reason: ill',
    'else: [1]',
  ]);
});

test('what is no JSON is shown as it is', () => {
  expect(noted('by hand')).toEqual(['by hand']);
  expect(noted('')).toEqual([]);
  expect(noted('{}')).toEqual([]);
});
