import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS_MS, type Effect } from '../events';
import { JOINED, LINK, World, sent, types } from './world';

let world: World;

describe('interruptions', () => {
  beforeEach(() => (world = new World(LINK).inTheCall()));

  test('a short disconnection is not shown and not acted on', () => {
    world.media(1, 'disconnected');
    world.pass(LIMITS_MS.disconnected - 1);
    world.media(1, 'connected');
    expect(world.pass(60_000)).toEqual([]);
    expect(world.machine.phase.name).toBe('live');
  });

  const { grant: _, ...AGAIN } = JOINED;

  test('ICE is restarted more and more seldom, then the whole way in is taken', () => {
    world.media(1, 'disconnected');
    const begun = world.now;
    const restarts: number[] = [];
    for (let effects: Effect[] = []; !types(effects).includes('close_socket');) {
      effects = world.passToNext();
      if (!types(effects).includes('restart_ice')) continue;
      restarts.push(world.now - begun);
      world.say({ ...AGAIN, now_ms: world.now });
    }
    expect(restarts).toEqual([1_500, 3_500, 7_500, 15_500]);
    expect(world.now - begun).toBe(31_500);
    expect(world.machine.phase.name).toBe('interrupted');
    expect(types(world.seen).slice(-3)).toEqual(['close_socket', 'open_socket', 'new_peer']);
  });

  test('media that mends itself is left alone, however late', () => {
    world.media(1, 'disconnected');
    for (let i = 0; i < 4; i += 1) {
      world.passToNext();
      world.say({ ...AGAIN, now_ms: world.now });
    }
    world.media(1, 'connected');
    expect(world.pass(60_000)).toEqual([]);
    expect(world.machine.phase.name).toBe('live');
  });

  test('an ICE restart without an answer means that the websocket is gone too', () => {
    world.media(1, 'disconnected');
    world.pass(LIMITS_MS.disconnected);
    expect(types(world.pass(LIMITS_MS.reply))).toEqual(['close_socket', 'open_socket', 'new_peer']);
  });

  test('sound that stalls restarts ICE before the browser notices, and not again and again', () => {
    const stall = () => types(world.do((machine, now) => machine.soundStalled(now)));
    expect(stall()).toEqual([]);
    const other = { seat: 0, name: '王明華', mic: true, camera: true };
    world.say({ type: 'roster', participants: [{ ...other, connected: true }] });
    expect(stall()).toEqual(['restart_ice', 'send']);
    world.say(AGAIN);
    expect(stall()).toEqual([]);
    expect(world.pass(LIMITS_MS.stalled)).toEqual([]);
    expect(stall()).toEqual(['restart_ice', 'send']);
    world.say(AGAIN);
    world.say({ type: 'roster', participants: [{ ...other, connected: false }] });
    world.pass(LIMITS_MS.stalled);
    expect(stall()).toEqual([]);
    expect(world.machine.phase.name).toBe('live');
  });

  test('an ICE restart that works ends the interruption', () => {
    world.media(1, 'failed');
    expect(world.say(AGAIN)).toEqual([
      { type: 'accept_answer', peer: 1, sdp: 'answer', lines: JOINED.lines },
    ]);
    world.media(1, 'connected');
    expect(world.machine.phase.name).toBe('live');
    expect(world.pass(60_000)).toEqual([]);
  });

  test('an ICE restart goes by the relays that the server named', () => {
    const relays = [{ urls: ['turns:relay.example:443'], username: 'u', credential: 'p' }];
    world.say({ ...JOINED, ice_servers: relays });
    expect(world.media(1, 'failed')[0]).toEqual({ type: 'restart_ice', peer: 1, relays });
  });

  test('a new connection knows the relays from its beginning, and takes newer ones', () => {
    const relay = (username: string) => [{ urls: ['turns:relay.example:443'], username }];
    world.say({ ...JOINED, ice_servers: relay('former') });
    world.close();
    expect(world.pass(0)).toContainEqual({ type: 'new_peer', peer: 2, relays: relay('former') });
    world.open();
    world.say({ ...JOINED, ice_servers: relay('newer') });
    expect(world.pass(LIMITS_MS.relay)).toContainEqual({
      type: 'restart_ice',
      peer: 2,
      relays: relay('newer'),
    });
  });

  test('a connection that fails before it ever flowed is given up for one that knows the relays', () => {
    const relays = [{ urls: ['turns:relay.example:443'] }];
    world.close();
    world.pass(0);
    world.open();
    world.say({ ...JOINED, ice_servers: relays });
    expect(world.media(2, 'failed').map(({ type }) => type)).toEqual(['close_socket']);
    expect(world.passToNext()).toContainEqual({ type: 'new_peer', peer: 3, relays });
  });

  test('media that flows on hides that the websocket is away', () => {
    world.close();
    expect(world.machine.phase.name).toBe('live');
    world.media(1, 'disconnected');
    world.pass(LIMITS_MS.disconnected);
    expect(world.machine.phase.name).toBe('interrupted');
  });

  test('coming back is tried by the schedule until it works, and then starts afresh', () => {
    const openings: number[] = [];
    const begun = world.now;
    world.close();
    for (let i = 0; i < 6; i += 1) {
      world.passToNext();
      openings.push(world.now - begun);
      world.close();
    }
    expect(openings).toEqual([0, 300, 1_500, 4_200, 9_000, 16_000]);
    world.pass(7_000);
    world.open();
    world.say({ ...JOINED, now_ms: world.now });
    world.media(2, 'connected');
    expect(world.machine.attempt).toBe(0);
    expect(world.machine.phase.name).toBe('live');
  });

  test('the old peer is no longer listened to once a new one is in', () => {
    world.close();
    world.pass(0);
    world.open();
    world.say(JOINED);
    world.media(1, 'failed');
    world.media(2, 'connected');
    expect(world.machine.phase.name).toBe('live');
    expect(world.pass(60_000)).toEqual([]);
  });

  test('a peer that was given up and fails late disturbs nothing', () => {
    world.close();
    world.pass(0);
    world.open();
    world.say(JOINED);
    world.media(2, 'connected');
    expect(world.do((machine, now) => machine.peerFailed(1, now))).toEqual([]);
    expect(world.pass(60_000)).toEqual([]);
  });

  test('the network being back cuts the wait short', () => {
    world.close();
    for (let i = 0; i < 5; i += 1) {
      world.passToNext();
      world.close();
    }
    const effects = world.do((machine, now) => machine.networkChanged(now));
    expect(types(effects)).toEqual(['open_socket', 'new_peer']);
  });

  test('a changed network restarts ICE while faces are still shown', () => {
    const effects = world.do((machine, now) => machine.networkChanged(now));
    expect(types(effects)).toEqual(['restart_ice', 'send']);
    world.say(JOINED);
    expect(world.pass(60_000)).toEqual([]);
    expect(world.machine.phase.name).toBe('live');
  });

  test('a server that stops is come back to without being asked', () => {
    world.say({ type: 'ended', reason: 'server_stopping', by: 'system', may_return: true });
    expect(world.machine.phase.name).toBe('interrupted');
    expect(types(world.pass(0))).toContain('open_socket');
  });

  test('what one sends is told once, when it differs from what was told', () => {
    expect(sent(world.do((machine) => machine.send(true, false)))).toEqual([
      { type: 'media', mic: true, camera: false },
    ]);
    expect(world.do((machine) => machine.send(true, false))).toEqual([]);
    world.close();
    expect(world.do((machine) => machine.send(false, false))).toEqual([]);
    world.pass(0);
    expect(sent(world.open())[0]).toMatchObject({ mic: false, camera: false });
  });

  test('what another app takes away counts as off, and as the person wants it once it is back', () => {
    const told = (mic: boolean, camera: boolean) => [{ type: 'media', mic, camera }];
    world.do((machine) => machine.send(true, true));
    expect(sent(world.do((machine) => machine.hold(false, true)))).toEqual(told(false, true));
    expect(world.do((machine) => machine.hold(false, true))).toEqual([]);
    expect(sent(world.do((machine) => machine.send(true, false)))).toEqual(told(false, false));
    expect(world.machine.sending).toEqual({ mic: true, camera: false });
    world.close();
    world.pass(0);
    expect(sent(world.open())[0]).toMatchObject({ mic: false, camera: false });
    world.say(JOINED);
    expect(sent(world.do((machine) => machine.hold(true, true)))).toEqual(told(true, false));
  });
});
