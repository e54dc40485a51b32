/** Camera and microphone: asking for them, and what to do when the answer is no. */

/** How long the browser may think about it: in-app browsers sometimes never answer. */
const PATIENCE_MS = 8_000;

/** What one sends with. */
export type Wanted = 'both' | 'audio' | 'none';

/** Why there is no camera or microphone. */
export type CaptureFailure = 'refused' | 'busy' | 'missing' | 'unanswered' | 'unsupported';

export class CaptureError extends Error {
  constructor(readonly failure: CaptureFailure) {
    super(failure);
  }
}

const AUDIO: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

function video(facing: 'user' | 'environment'): MediaTrackConstraints {
  return {
    facingMode: facing,
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
  };
}

/** How to wait for an answer. */
interface Waiting {
  /** As long as it takes. */
  patient?: boolean;
  /** Takes what comes after it was given up. */
  late?: (stream: MediaStream) => void;
}

/** Asks for camera and microphone. Rejects with a {@link CaptureError}. */
export async function capture(wanted: Wanted, waiting?: Waiting): Promise<MediaStream> {
  if (wanted === 'none') return new MediaStream();
  return ask({ audio: AUDIO, video: wanted === 'both' && video('user') }, waiting);
}

/**
 * A new track of a camera, for flipping and for coming back after an interruption. Cameras that do not know
 * which way they look are told apart by the device: it is another one than `former`.
 */
export async function captureVideo(
  facing: 'user' | 'environment',
  former?: MediaTrackSettings,
): Promise<MediaStreamTrack> {
  const devices = navigator.mediaDevices;
  const constraints = video(facing);
  if (former?.deviceId && !former.facingMode) {
    const another = (await devices.enumerateDevices()).find(
      ({ kind, deviceId }) => kind === 'videoinput' && deviceId !== former.deviceId,
    );
    if (another) constraints.deviceId = { exact: another.deviceId };
  }
  const [track] = (await ask({ video: constraints })).getVideoTracks();
  if (!track) throw new CaptureError('missing');
  return track;
}

/** A new track of the microphone. */
export async function captureAudio(): Promise<MediaStreamTrack> {
  const [track] = (await ask({ audio: AUDIO })).getAudioTracks();
  if (!track) throw new CaptureError('missing');
  return track;
}

/** Whether the device has more than one camera to choose from. */
export async function hasTwoCameras(): Promise<boolean> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === 'videoinput').length > 1;
}

/** Closes what is open of a stream. */
export function close(stream: MediaStream): void {
  stream.getTracks().forEach((track) => track.stop());
}

async function ask(
  wanted: MediaStreamConstraints,
  { patient = false, late = close }: Waiting = {},
): Promise<MediaStream> {
  // Some browsers lack it on pages that are not secure, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new CaptureError('unsupported');
  // Tells an iPhone that one speaks and hears at a time.
  const { audioSession } = navigator as { audioSession?: { type: string } };
  if (audioSession && wanted.audio) audioSession.type = 'play-and-record';
  try {
    const asked = devices.getUserMedia(wanted);
    return await (patient ? asked : soon(asked, wanted, late));
  } catch (error) {
    throw error instanceof CaptureError ? error : new CaptureError(failureOf(error));
  }
}

function failureOf(error: unknown): CaptureFailure {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return 'busy';
}

/**
 * Fails after a while without an answer, unless the question is still open on the screen: that may take as
 * long as it takes.
 */
async function soon(
  asked: Promise<MediaStream>,
  wanted: MediaStreamConstraints,
  late: (stream: MediaStream) => void,
): Promise<MediaStream> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const given = new Promise<'up'>((resolve) => {
    timer = setTimeout(() => resolve('up'), PATIENCE_MS);
  });
  const first = await Promise.race([asked, given]);
  clearTimeout(timer);
  if (first !== 'up') return first;
  if (wanted.video && (await isAsking('camera'))) return asked;
  if (wanted.audio && (await isAsking('microphone'))) return asked;
  asked.then(late).catch(() => {});
  throw new CaptureError('unanswered');
}

async function isAsking(name: 'camera' | 'microphone'): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name })).state === 'prompt';
  } catch {
    return false;
  }
}
