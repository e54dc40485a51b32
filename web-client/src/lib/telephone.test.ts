import { expect, it } from 'vitest';
import { dialled } from './telephone';

it('what is dialled is the number alone, without its extension', () => {
  expect(dialled('02-5550-0100')).toBe('0255500100');
  expect(dialled('(02) 5550-0199#12')).toBe('0255500199');
  expect(dialled('+886 2 5550 0100')).toBe('+886255500100');
});
