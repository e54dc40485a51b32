/** Whether a call would hold, by what the service reports of the seconds that were sent to it. */
import type { Asked } from '../api/schemas';

export type Verdict = Asked<'PhoneTestResult'>['verdict'];

/** How one kind of media got through. */
export interface Way {
  sent: number;
  /** By the service's receiver reports (RFC 3550 section 6.4). */
  lost: number;
  /** There and back; `null` where no report has come. */
  roundTripMs: number | null;
}

export interface Measured {
  sound: Way | null;
  picture: Way | null;
  /** What the browser believes that the network carries upwards, bit/s, where it says so. */
  carries: number | null;
}

/** Redundancy makes good what is lost up to here; beyond it, words are missing. */
const SOUND_LOST = 0.15;
/** Above it two people keep interrupting each other: ITU-T G.114 calls 400 ms one way unacceptable. */
const SOUND_ROUND_TRIP_MS = 1_000;
/** Up to here a lost packet of a picture comes again in time. */
const PICTURE_LOST = 0.05;
const PICTURE_ROUND_TRIP_MS = 400;
/** Sound with its redundancy, and the smallest picture (`layers.ts`). */
const PICTURE_NEEDS = 250_000;

export function judge({ sound, picture, carries }: Measured): Verdict {
  if (!sound || !passes(sound, SOUND_LOST, SOUND_ROUND_TRIP_MS)) return 'no_connection';
  const shows = picture !== null && passes(picture, PICTURE_LOST, PICTURE_ROUND_TRIP_MS);
  return shows && (carries === null || carries >= PICTURE_NEEDS) ? 'good' : 'sound_only';
}

function passes({ sent, lost, roundTripMs }: Way, mostLost: number, longestMs: number): boolean {
  return sent > 0 && roundTripMs !== null && roundTripMs <= longestMs && lost / sent <= mostLost;
}

type Entry = Record<string, unknown>;

/** Reads it out of a browser's statistics (W3C webrtc-stats). A picture in several sizes is one picture. */
export function read(entries: Iterable<Entry>): Measured {
  const all = [...entries];
  const by = (type: string, kind?: string): Entry[] =>
    all.filter((each) => each['type'] === type && (!kind || each['kind'] === kind));
  const way = (kind: 'audio' | 'video'): Way | null => {
    const outbound = by('outbound-rtp', kind);
    if (outbound.length === 0) return null;
    const reports = by('remote-inbound-rtp', kind);
    const roundTrips = numbers(reports, 'roundTripTime');
    return {
      sent: sum(numbers(outbound, 'packetsSent')),
      lost: Math.max(0, sum(numbers(reports, 'packetsLost'))),
      roundTripMs: roundTrips.length > 0 ? Math.max(...roundTrips) * 1_000 : null,
    };
  };
  const carried = numbers(by('candidate-pair'), 'availableOutgoingBitrate');
  return {
    sound: way('audio'),
    picture: way('video'),
    carries: carried.length > 0 ? Math.max(...carried) : null,
  };
}

const numbers = (entries: Entry[], name: string): number[] =>
  entries.map((each) => each[name]).filter((each): each is number => typeof each === 'number');

const sum = (values: number[]): number => values.reduce((one, other) => one + other, 0);
