import { describe, expect, it } from 'vitest';
import { Drawer, inTab, onDevice } from './drawer';

class Full {
  getItem = (): string | null => 'old';
  setItem = (): void => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  removeItem = (): void => {};
}

const refused = (): Storage => {
  throw new DOMException('cookies are blocked', 'SecurityError');
};

describe.each([
  ['refuses', refused],
  ['does not exist', () => null],
  ['takes nothing more', () => new Full() as unknown as Storage],
])('where storage %s', (_, storage) => {
  it('what is put is there until the page goes', () => {
    const drawer = new Drawer(storage);
    drawer.put('a', '1');
    expect(drawer.get('a')).toBe('1');
    expect(drawer.keys()).toContain('a');
    drawer.remove('a');
    expect(drawer.keys()).not.toContain('a');
    expect(new Drawer(storage).get('a')).not.toBe('1');
  });
});

it('what storage takes is kept there alone', () => {
  const storage: Record<string, unknown> = {};
  storage['getItem'] = (key: string) => storage[key] ?? null;
  storage['setItem'] = (key: string, value: string) => (storage[key] = value);
  const put = new Drawer(() => storage as unknown as Storage);
  put.put('a', '1');
  delete storage['a'];
  expect(put.get('a')).toBeNull();
});

it('a browser without any storage is no reason to stop', () => {
  expect(onDevice.get('a')).toBeNull();
  expect(inTab.keys()).toEqual([]);
});
