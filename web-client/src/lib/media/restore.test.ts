import { beforeEach, expect, test, vi } from 'vitest';
import { Guard } from './restore';

class Track extends EventTarget {
  readyState = 'live';
  muted = false;
  constructor(readonly kind: 'audio' | 'video') {
    super();
  }
  stop(): void {
    this.readyState = 'ended';
  }
}

/** What happened, in order. */
let log: string[];
let refused: string[];
let page: EventTarget & { visibilityState: string };
let tracks: Track[];
let guard: Guard;

function begin(): void {
  const local = { getTracks: () => tracks } as unknown as MediaStream;
  const replace = (track: MediaStreamTrack): Promise<void> => {
    log.push(`replace ${track.kind}`);
    tracks = tracks.map((each) => (each.kind === track.kind ? (track as unknown as Track) : each));
    guard.watch(track);
    return Promise.resolve();
  };
  guard = new Guard(local, {
    replace,
    facing: () => 'user',
    helpless: (is) => log.push(is ? 'helpless' : 'helped'),
    taken: (audio, video) => {
      const taken = `taken ${audio ? 'a' : ''}${video ? 'v' : ''}`;
      if (log.findLast((each) => each.startsWith('taken')) !== taken) log.push(taken);
    },
    resume: () => log.push('resume'),
  });
}

beforeEach(() => {
  log = [];
  refused = [];
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  tracks = [new Track('video'), new Track('audio')];
  const getUserMedia = ({ video }: MediaStreamConstraints) => {
    const kind = video ? 'video' : 'audio';
    if (refused.includes(kind)) return Promise.reject(new DOMException('', 'NotReadableError'));
    const fresh = [new Track(kind)];
    return Promise.resolve({ getVideoTracks: () => fresh, getAudioTracks: () => fresh });
  };
  vi.stubGlobal('document', page);
  vi.stubGlobal('navigator', {
    mediaDevices: Object.assign(new EventTarget(), { getUserMedia }),
  });
});

const happen = async (sign: string, ...kinds: string[]): Promise<void> => {
  for (const each of tracks) if (kinds.includes(each.kind)) each.dispatchEvent(new Event(sign));
  await settled();
};
const look = async (state: 'visible' | 'hidden'): Promise<void> => {
  page.visibilityState = state;
  page.dispatchEvent(new Event('visibilitychange'));
  await settled();
};
const settled = () => new Promise((resolve) => setTimeout(resolve));

test('a telephone call is told at once, and its end brings back hearing and both tracks, sound first', async () => {
  begin();
  await happen('mute', 'audio', 'video');
  await look('hidden');
  expect(log).toEqual(['taken ', 'taken v', 'taken av']);
  log = ['taken av'];
  await look('visible');
  expect(log).toEqual([
    'taken av',
    'resume',
    'replace audio',
    'taken v',
    'replace video',
    'taken ',
    'helped',
    'resume',
  ]);
});

test('an unmute in sight of the page is a sign of the end as well', async () => {
  begin();
  await happen('mute', 'audio');
  log = [];
  await happen('unmute', 'audio');
  expect(log).toContain('resume');
  expect(log).toContain('replace audio');
});

test('a page that was only away plays on', async () => {
  begin();
  await look('hidden');
  log = [];
  await look('visible');
  expect(log).toEqual(['taken ', 'resume']);
});

test('a camera that stays away takes no microphone along, and a tap tries it again', async () => {
  begin();
  refused = ['video'];
  await happen('mute', 'audio', 'video');
  await look('visible');
  expect(log).toContain('replace audio');
  expect(log.filter((each) => each.startsWith('taken')).at(-1)).toBe('taken v');
  expect(log).toContain('helpless');
  refused = [];
  log = [];
  await guard.renew();
  expect(log).toEqual(['resume', 'replace video', 'taken ', 'helped', 'resume']);
});

test('a microphone that stays away takes no camera along', async () => {
  begin();
  refused = ['audio'];
  await happen('ended', 'audio', 'video');
  expect(log).toContain('replace video');
  expect(log).toContain('helpless');
});

test.each([
  ['ended', (track: Track) => track.stop()],
  ['mute', (track: Track) => (track.muted = true)],
])('a track that was lost to %s before the call is asked for when it begins', async (_, lose) => {
  lose(tracks[0] as Track);
  begin();
  expect(log).toContain('taken v');
  await settled();
  expect(log).toContain('replace video');
  expect(log).not.toContain('replace audio');
});
