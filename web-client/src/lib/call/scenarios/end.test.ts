import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS_MS } from '../events';
import { LINK, VISIT, World, types } from './world';

let world: World;

describe('the end', () => {
  beforeEach(() => (world = new World(LINK).inTheCall()));

  test('the reason that the server gives is kept, though the transport closed before it', () => {
    world.media(1, 'lost');
    world.pass(LIMITS_MS.lost - 1);
    world.say({ type: 'ended', reason: 'terminated', by: 'officer', may_return: false });
    expect(world.machine.phase).toMatchObject({ name: 'ended', reason: 'terminated' });
    expect(world.pass(3_600_000)).toEqual([]);
  });

  test('a transport that closed without a word is come back from', () => {
    world.media(1, 'lost');
    expect(types(world.pass(LIMITS_MS.lost))).toEqual(['close_socket', 'open_socket', 'new_peer']);
    expect(world.machine.phase.name).toBe('interrupted');
  });

  test('the slot ends here too when nobody is left to say so', () => {
    world.close();
    while (world.now < VISIT.ends_at_ms) {
      world.pass(10_000);
      world.close();
    }
    expect(world.machine.phase).toMatchObject({ name: 'ended', reason: 'slot_ended' });
    expect(world.pass(3_600_000)).toEqual([]);
  });

  test('an end that moves is kept to', () => {
    world.say({
      type: 'time',
      now_ms: world.now,
      ends_at_ms: world.now + 60_000,
      remaining_ms: 60_000,
      warning: 'one_minute',
    });
    expect(world.machine.warning).toBe('one_minute');
    world.pass(60_000 + LIMITS_MS.slotEnd - 1);
    expect(world.machine.phase.name).toBe('live');
    world.pass(1);
    expect(world.machine.phase.name).toBe('ended');
  });

  test('time that is added at the end brings its warnings anew', () => {
    const time = { type: 'time' as const, now_ms: world.now, remaining_ms: 310_000 };
    const end = VISIT.ends_at_ms;
    world.say({ ...time, ends_at_ms: end, warning: 'five_minutes' });
    world.say({ ...time, ends_at_ms: end + 240_000, given_back_ms: 240_000 });
    expect(world.machine).toMatchObject({ warning: null, timeAddedMs: 240_000 });
    world.say({
      ...time,
      ends_at_ms: end + 240_000,
      given_back_ms: 240_000,
      warning: 'five_minutes',
    });
    expect(world.machine).toMatchObject({ warning: 'five_minutes', timeAddedMs: 240_000 });
    expect(world.machine.endsAtMs).toBe(end + 240_000);
  });

  test('the end is by the clock of the server, though the device is an hour late', () => {
    world.now -= 3_600_000;
    world.say({ type: 'pong', id: 1, now_ms: 2_000_000 });
    expect(world.machine.clockOffsetMs).toBe(3_600_000);
    world.pass(VISIT.ends_at_ms - 2_000_000);
    expect(world.machine.phase.name).toBe('live');
    world.pass(LIMITS_MS.slotEnd);
    expect(world.machine.phase.name).toBe('ended');
  });

  test('a device that slept through the end, and whose clock did, learns it from the next word', () => {
    world.say({ type: 'pong', id: 1, now_ms: VISIT.ends_at_ms + 600_000 });
    world.pass(0);
    expect(world.machine.phase).toMatchObject({ name: 'ended', reason: 'slot_ended' });
  });

  test('who hangs up is out at once, whether the server hears it or not', () => {
    world.close();
    expect(types(world.do((machine) => machine.leave()))).toEqual(['send', 'close_peers']);
    expect(world.machine.phase).toMatchObject({ name: 'ended', reason: 'left', mayReturn: true });
    expect(world.pass(3_600_000)).toEqual([]);
  });

  test('one who was replaced by another window stays away', () => {
    world.say({ type: 'ended', reason: 'replaced', by: 'you', may_return: false });
    expect(world.pass(3_600_000)).toEqual([]);
    expect(world.machine.phase).toMatchObject({ name: 'ended', reason: 'replaced' });
  });
});
