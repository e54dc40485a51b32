import { beforeEach, describe, expect, test } from 'vitest';
import type { ServerMessage } from '../../protocol.generated';
import { LIMITS_MS, type Effect } from '../events';
import { JOINED, TERMINAL, VISIT, World, sent, types } from './world';

const IDLE: ServerMessage = {
  type: 'idle',
  now_ms: 2_000_000,
  facility: '示範監獄',
  terminal: '一號',
  visits: [],
};
const CALL: ServerMessage = { type: 'call', now_ms: 2_000_000, visit: VISIT };

let world: World;

describe('a terminal', () => {
  beforeEach(() => (world = new World(TERMINAL).atTheDoor()));

  const called = (): Effect[] => {
    const effects = world.say(CALL);
    world.say({ ...JOINED, seat: 0 });
    world.media(1, 'connected');
    return effects;
  };

  test('says hello without an offer and is idle', () => {
    expect(sent(world.seen)[0]).not.toHaveProperty('offer');
    world.say(IDLE);
    expect(world.machine.phase.name).toBe('idle');
    expect(world.machine.idle).toEqual(IDLE);
  });

  test('answers a call with an offer, and shows the end until it has been seen', () => {
    world.say(IDLE);
    expect(sent(called())).toEqual([{ type: 'offer', sdp: 'offer 1' }]);
    expect(world.machine.phase.name).toBe('live');
    world.say({ type: 'ended', reason: 'slot_ended', by: 'system', may_return: false });
    world.say(IDLE);
    expect(world.machine.phase.name).toBe('ended');
    world.do((machine) => machine.rest());
    expect(world.machine.phase.name).toBe('idle');
    expect(types(world.seen)).not.toContain('close_socket');
  });

  test('does not take the relay of one visit along to the next', () => {
    const ice_servers = [{ urls: ['turns:relay.example:443'], username: 'u', credential: 'p' }];
    world.say(CALL);
    world.say({ ...JOINED, seat: 0, ice_servers });
    expect(world.say(CALL)).toContainEqual({ type: 'new_peer', peer: 2, relays: ice_servers });
    world.say({ type: 'ended', reason: 'slot_ended', by: 'system', may_return: false });
    expect(world.say(CALL)).toContainEqual({ type: 'new_peer', peer: 3, relays: [] });
  });

  test('is called anew in a running call and stays in it', () => {
    called();
    expect(sent(world.say(CALL))).toEqual([{ type: 'offer', sdp: 'offer 2' }]);
    expect(world.machine.phase.name).toBe('live');
  });

  test('waits to be called anew when its media failed, and knocks when it is not', () => {
    called();
    world.say({ type: 'ended', reason: 'media_failed', by: 'system', may_return: true });
    expect(world.machine.phase.name).toBe('interrupted');
    expect(world.pass(LIMITS_MS.answer - 1)).toEqual([]);
    expect(types(world.pass(1))).toEqual(['close_socket', 'open_socket']);
  });

  test('is idle when the visit was cancelled while it was away', () => {
    called();
    world.close();
    world.pass(0);
    world.open();
    world.say(IDLE);
    expect(world.machine.phase.name).toBe('idle');
    expect(types(world.seen)).toContain('close_peers');
  });

  test('knows since when the server has been silent, and a refusal is no word of it', () => {
    world.say(IDLE);
    const heardAt = world.now;
    world.pass(5_000);
    world.say({ type: 'error', code: 'unavailable', message: '…', retry_after_ms: 3_000 });
    expect(world.machine.heardAt).toBe(heardAt);
    world.pass(3_000);
    world.open();
    world.say({ type: 'pong', id: 1, now_ms: 2_000_000 });
    expect(world.machine.heardAt).toBe(heardAt + 8_000);
  });

  test('never stops trying', () => {
    world.close();
    let openings = 0;
    for (let i = 0; i < 400; i += 1) {
      openings += types(world.pass(9_000)).filter((type) => type === 'open_socket').length;
      world.close();
    }
    expect(openings).toBeGreaterThan(390);
  });
});
