import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS_MS } from '../events';
import { GRANT, JOINED, LINK, VISIT, World, sent, types } from './world';

let world: World;
beforeEach(() => (world = new World(LINK)));

describe('the way in', () => {
  test('a visitor opens the socket and prepares the offer side by side, and says hello once', () => {
    expect(types(world.do((machine) => machine.start()))).toEqual(['open_socket', 'new_peer']);
    expect(sent(world.open())).toEqual([
      {
        type: 'hello',
        version: 1,
        credential: LINK,
        locale: 'en',
        mic: false,
        camera: false,
        offer: 'offer 1',
      },
    ]);
  });

  test('one is in the call when media flows, and the grant opens the door from then on', () => {
    world.atTheDoor().say(JOINED);
    expect(world.machine.phase.name).toBe('connecting');
    world.media(1, 'connected');
    expect(world.machine.phase.name).toBe('live');
    expect(world.seen).toContainEqual({ type: 'keep_grant', grant: 'jwt', visit: VISIT });
    world.close();
    world.pass(0);
    expect(sent(world.open())[0]).toMatchObject({ credential: GRANT, offer: 'offer 2' });
  });

  test('a network that lets no media through is met by the relay, soon where there is one', () => {
    const relays = [{ urls: ['turns:relay.example:443'], username: 'u', credential: 'p' }];
    world.atTheDoor().say({ ...JOINED, ice_servers: relays });
    expect(world.pass(LIMITS_MS.relay - 1)).toEqual([]);
    expect(world.pass(1)[0]).toEqual({ type: 'restart_ice', peer: 1, relays });
    expect(world.machine.phase.name).toBe('connecting');

    world = new World(LINK);
    world.atTheDoor().say(JOINED);
    expect(world.pass(LIMITS_MS.connect - 1)).toEqual([]);
    expect(world.pass(1)[0]).toEqual({ type: 'restart_ice', peer: 1, relays: [] });
  });

  test('one who is early waits and goes in without another word', () => {
    world.atTheDoor().say({ type: 'waiting', now_ms: 900_000, visit: VISIT });
    expect(world.machine.phase.name).toBe('waiting');
    expect(world.machine.visit).toEqual(VISIT);
    expect(world.pass(600_000)).toEqual([]);
    world.say({ ...JOINED, now_ms: 1_500_000 });
    world.media(1, 'connected');
    expect(world.machine.phase.name).toBe('live');
  });

  test('one who waits and changes networks knocks again with a new offer', () => {
    world.atTheDoor().say({ type: 'waiting', now_ms: 900_000, visit: VISIT });
    world.do((machine, now) => machine.networkChanged(now));
    expect(types(world.pass(0))).toEqual(['open_socket', 'new_peer']);
    expect(world.machine.phase.name).toBe('waiting');
  });

  test('a server that does not answer is left and asked anew', () => {
    world.atTheDoor();
    expect(types(world.pass(LIMITS_MS.answer))).toEqual([
      'close_socket',
      'open_socket',
      'new_peer',
    ]);
  });

  test('an offer that was never sent is kept for the next attempt', () => {
    world.do((machine) => machine.start());
    world.close();
    expect(types(world.pass(0))).toEqual(['open_socket']);
    expect(sent(world.open())[0]).toMatchObject({ offer: 'offer 1' });
  });

  test('a used link is told to the person and not tried again', () => {
    world.atTheDoor().say({ type: 'error', code: 'link_used', message: 'used' });
    expect(world.machine.phase).toEqual({ name: 'refused', code: 'link_used', message: 'used' });
    expect(world.pass(3_600_000)).toEqual([]);
  });

  test('a full server is asked again not before it said', () => {
    world.atTheDoor();
    world.say({ type: 'error', code: 'busy', message: 'full', retry_after_ms: 5_000 });
    expect(world.pass(4_999)).toEqual([]);
    expect(types(world.pass(1))).toContain('open_socket');
  });

  test('a grant that is not valid any more is forgotten, and the link asked', () => {
    world = new World(GRANT);
    const effects = world.atTheDoor().say({ type: 'error', code: 'grant_not_valid', message: '' });
    expect(types(effects)).toContain('forget_grant');
    world.pass(0);
    expect(sent(world.open())[0]).toMatchObject({ credential: LINK });
  });

  test('a newer link for the seat is told, not fought', () => {
    world = new World(GRANT);
    world.atTheDoor().say({ type: 'error', code: 'grant_superseded', message: 'newer' });
    expect(types(world.seen)).toContain('forget_grant');
    expect(world.machine.phase).toMatchObject({ name: 'refused', code: 'grant_superseded' });
  });
});
