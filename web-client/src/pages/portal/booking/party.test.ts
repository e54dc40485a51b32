import { expect, it } from 'vitest';
import type { Companion } from '../../../lib/api/visitor';
import { candidatesFor } from './party';

const companion = (id: string, change: Partial<Companion> = {}): Companion => ({
  id,
  inmate_id: 'inmate',
  inmate_name: '陳明華',
  person_id: null,
  name: id,
  email: `${id}@example.tw`,
  state: 'agreed',
  direction: 'sent',
  ready: true,
  ...change,
});

it('whoever agreed for this inmate may come along, the ready ones first', () => {
  const all = [
    companion('asked', { state: 'invited', ready: false }),
    companion('elsewhere', { inmate_id: 'another' }),
    companion('declined', { state: 'declined', ready: false }),
    companion('asks me', { state: 'invited', direction: 'received', ready: false }),
    companion('ready'),
  ];
  expect(candidatesFor('inmate', all).map(({ id }) => id)).toEqual(['ready', 'asked']);
});
