import { expect, it } from 'vitest';
import { corrections, isNone } from './correction';

const before = { name: '林陳秀英', national_id: 'A123456789', birth_date: '1948-03-01' };

it('only what was changed is put right', () => {
  expect(corrections(before, { ...before, name: ' 林陳秀瑛 ' })).toEqual({ name: '林陳秀瑛' });
  expect(corrections(before, { ...before, national_id: `${before.national_id} ` })).toEqual({});
});

it('what was not changed is not sent', () => {
  expect(isNone(corrections(before, { ...before, name: `${before.name} ` }))).toBe(true);
  expect(isNone(corrections(before, { ...before, birth_date: '1948-03-02' }))).toBe(false);
});
