import { expect, it } from 'vitest';
import { stateOf } from './state';

it('each trouble with a link has its page', () => {
  expect(stateOf('link_used')).toBe('used');
  expect(stateOf('link_over')).toBe('over');
  expect(stateOf('link_withdrawn')).toBe('withdrawn');
  expect(stateOf('link_without_visit')).toBe('without-visit');
  expect(stateOf('visit_flagged')).toBe('flagged');
  expect(
    ['link_incomplete', 'link_damaged', 'link_unrecognised'].map((code) =>
      stateOf(code as 'link_damaged'),
    ),
  ).toEqual(['not-valid', 'not-valid', 'not-valid']);
  expect(stateOf('bad_message')).toBe('error');
});
