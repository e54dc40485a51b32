import { beforeEach, expect, it } from 'vitest';
import { forget, forgetAll, keep, recall } from './draft';

class Drawer implements Storage {
  [name: string]: unknown;
  get length(): number {
    return Object.keys(this).length;
  }
  clear(): void {
    Object.keys(this).forEach((key) => delete this[key]);
  }
  getItem(key: string): string | null {
    return (this[key] as string | undefined) ?? null;
  }
  key(index: number): string | null {
    return Object.keys(this)[index] ?? null;
  }
  removeItem(key: string): void {
    delete this[key];
  }
  setItem(key: string, value: string): void {
    this[key] = value;
  }
}

let drawer: Drawer;
beforeEach(() => (drawer = new Drawer()));

it('what was typed comes back, and nothing that the form does not ask for', () => {
  keep('form', { name: '王美玉', password: 'secret' }, drawer);
  expect(recall('form', { name: '', email: '' }, drawer)).toEqual({ name: '王美玉', email: '' });
});

it('a form is empty where nothing, or something broken, is kept', () => {
  expect(recall('form', { name: '' }, drawer)).toEqual({ name: '' });
  drawer['openvisit.draft.form'] = '{"name"';
  expect(recall('form', { name: '' }, drawer)).toEqual({ name: '' });
});

it('forgetting leaves what belongs to others', () => {
  drawer['openvisit.locale'] = 'en';
  keep('a', { x: 1 }, drawer);
  keep('b', { x: 1 }, drawer);
  forget('a', drawer);
  expect(drawer.length).toBe(2);
  forgetAll(drawer);
  expect(Object.keys(drawer)).toEqual(['openvisit.locale']);
});
