import { beforeEach, expect, test, vi } from 'vitest';
import { CaptureError, capture, captureAudio } from './capture';

const HOUR_MS = 3_600_000;

class Stream {
  readonly track = { stopped: false, stop: () => (this.track.stopped = true) };
  getTracks = () => [this.track];
  getAudioTracks = () => [this.track];
}

let answer: (stream: Stream) => void;
let states: Record<string, string>;
const audioSession = { type: 'auto' };
/** What the sound was set up for when the browser was asked. */
let sessions: string[];

beforeEach(() => {
  vi.useFakeTimers();
  states = {};
  sessions = [];
  audioSession.type = 'auto';
  const getUserMedia = () => {
    sessions.push(audioSession.type);
    return new Promise((resolve) => (answer = resolve));
  };
  const query = ({ name }: { name: string }) => Promise.resolve({ state: states[name] });
  vi.stubGlobal('navigator', {
    mediaDevices: { getUserMedia },
    permissions: { query },
    audioSession,
  });
});

const outcome = (asked: Promise<unknown>) =>
  asked.catch((error: unknown) => (error instanceof CaptureError ? error.failure : error));

test.each([
  ['audio', { microphone: 'prompt', camera: 'granted' }],
  ['both', { microphone: 'prompt', camera: 'granted' }],
  ['both', { microphone: 'granted', camera: 'prompt' }],
] as const)('%s waits while the question is on the screen: %j', async (wanted, open) => {
  states = open;
  const asked = capture(wanted);
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  const stream = new Stream();
  answer(stream);
  expect(await asked).toBe(stream);
});

test('a question about the camera is none about the microphone', async () => {
  states = { microphone: 'granted', camera: 'prompt' };
  const asked = outcome(capture('audio'));
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  expect(await asked).toBe('unanswered');
});

test('what comes late is handed over, or closed where nobody takes it', async () => {
  const late: unknown[] = [];
  const [taken, left] = [new Stream(), new Stream()];
  const first = outcome(capture('both', { late: (stream) => late.push(stream) }));
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  expect(await first).toBe('unanswered');
  answer(taken);
  const second = outcome(captureAudio());
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  expect(await second).toBe('unanswered');
  answer(left);
  await vi.advanceTimersByTimeAsync(0);
  expect(late).toEqual([taken]);
  expect([taken.track.stopped, left.track.stopped]).toEqual([false, true]);
});

test('who is patient waits for ever', async () => {
  const asked = capture('both', { patient: true });
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  const stream = new Stream();
  answer(stream);
  expect(await asked).toBe(stream);
});

test('the sound is set up for speaking and hearing before the microphone opens', () => {
  void capture('audio');
  expect(sessions).toEqual(['play-and-record']);
});
