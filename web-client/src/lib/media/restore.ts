/**
 * Camera and microphone that another app took away. A phone call on an iPhone ends a page's tracks, or mutes
 * them while they still claim to be live; afterwards they are asked for anew.
 */
import { captureAudio, captureVideo } from './capture';

type Replace = (track: MediaStreamTrack) => Promise<void>;

/** Whether a track sends nothing although nobody switched it off. */
export function isTaken(track: MediaStreamTrack): boolean {
  return track.readyState === 'ended' || track.muted;
}

/** Asks for each track that was taken away again. Rejects where that needs the person's tap. */
export async function restore(local: MediaStream, replace: Replace): Promise<void> {
  for (const track of local.getTracks().filter(isTaken)) {
    // Safari wants the old track gone before it gives a new one.
    track.stop();
    await replace(track.kind === 'video' ? await captureVideo('user') : await captureAudio());
  }
}

/**
 * Restores whenever the page is seen again or a track comes back. `helpless` is told when that did not
 * work, and the person is asked for a tap.
 */
export function guard(
  local: MediaStream,
  replace: Replace,
  helpless: (is: boolean) => void,
): () => void {
  const look = async (): Promise<void> => {
    if (document.visibilityState !== 'visible' || !local.getTracks().some(isTaken)) return;
    try {
      await restore(local, replace);
      helpless(false);
    } catch {
      helpless(true);
    }
  };
  const onChange = (): void => void look();
  const tracks = local.getTracks();
  document.addEventListener('visibilitychange', onChange);
  navigator.mediaDevices.addEventListener('devicechange', onChange);
  tracks.forEach((track) => {
    track.addEventListener('unmute', onChange);
    track.addEventListener('ended', onChange);
  });
  return () => {
    document.removeEventListener('visibilitychange', onChange);
    navigator.mediaDevices.removeEventListener('devicechange', onChange);
    tracks.forEach((track) => {
      track.removeEventListener('unmute', onChange);
      track.removeEventListener('ended', onChange);
    });
  };
}
