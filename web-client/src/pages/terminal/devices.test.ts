import { beforeEach, expect, test, vi } from 'vitest';
import { CaptureError, type Wanted } from '../../lib/media/capture';
import { Devices, PATIENCE_MS } from './devices';

class Track {
  readyState = 'live';
  constructor(readonly kind: 'audio' | 'video') {}
  stop = (): void => void (this.readyState = 'ended');
}

class Stream {
  constructor(private tracks: Track[] = []) {}
  getTracks = () => [...this.tracks];
  getAudioTracks = () => this.tracks.filter(({ kind }) => kind === 'audio');
  getVideoTracks = () => this.tracks.filter(({ kind }) => kind === 'video');
  addTrack = (track: Track): void => void this.tracks.push(track);
  removeTrack = (gone: Track): void =>
    void (this.tracks = this.tracks.filter((track) => track !== gone));
}

let has: { camera: boolean; mic: boolean };
let asked: Wanted[];
/** Ends a wait for the browser; without one it answers at once. */
let answer: ((stream: Stream) => void) | null;
let hangs: boolean;
let devices: Devices;

const streamOf = (wanted: Wanted): Stream =>
  new Stream(wanted === 'both' ? [new Track('audio'), new Track('video')] : [new Track('audio')]);

const ask = (wanted: Wanted): Promise<MediaStream> => {
  asked.push(wanted);
  if (hangs) return new Promise((resolve) => (answer = resolve as unknown as typeof answer));
  if (!has.mic || (wanted === 'both' && !has.camera)) {
    return Promise.reject(new CaptureError('missing'));
  }
  return Promise.resolve(streamOf(wanted) as unknown as MediaStream);
};

beforeEach(() => {
  vi.useFakeTimers();
  has = { camera: true, mic: true };
  asked = [];
  answer = null;
  hangs = false;
  devices = new Devices(new Stream() as unknown as MediaStream, ask);
});

const held = () => [devices.mic, devices.camera, devices.trouble];

test('are taken once and let go', async () => {
  await Promise.all([devices.take(), devices.take()]);
  await devices.take();
  expect(asked).toEqual(['both']);
  expect(held()).toEqual([true, true, null]);
  const tracks = devices.stream.getTracks();
  devices.letGo();
  expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
  expect(held()).toEqual([false, false, null]);
  await devices.take();
  expect(held()).toEqual([true, true, null]);
});

test('without a camera there is the sound, and the camera comes with the next visit', async () => {
  has.camera = false;
  await devices.take();
  expect(held()).toEqual([true, false, 'no_camera']);
  devices.letGo();
  has.camera = true;
  await devices.take();
  expect(held()).toEqual([true, true, null]);
});

test('without either, one watches and listens', async () => {
  has.mic = false;
  await devices.take();
  expect(held()).toEqual([false, false, 'nothing']);
});

test('a browser that does not answer is waited for for a minute, and asked again', async () => {
  hangs = true;
  const outcome = devices.take().catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
  expect(devices.trouble).toBeNull();
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcome).toEqual(new CaptureError('unanswered'));
  expect(devices.trouble).toBe('unanswered');
  const late = streamOf('both');
  answer?.(late);
  await vi.advanceTimersByTimeAsync(0);
  expect(late.getTracks().map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
  hangs = false;
  await devices.take();
  expect(held()).toEqual([true, true, null]);
});

test('what comes when it is no longer wanted is closed', async () => {
  hangs = true;
  const taken = devices.take();
  devices.letGo();
  const late = streamOf('both');
  answer?.(late);
  await taken;
  expect(late.getTracks().map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
  expect(held()).toEqual([false, false, null]);
});
