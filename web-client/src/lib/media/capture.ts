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

/** Asks for camera and microphone. Rejects with a {@link CaptureError}. */
export async function capture(wanted: Wanted, patient = false): Promise<MediaStream> {
  if (wanted === 'none') return new MediaStream();
  // Some browsers lack it on pages that are not secure, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new CaptureError('unsupported');
  const asked = devices.getUserMedia({
    audio: AUDIO,
    video: wanted === 'both' ? video('user') : false,
  });
  try {
    return patient ? await asked : await soon(asked);
  } catch (error) {
    throw error instanceof CaptureError ? error : new CaptureError(failureOf(error));
  }
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
  const [track] = (await devices.getUserMedia({ video: constraints })).getVideoTracks();
  if (!track) throw new CaptureError('missing');
  return track;
}

/** A new track of the microphone. */
export async function captureAudio(): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: AUDIO });
  const [track] = stream.getAudioTracks();
  if (!track) throw new CaptureError('missing');
  return track;
}

/** Whether the device has more than one camera to choose from. */
export async function hasTwoCameras(): Promise<boolean> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === 'videoinput').length > 1;
}

function failureOf(error: unknown): CaptureFailure {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return 'busy';
}

/**
 * Fails after a while without an answer, unless the question is still open on the screen: that may take as
 * long as it takes. A camera that comes after all is closed again.
 */
async function soon(asked: Promise<MediaStream>): Promise<MediaStream> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), PATIENCE_MS);
  });
  const first = await Promise.race([asked, late]);
  clearTimeout(timer);
  if (first !== 'late') return first;
  if (await isAsking()) return asked;
  void asked.then((stream) => stream.getTracks().forEach((track) => track.stop())).catch(() => {});
  throw new CaptureError('unanswered');
}

async function isAsking(): Promise<boolean> {
  try {
    const status = await navigator.permissions.query({ name: 'camera' as PermissionName });
    return status.state === 'prompt';
  } catch {
    return false;
  }
}
