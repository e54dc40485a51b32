import { describe, expect, it } from 'vitest';
import { keyOf, type Press } from './press';

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  code: '',
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  isComposing: false,
  defaultPrevented: false,
  ...more,
});

describe('a key that is pressed', () => {
  it('is the one that is printed on it', () => {
    for (const key of ['j', '/', '0', '-']) expect(keyOf(press(key), 'page')).toBe(key);
    expect(keyOf(press('?', { shiftKey: true }), 'page')).toBe('?');
    expect(keyOf(press('+', { shiftKey: true }), 'control')).toBe('+');
  });

  it('is none while somebody types', () => {
    expect(keyOf(press('j'), 'typing')).toBeNull();
    expect(keyOf(press('Process', { isComposing: true, code: 'KeyJ' }), 'page')).toBeNull();
  });

  it('is none with a key held that makes it the browser’s', () => {
    for (const held of ['altKey', 'ctrlKey', 'metaKey'] as const) {
      expect(keyOf(press('r', { [held]: true }), 'page')).toBeNull();
    }
    expect(keyOf(press('J', { shiftKey: true }), 'page')).toBeNull();
  });

  it('is none that the page has taken already', () => {
    expect(keyOf(press('a', { defaultPrevented: true }), 'page')).toBeNull();
  });

  it('is the same one with Caps Lock on', () => {
    expect(keyOf(press('J'), 'page')).toBe('j');
  });

  it('is found by its place where an input method gives another sign', () => {
    expect(keyOf(press('ㄨ', { code: 'KeyJ' }), 'page')).toBe('j');
    expect(keyOf(press('Process', { code: 'KeyK' }), 'page')).toBe('k');
    expect(keyOf(press('ㄥ', { code: 'Slash' }), 'page')).toBe('/');
    expect(keyOf(press('？', { code: 'Slash', shiftKey: true }), 'page')).toBe('?');
    expect(keyOf(press('ㄢ', { code: 'Digit0' }), 'page')).toBe('0');
    expect(keyOf(press('＋', { code: 'Equal', shiftKey: true }), 'page')).toBe('+');
  });

  it('says nothing by itself', () => {
    for (const key of ['Shift', 'Tab', 'Escape', 'ArrowDown', 'F5', 'Dead']) {
      expect(keyOf(press(key, { code: key }), 'page')).toBeNull();
    }
  });

  it('leaves Enter to what it would press anyway', () => {
    expect(keyOf(press('Enter'), 'control')).toBeNull();
    expect(keyOf(press('Enter'), 'page')).toBe('Enter');
  });
});
