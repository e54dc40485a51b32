import { expect, it } from 'vitest';
import { match } from './pattern';

it('a pattern fits an address with as many parts, and reads its names', () => {
  expect(match('/portal/visits/:id/confirm', '/portal/visits/a%20b/confirm')).toEqual({
    id: 'a b',
  });
  expect(match('/portal', '/portal/')).toEqual({});
  expect(match('/portal/visits/:id', '/portal/visits')).toBeNull();
  expect(match('/portal/visits', '/portal/profile')).toBeNull();
});

it('an address that is no UTF-8 fits nothing', () => {
  expect(match('/portal/visits/:id', '/portal/visits/%ff')).toBeNull();
});
