import { beforeEach, describe, expect, test } from 'vitest';
import type { ViewTile } from '../../protocol.generated';
import { LIMITS_MS } from '../events';
import { JOINED, LINK, World, sent } from './world';

let world: World;
beforeEach(() => (world = new World(LINK)));

describe('what one looks at', () => {
  const LARGE = { seat: 0, width: 1170, height: 1638 };
  const SMALL = { seat: 2, width: 264, height: 264 };
  const HIDDEN = { seat: 0, width: 0, height: 0 };
  const look = (...tiles: ViewTile[]) => sent(world.do((machine, now) => machine.look(tiles, now)));

  test('is said in the call, and only what has changed', () => {
    world.atTheDoor();
    expect(look(LARGE)).toEqual([]);
    expect(sent(world.say(JOINED))).toContainEqual({ type: 'view', tiles: [LARGE] });
    world.pass(LIMITS_MS.view);
    expect(look(LARGE)).toEqual([]);
    expect(look(LARGE, SMALL)).toEqual([{ type: 'view', tiles: [SMALL] }]);
  });

  test('is said twice a second at most, and the last word is right', () => {
    world.inTheCall();
    expect(look(LARGE)).toHaveLength(1);
    expect(look(SMALL)).toEqual([]);
    expect(look(HIDDEN, SMALL)).toEqual([]);
    expect(sent(world.pass(LIMITS_MS.view))).toEqual([{ type: 'view', tiles: [HIDDEN, SMALL] }]);
    expect(sent(world.pass(10 * LIMITS_MS.view))).toEqual([]);
  });

  test('is said again of a new connection, and not of an ICE restart', () => {
    world.inTheCall();
    look(LARGE);
    world.do((machine, now) => machine.networkChanged(now));
    expect(sent(world.say({ ...JOINED }))).toEqual([]);
    world.close();
    world.pass(0);
    world.open();
    expect(sent(world.say(JOINED))).toEqual([{ type: 'view', tiles: [LARGE] }]);
  });
});

describe('what the server finds out about the way', () => {
  test('only needed encodings are sent', () => {
    world.inTheCall();
    const effects = world.say({ type: 'encodings', active: ['q'] });
    expect(effects).toEqual([{ type: 'send_encodings', active: ['q'] }]);
  });

  test('held-back pictures are known until they come again or the connection is another', () => {
    world.inTheCall().say({ type: 'pictures', paused: [0, 2] });
    expect(world.machine.paused).toEqual([0, 2]);
    world.say({ type: 'pictures', paused: [2] });
    expect(world.machine.paused).toEqual([2]);
    world.close();
    world.pass(0);
    world.open();
    expect(world.machine.paused).toEqual([2]);
    world.say(JOINED);
    expect(world.machine.paused).toEqual([]);
  });
});
