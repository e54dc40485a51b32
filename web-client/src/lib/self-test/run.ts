/**
 * A terminal's test of itself, carried out: camera, microphone and loudspeaker, then a call alone (`lib/phone-test`) to
 * try the way of media, then the clock. What is missing does not keep the rest from being tried.
 */
import { openSelfTest } from '../api/terminal';
import { close } from '../media/capture';
import { testCall } from '../phone-test/run';
import type { Finding } from './findings';
import { hearOneself } from './hearing';
import { judgePictures, type Grey } from './signals';

/** What is tried, in this order. */
export const STEPS = ['camera', 'microphone', 'speaker', 'connection'] as const;
export type Step = (typeof STEPS)[number];

/** How a step stands. */
export type Standing = 'running' | 'good' | 'bad';

export interface Bench {
  secret: string;
  /** The server's clock, ms. */
  clock: () => number;
  /** Ends the test without an outcome. */
  signal: AbortSignal;
  step: (step: Step, standing: Standing) => void;
}

export interface Found {
  findings: Finding[];
  /** Whether the service had a place for the test of the way. */
  whole: boolean;
}

/** The browser may ask somebody who is not there. */
const PATIENCE_MS = 10_000;
const PICTURES = 10;
const APART_MS = 300;
const SIZE = { width: 64, height: 36 };
/** A device that is further from the service's time than this shows people another minute. */
const CLOCK_OFF_MS = 60_000;

/** As it is: echo cancellation takes the loudspeaker out of what the microphone hears. */
const RAW: MediaTrackConstraints = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
};

/** Tries everything. `null`: it was ended before. */
export async function selfTest({ secret, clock, signal, step }: Bench): Promise<Found | null> {
  const findings: Finding[] = [];
  const judge = (name: Step, found: Finding | null): void => {
    if (found) findings.push(found);
    step(name, found ? 'bad' : 'good');
  };
  step('camera', 'running');
  const camera = await open({ video: { width: { ideal: 1280 }, height: { ideal: 720 } } });
  const mic = await open({ audio: RAW });
  const context = new AudioContext();
  try {
    judge('camera', camera ? await look(camera) : 'no_camera');
    if (signal.aborted) return null;

    step('microphone', 'running');
    const heard = mic && (await hearOneself(mic, context, () => step('speaker', 'running')));
    const mute: Finding | null = heard?.silent ? 'no_sound' : null;
    judge('microphone', mic ? mute : 'no_microphone');
    if (heard) judge('speaker', heard.tone ? null : 'speaker_not_heard');
    if (signal.aborted) return null;

    step('connection', 'running');
    // Without a microphone the way is tried with silence.
    const sound = mic ?? context.createMediaStreamDestination().stream;
    const local = new MediaStream([...sound.getTracks(), ...(camera?.getTracks() ?? [])]);
    const pass = async (): Promise<string> => (await openSelfTest(secret)).pass;
    const outcome = await testCall(local, pass, signal).catch(() => 'busy' as const);
    if (outcome === null) return null;
    const whole = outcome !== 'busy';
    if (outcome === 'sound_only') judge('connection', camera ? 'sound_only' : null);
    else judge('connection', outcome === 'good' || !whole ? null : 'no_connection');

    if (Math.abs(Date.now() - clock()) > CLOCK_OFF_MS) findings.push('clock_off');
    return { findings, whole };
  } finally {
    for (const stream of [camera, mic]) if (stream) close(stream);
    void context.close();
  }
}

/** Opens one kind of device. `null`: there is none, or none that may be used. */
async function open(wanted: MediaStreamConstraints): Promise<MediaStream | null> {
  let late = false;
  const asked = navigator.mediaDevices.getUserMedia(wanted).then(
    (stream) => {
      if (late) close(stream);
      return stream;
    },
    () => null,
  );
  const none = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const opened = await Promise.race([asked, none]);
  late = true;
  return opened;
}

/** Looks at what the camera shows for some seconds. */
async function look(stream: MediaStream): Promise<Finding | null> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = stream;
  await Promise.race([video.play().catch(() => {}), pause(PATIENCE_MS)]);
  const canvas = Object.assign(document.createElement('canvas'), SIZE);
  const paper = canvas.getContext('2d', { willReadFrequently: true });
  const pictures: Grey[] = [];
  for (let taken = 0; paper && video.videoWidth > 0 && taken < PICTURES; taken += 1) {
    paper.drawImage(video, 0, 0, SIZE.width, SIZE.height);
    pictures.push(grey(paper.getImageData(0, 0, SIZE.width, SIZE.height).data));
    await pause(APART_MS);
  }
  video.srcObject = null;
  const shown = judgePictures(pictures);
  if (shown === 'moving') return null;
  return shown === 'dark' ? 'dark_picture' : 'still_picture';
}

/** The green of each pixel, which is most of its brightness. */
const grey = (rgba: Uint8ClampedArray): Grey =>
  Uint8Array.from({ length: rgba.length / 4 }, (_, index) => rgba[4 * index + 1] ?? 0);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
