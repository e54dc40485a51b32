/**
 * What a terminal shows, and what it does by itself in the months in which nobody touches it. Without a browser
 * or a clock of its own: the page tells what it sees, each second and whenever something happens.
 *
 * - A server that has been silent for half a minute is said, whatever was on the screen, unless the media of a
 *   call flows on; so is media that finds no way. Both pass by themselves.
 * - What a person would mend by loading the page anew, the page tries by itself: a device or a secret that is
 *   not right each half minute, another window's visit once it is over, a new build of the pages when no visit
 *   is near.
 * - Camera and microphone are held around visits only.
 * - Once a day it tests itself (`lib/self-test/due.ts`). What is found is said to staff and keeps no visit away.
 *
 * `now` is a clock of the device that never jumps, `clockMs` the server's, both in ms.
 */
import type { Idle, Phase } from '../../lib/call/events';
import type { ScheduledVisit, Visit } from '../../lib/protocol.generated';
import { isClear, isDue, type LastTest } from '../../lib/self-test/due';
import { isFault } from '../../lib/self-test/findings';

export type TerminalState =
  | 'connecting'
  | 'idle'
  | 'soon'
  | 'call'
  | 'over'
  | 'elsewhere'
  | 'away'
  | 'out-of-order'
  | 'self-test'
  /** Idle, and the newest test of itself failed. */
  | 'faulty';

/** What does not get through while a terminal is `away`. */
export type Missing = 'server' | 'media';

/** What to do now. */
export type Remedy =
  /** Let go of the end of a visit: it has been shown for long enough. */
  | 'rest'
  /** Load the page anew, if the service has it; otherwise begin anew without it. */
  | 'begin_anew'
  /** Load the page anew, if the service has it; otherwise go on. */
  | 'load_build'
  /** Test the terminal. */
  | 'test';

export interface Seen {
  /** Camera and microphone cannot be asked for, or there is no secret. */
  trouble: boolean;
  /** The call's; none before there is a connection. */
  phase: Phase | null;
  /** The visit that the terminal was called to last. */
  visit: Visit | null;
  idle: Idle | null;
  /** When the server last said something, by `now`. */
  heardAt: number | null;
  /** The test that runs, and what came of the newest. */
  tests: { running: boolean; last: LastTest | null };
}

export const LIMITS_MS = {
  /** From the server's last word to saying that it is away. Its pongs come every ten seconds. */
  silence: 30_000,
  /** From being called, or losing the call, to saying that media finds no way. */
  media: 60_000,
  /** The end of a visit stays on the screen for so long. */
  over: 8_000,
  /** From one try of beginning anew to the next. */
  anew: 30_000,
  /** From the end of a visit to asking for one's place back. */
  elsewhere: 10_000,
  /** A visit that begins within this time is announced. */
  soon: 5 * 60_000,
  /** With this much time to the next visit, the page may be loaded anew. */
  free: 10 * 60_000,
  /** So long nothing happens before a terminal tests itself: whoever sets it up is done. */
  settled: 30_000,
} as const;

export class Upkeep {
  state: TerminalState = 'connecting';
  missing: Missing = 'server';
  /** Whether camera and microphone are to be held; undefined: as they are. */
  holdsDevices: boolean | undefined;

  private enteredAt = 0;
  private triedAt: number | null = null;
  /** Since when there has been a connection to wait for. */
  private waitingSince: number | null = null;
  /** Since when a call has been without media. */
  private mediaSince: number | null = null;
  /** The build that was heard of first, which is the one that runs. */
  private build: string | undefined;

  /** `spreadMs`: the terminal's own part of half an hour, for its morning. */
  constructor(private readonly spreadMs: number) {}

  /** Takes in what is seen, and says what to do about it. */
  look(seen: Seen, now: number, clockMs: number): Remedy | null {
    const state = this.standing(seen, now, clockMs);
    if (state !== this.state) this.enteredAt = now;
    this.state = state;
    this.holdsDevices = holds(state, seen);
    this.build ??= seen.idle?.build;
    switch (state) {
      case 'over':
        return now - this.enteredAt >= LIMITS_MS.over ? 'rest' : null;
      case 'out-of-order':
        return now - this.enteredAt >= LIMITS_MS.anew && this.mayTry(now) ? 'begin_anew' : null;
      case 'elsewhere': {
        const backAtMs = (seen.visit?.ends_at_ms ?? clockMs) + LIMITS_MS.elsewhere;
        return clockMs >= backAtMs && this.mayTry(now) ? 'begin_anew' : null;
      }
      case 'idle':
      case 'faulty': {
        const outdated = this.build !== seen.idle?.build;
        if (outdated && isFree(seen.idle, clockMs) && this.mayTry(now)) return 'load_build';
        const settled = now - this.enteredAt >= LIMITS_MS.settled;
        return settled && this.mayTest(seen, clockMs) && this.isTestDue(seen, clockMs)
          ? 'test'
          : null;
      }
      default:
        return null;
    }
  }

  /** Whether a test would disturb nobody now. */
  mayTest({ idle }: Seen, clockMs: number): boolean {
    const isIdle = this.state === 'idle' || this.state === 'faulty';
    return isIdle && isClear(idle?.visits ?? [], clockMs);
  }

  private isTestDue({ tests }: Seen, clockMs: number): boolean {
    return !tests.running && isDue(tests.last, clockMs, this.spreadMs);
  }

  private standing(seen: Seen, now: number, clockMs: number): TerminalState {
    const { phase, heardAt } = seen;
    if (seen.trouble || phase?.name === 'refused') return 'out-of-order';
    if (!phase) {
      this.waitingSince = this.mediaSince = null;
      return 'connecting';
    }
    if (phase.name === 'ended') return phase.reason === 'replaced' ? 'elsewhere' : 'over';
    const without = phase.name === 'connecting' || phase.name === 'interrupted';
    this.mediaSince = without ? (this.mediaSince ?? now) : null;
    if (phase.name === 'live') return 'call';
    this.waitingSince ??= now;
    if (now - (heardAt ?? this.waitingSince) >= LIMITS_MS.silence) return this.away('server');
    if (this.mediaSince !== null && now - this.mediaSince >= LIMITS_MS.media) {
      return this.away('media');
    }
    if (phase.name === 'interrupted') return 'call';
    if (phase.name !== 'idle') return 'connecting';
    const next = nextVisit(seen.idle, clockMs);
    if (next && next.starts_at_ms - clockMs <= LIMITS_MS.soon) return 'soon';
    if (seen.tests.running) return 'self-test';
    return seen.tests.last?.findings.some(isFault) ? 'faulty' : 'idle';
  }

  private away(missing: Missing): 'away' {
    this.missing = missing;
    return 'away';
  }

  private mayTry(now: number): boolean {
    if (this.triedAt !== null && now - this.triedAt < LIMITS_MS.anew) return false;
    this.triedAt = now;
    return true;
  }
}

function holds(state: TerminalState, seen: Seen): boolean | undefined {
  if (state === 'soon') return true;
  // They may just be asked for.
  const asIs = ['call', 'connecting', 'away'].includes(state) || seen.trouble;
  return asIs ? undefined : false;
}

/** The visit that is on, or the next one. */
export function nextVisit(idle: Idle | null, clockMs: number): ScheduledVisit | undefined {
  return idle?.visits.find((visit) => visit.ends_at_ms > clockMs);
}

function isFree(idle: Idle | null, clockMs: number): boolean {
  const next = nextVisit(idle, clockMs);
  return !next || next.starts_at_ms - clockMs >= LIMITS_MS.free;
}
