import { describe, expect, it, vi } from 'vitest';
import { Keyboard, type Key } from './keyboard.svelte';

const key = (name: string, text = name): Key => ({ key: name, text, act: vi.fn() });

describe('the keys that are answered', () => {
  it('are those of all parts that are shown, and go with them', () => {
    const keyboard = new Keyboard();
    keyboard.add(() => [key('?')]);
    const leave = keyboard.add(() => [key('j'), key('k')]);
    expect(keyboard.keys.map((each) => each.key)).toEqual(['?', 'j', 'k']);
    leave();
    expect(keyboard.keys.map((each) => each.key)).toEqual(['?']);
  });

  it('do what the part says that came last', () => {
    const keyboard = new Keyboard();
    keyboard.add(() => [key('j', 'the list')]);
    const leave = keyboard.add(() => [key('j', 'the detail')]);
    expect(keyboard.keys.map(({ text }) => text)).toEqual(['the detail']);
    leave();
    expect(keyboard.keys.map(({ text }) => text)).toEqual(['the list']);
  });
});
