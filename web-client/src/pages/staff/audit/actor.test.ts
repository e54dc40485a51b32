import { expect, test, vi } from 'vitest';
import { actorOf } from './actor';

vi.mock('../../../lib/i18n/locale.svelte', () => ({ written: () => 'en' }));

const ID = '019e4a10-81aa-7b20-8c11-aa00bb11cc22';

const NAMES = { [ID]: '陳美玲' };

test('who is called something has a name, and everybody a kind in words', () => {
  expect(actorOf({ actor: `staff ${ID}`, names: NAMES })).toEqual({
    who: '陳美玲',
    more: 'Staff · bb11cc22',
  });
  expect(actorOf({ actor: `person ${ID}`, names: NAMES })).toEqual({
    who: '陳美玲',
    more: 'Visitor · bb11cc22',
  });
  expect(actorOf({ actor: `staff ${ID}`, names: {} })).toEqual({ who: 'Staff', more: 'bb11cc22' });
  expect(actorOf({ actor: `person ${ID}`, names: {} })).toEqual({
    who: 'Visitor',
    more: 'bb11cc22',
  });
  expect(actorOf({ actor: 'visitor', names: NAMES })).toEqual({
    who: 'Visitor',
    more: 'came by a link',
  });
  expect(actorOf({ actor: 'system', names: NAMES })).toEqual({ who: 'The system', more: '' });
});
