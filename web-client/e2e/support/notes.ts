/** What a page hears and sees of the first other seat, noted by itself many times a second. */
import type { Page } from '@playwright/test';

/** The browser's counters at one moment, all growing from 0 for as long as the connection lives. */
export interface Note {
  /** Unix milliseconds. */
  atMs: number;
  /** Audio packets that came. */
  packets: number;
  /** Samples of sound played, at 48 kHz. */
  samples: number;
  /** Those of them that were made up for want of packets. */
  concealed: number;
  /** Those of the made-up ones that were silence, as after a long gap. */
  silent: number;
  /** Pictures decoded. */
  frames: number;
}

const EVERY_MS = 40;

declare global {
  interface Window {
    notes: Note[];
  }
}

/** Begins to note, once the page is in the call. */
export async function takeNotes(page: Page): Promise<void> {
  await page.evaluate((everyMs) => {
    window.notes = [];
    const counters = async (kind: string): Promise<Record<string, number>> => {
      const connection = window.kept.connections.findLast(
        ({ signalingState }) => signalingState !== 'closed',
      );
      const line = connection
        ?.getTransceivers()
        .find((each) => each.direction === 'recvonly' && each.receiver.track.kind === kind);
      for (const entry of (await line?.receiver.getStats())?.values() ?? []) {
        if (entry.type === 'inbound-rtp') return entry as Record<string, number>;
      }
      return {};
    };
    const note = async (): Promise<void> => {
      const [audio, video] = [await counters('audio'), await counters('video')];
      window.notes.push({
        atMs: Date.now(),
        packets: audio['packetsReceived'] ?? 0,
        samples: audio['totalSamplesReceived'] ?? 0,
        concealed: audio['concealedSamples'] ?? 0,
        silent: audio['silentConcealedSamples'] ?? 0,
        frames: video['framesDecoded'] ?? 0,
      });
      setTimeout(() => void note(), everyMs);
    };
    void note();
  }, EVERY_MS);
}

/** The notes from `fromMs` on, in order. */
export async function notes(page: Page, fromMs: number): Promise<Note[]> {
  return page.evaluate((from) => window.notes.filter(({ atMs }) => atMs >= from), fromMs);
}

/** How much of the sound was made up between the first and the last note: all of it, and what was heard. */
export function concealment(taken: Note[]): { all: number; audible: number } {
  const [first, last] = [taken[0], taken.at(-1)];
  if (!first || !last) return { all: Number.NaN, audible: Number.NaN };
  const samples = last.samples - first.samples;
  const all = last.concealed - first.concealed;
  return { all: all / samples, audible: (all - (last.silent - first.silent)) / samples };
}

/** What is known of a sound in place of the moment when it was back. */
export type NotBack = 'was never away' | 'not back';

/**
 * When the longest silence on the line ended, Unix milliseconds: the first packet after it. Silences begin
 * before `beforeMs`; without one longer than `leastMs` the sound was never away. One that lasts until the
 * last note has not ended.
 */
export function soundBackAt(taken: Note[], beforeMs: number, leastMs: number): number | NotBack {
  let [lastAt, packets] = [taken[0]?.atMs ?? 0, taken[0]?.packets ?? 0];
  let longest: { ms: number; end: number | NotBack } = { ms: leastMs, end: 'was never away' };
  for (const note of taken) {
    if (note.packets === packets || note.packets === 0) continue;
    const ms = note.atMs - lastAt;
    if (lastAt <= beforeMs && ms > longest.ms) longest = { ms, end: note.atMs };
    [lastAt, packets] = [note.atMs, note.packets];
  }
  const open = (taken.at(-1)?.atMs ?? Infinity) - lastAt;
  return lastAt <= beforeMs && open > leastMs ? 'not back' : longest.end;
}

/** The end of the first whole second with so many pictures, Unix milliseconds; null: there was none. */
export function picturesBackAt(taken: Note[], least: number): number | null {
  const end = taken.find((note) => {
    const begin = taken.findLast(({ atMs }) => atMs <= note.atMs - 1_000);
    return begin !== undefined && framesPerSecond([begin, note]) >= least;
  });
  return end?.atMs ?? null;
}

/** Pictures a second between the first and the last note. */
export function framesPerSecond(taken: Note[]): number {
  const [first, last] = [taken[0], taken.at(-1)];
  if (!first || !last) return Number.NaN;
  return (1000 * (last.frames - first.frames)) / (last.atMs - first.atMs);
}
