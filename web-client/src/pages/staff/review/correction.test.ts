import { expect, it } from 'vitest';
import { corrections } from './correction';

const before = { name: '林陳秀英', national_id: 'A123456789', birth_date: '1948-03-01' };

it('only what was changed is put right', () => {
  expect(corrections(before, { ...before, name: ' 林陳秀瑛 ' })).toEqual({ name: '林陳秀瑛' });
  expect(corrections(before, { ...before, national_id: `${before.national_id} ` })).toEqual({});
});
