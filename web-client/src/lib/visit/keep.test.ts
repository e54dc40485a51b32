import { beforeEach, describe, expect, it } from 'vitest';
import { Drawer } from '../drawer';
import { keep, newDeviceKey, recall, tidy } from './keep';

const TOKEN = 'B3Zk0x4AAf1mUe0bSxkqL2gwv9yQ3nTd';
let drawer: Drawer;
beforeEach(() => (drawer = new Drawer(() => null)));

describe('what a device keeps', () => {
  it('is the same key at every opening of the same link, and another one for another link', () => {
    const first = recall(TOKEN, drawer);
    expect(recall(TOKEN, drawer)).toEqual(first);
    expect(recall(`${TOKEN}x`, drawer).deviceKey).not.toBe(first.deviceKey);
  });

  it('never holds the token', () => {
    keep(TOKEN, { deviceKey: newDeviceKey(), grant: 'grant' }, drawer);
    expect(JSON.stringify(drawer.keys().map((key) => [key, drawer.get(key)]))).not.toContain(TOKEN);
  });

  it('is forgotten once the slot is over', () => {
    keep(TOKEN, { deviceKey: 'a', endsAtMs: 1_000 }, drawer);
    keep('another', { deviceKey: 'b', endsAtMs: 9_000 }, drawer);
    tidy('third', 5_000, drawer);
    expect(drawer.keys()).toHaveLength(1);
    expect(recall('another', drawer).deviceKey).toBe('b');
  });

  it('stays the same device at its link, whatever its clock says of the slot', () => {
    keep(TOKEN, { deviceKey: 'a', grant: 'grant', endsAtMs: 1_000 }, drawer);
    tidy(TOKEN, 5_000, drawer);
    expect(recall(TOKEN, drawer)).toEqual({ deviceKey: 'a', endsAtMs: 1_000 });
  });

  it('survives storage that holds something else', () => {
    recall(TOKEN, drawer);
    drawer.put(drawer.keys()[0] ?? '', '{"deviceKey":7}');
    expect(recall(TOKEN, drawer).deviceKey).toHaveLength(22);
  });
});
