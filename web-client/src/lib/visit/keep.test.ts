import { beforeEach, describe, expect, it } from 'vitest';
import { keep, newDeviceKey, recall, tidy } from './keep';

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

const TOKEN = 'B3Zk0x4AAf1mUe0bSxkqL2gwv9yQ3nTd';
let drawer: Drawer;
beforeEach(() => (drawer = new Drawer()));

describe('what a device keeps', () => {
  it('is the same key at every opening of the same link, and another one for another link', () => {
    const first = recall(TOKEN, drawer);
    expect(recall(TOKEN, drawer)).toEqual(first);
    expect(recall(`${TOKEN}x`, drawer).deviceKey).not.toBe(first.deviceKey);
  });

  it('never holds the token', () => {
    keep(TOKEN, { deviceKey: newDeviceKey(), grant: 'grant' }, drawer);
    expect(JSON.stringify(Object.entries(drawer))).not.toContain(TOKEN);
  });

  it('is forgotten once the slot is over', () => {
    keep(TOKEN, { deviceKey: 'a', endsAtMs: 1_000 }, drawer);
    keep('another', { deviceKey: 'b', endsAtMs: 9_000 }, drawer);
    tidy(5_000, drawer);
    expect(drawer.length).toBe(1);
  });

  it('survives storage that holds something else', () => {
    recall(TOKEN, drawer);
    drawer[Object.keys(drawer)[0] ?? ''] = '{"deviceKey":7}';
    expect(recall(TOKEN, drawer).deviceKey).toHaveLength(22);
  });
});
