/**
 * Camera and microphone that another app took away. A phone call on an iPhone ends a page's tracks, or mutes
 * them while they still claim to be live; afterwards they are asked for anew.
 */
import { captureAudio, captureVideo } from './capture';
import { CaptureInterruption } from './interruption';

type Replace = (track: MediaStreamTrack) => Promise<void>;

/** Watches what `local` sends. `helpless` is told when the person must be asked for a tap. */
export class Guard {
  private readonly signs = { audio: new CaptureInterruption(), video: new CaptureInterruption() };
  private readonly ending = new AbortController();
  private renewing = false;

  constructor(
    private readonly local: MediaStream,
    private readonly replace: Replace,
    private readonly facing: () => 'user' | 'environment',
    private readonly helpless: (is: boolean) => void,
  ) {
    local.getTracks().forEach((track) => this.watch(track));
    const { signal } = this.ending;
    document.addEventListener('visibilitychange', () => this.seen(), { signal });
    navigator.mediaDevices.addEventListener('devicechange', () => this.seen(), { signal });
  }

  /** Listens to a track, most often one that took another's place. */
  watch(track: MediaStreamTrack): void {
    const signs = this.signs[track.kind as 'audio' | 'video'];
    signs.handle('captured');
    for (const sign of ['mute', 'unmute', 'ended'] as const) {
      const heard = (): void => {
        if (this.local.getTracks().includes(track) && signs.handle(sign)) void this.renew();
      };
      track.addEventListener(sign, heard, { signal: this.ending.signal });
    }
  }

  /** Asks for what was taken away; from a tap, where the browser wants one. */
  async renew(): Promise<void> {
    if (this.renewing) return;
    this.renewing = true;
    try {
      for (const track of this.local.getTracks()) {
        const video = track.kind === 'video';
        if (!this.signs[video ? 'video' : 'audio'].interrupted && track.readyState === 'live')
          continue;
        // Safari wants the old track gone before it gives a new one.
        track.stop();
        await this.replace(await (video ? captureVideo(this.facing()) : captureAudio()));
      }
      this.helpless(false);
    } catch {
      this.helpless(true);
    }
    this.renewing = false;
  }

  stop(): void {
    this.ending.abort();
  }

  private seen(): void {
    const sign = document.visibilityState === 'visible' ? 'visible' : 'hidden';
    const { audio, video } = this.signs;
    const taken = [audio.handle(sign), video.handle(sign)];
    if (taken.includes(true)) void this.renew();
  }
}
