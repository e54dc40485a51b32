import { expect, test, vi } from 'vitest';
import { actorOf } from './actor';

vi.mock('../../../lib/i18n/locale.svelte', () => ({ written: () => 'en' }));

const ID = '019e4a10-81aa-7b20-8c11-aa00bb11cc22';

test('a member of staff has a name, and everybody a kind in words', () => {
  expect(actorOf({ actor: `staff ${ID}`, actor_name: '陳美玲' })).toEqual({
    who: '陳美玲',
    more: 'Staff · bb11cc22',
  });
  expect(actorOf({ actor: `staff ${ID}`, actor_name: null })).toEqual({
    who: 'Staff',
    more: 'bb11cc22',
  });
  expect(actorOf({ actor: `person ${ID}`, actor_name: null })).toEqual({
    who: 'Visitor',
    more: 'bb11cc22',
  });
  expect(actorOf({ actor: 'visitor', actor_name: null })).toEqual({
    who: 'Visitor',
    more: 'came by a link',
  });
  expect(actorOf({ actor: 'system', actor_name: null })).toEqual({ who: 'The system', more: '' });
});
