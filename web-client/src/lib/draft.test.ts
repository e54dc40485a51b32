import { beforeEach, expect, it } from 'vitest';
import { Drawer } from './drawer';
import { belongTo, forget, forgetAll, isKept, keep, recall, whenForgotten } from './draft';

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

it('drafts are those of whoever typed them', () => {
  belongTo('mother', drawer);
  keep('form', { name: '王美玉' }, drawer);
  belongTo('mother', drawer);
  expect(isKept('form', drawer)).toBe(true);
  belongTo('sister', drawer);
  expect(isKept('form', drawer)).toBe(false);
  keep('form', { name: '陳雅惠' }, drawer);
  belongTo('mother', drawer);
  expect(recall('form', { name: '' }, drawer)).toEqual({ name: '' });
});

it('what was typed before anybody signed in is nobody’s afterwards', () => {
  keep('register', { name: '王美玉' }, drawer);
  belongTo('sister', drawer);
  expect(isKept('register', drawer)).toBe(false);
});

it('what is held in memory goes with the rest', () => {
  const answers = { name: '王美玉' };
  whenForgotten(() => (answers.name = ''));
  forgetAll(drawer);
  expect(answers.name).toBe('');
});
