/**
 * Camera and microphone of a terminal: taken for a visit and let go after it. Without a camera there is the
 * sound alone, without a microphone one watches and listens only; staff are told of both. A browser that does
 * not answer is not waited for for ever: most often its question waits for somebody who is not there.
 */
import { CaptureError, close, type Wanted } from '../../lib/media/capture';

/** What is wrong with them. */
export type DeviceTrouble = 'no_camera' | 'nothing' | 'unanswered';

/** How long the browser may take to answer, ms. */
export const PATIENCE_MS = 60_000;

export class Devices {
  trouble: DeviceTrouble | null = null;
  private wanted = false;
  private taking: Promise<void> | undefined;

  constructor(
    /** Has the tracks that are held. */
    readonly stream: MediaStream,
    private readonly ask: (wanted: Wanted) => Promise<MediaStream>,
  ) {}

  /**
   * Takes what there is, unless something is held already. Rejects with a {@link CaptureError} only when the
   * browser did not answer.
   */
  take(): Promise<void> {
    this.wanted = true;
    if (this.stream.getTracks().some(({ readyState }) => readyState === 'live')) {
      return Promise.resolve();
    }
    this.taking ??= this.capture().finally(() => (this.taking = undefined));
    return this.taking;
  }

  letGo(): void {
    this.wanted = false;
    for (const track of this.stream.getTracks()) {
      track.stop();
      this.stream.removeTrack(track);
    }
  }

  get mic(): boolean {
    return this.stream.getAudioTracks().length > 0;
  }

  get camera(): boolean {
    return this.stream.getVideoTracks().length > 0;
  }

  private async capture(): Promise<void> {
    for (const wanted of ['both', 'audio'] as const) {
      try {
        const found = await soon(this.ask(wanted));
        this.trouble = wanted === 'both' ? null : 'no_camera';
        if (!this.wanted) return close(found);
        return found.getTracks().forEach((track) => this.stream.addTrack(track));
      } catch (error) {
        if (!(error instanceof CaptureError) || error.failure !== 'unanswered') continue;
        this.trouble = 'unanswered';
        throw error;
      }
    }
    this.trouble = 'nothing';
  }
}

/** Fails after a while without an answer; what comes later is closed. */
async function soon(asked: Promise<MediaStream>): Promise<MediaStream> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const given = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  const first = await Promise.race([asked, given]).finally(() => clearTimeout(timer));
  if (first) return first;
  asked.then(close).catch(() => {});
  throw new CaptureError('unanswered');
}
