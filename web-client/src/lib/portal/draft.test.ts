import { beforeEach, expect, it } from 'vitest';
import { Drawer } from '../drawer';
import { forget, forgetAll, keep, recall } from './draft';

let drawer: Drawer;
beforeEach(() => (drawer = new Drawer(() => null)));

it('what was typed comes back, and nothing that the form does not ask for', () => {
  keep('form', { name: '王美玉', password: 'secret' }, drawer);
  expect(recall('form', { name: '', email: '' }, drawer)).toEqual({ name: '王美玉', email: '' });
});

it('a form is empty where nothing, or something broken, is kept', () => {
  expect(recall('form', { name: '' }, drawer)).toEqual({ name: '' });
  drawer.put('openvisit.draft.form', '{"name"');
  expect(recall('form', { name: '' }, drawer)).toEqual({ name: '' });
});

it('forgetting leaves what belongs to others', () => {
  drawer.put('openvisit.locale', 'en');
  keep('a', { x: 1 }, drawer);
  keep('b', { x: 1 }, drawer);
  forget('a', drawer);
  expect(drawer.keys()).toHaveLength(2);
  forgetAll(drawer);
  expect(drawer.keys()).toEqual(['openvisit.locale']);
});
