import { expect, it } from 'vitest';
import { verdict } from './network';

it('one slow answer does not make a slow network, most of them do', () => {
  expect(verdict([40, 900, 50, 45])).toEqual({ kind: 'good', ms: 50 });
  expect(verdict([400, 500, 450, 60])).toEqual({ kind: 'slow', ms: 450 });
});
