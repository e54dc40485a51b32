import { expect, it } from 'vitest';
import { inmateName, inmateOf, partyOf } from './inmate';

const w = { erased: 'erased' };

it('says who the inmate of a visit is, also where nobody knows any more', () => {
  const known = { inmate_name: '陳明華', inmate_number: '1024' };
  expect([inmateName(known, w), inmateOf(known, w)]).toEqual(['陳明華', '陳明華 (1024)']);
  const gone = { inmate_name: '', inmate_number: '' };
  expect([inmateName(gone, w), inmateOf(gone, w)]).toEqual(['erased', 'erased']);
});

it('says who came to a visit, also where nobody knows any more', () => {
  expect(partyOf({ party: [{ name: '王美玉' }] }, w)).toBe('王美玉');
  expect(partyOf({ party: [] }, w)).toBe('erased');
});
