/**
 * Camera and microphone that another app took away. A phone call on an iPhone ends a page's tracks, or mutes
 * them while they still claim to be live, and stops what the page plays; afterwards they are asked for anew.
 */
import { captureAudio, captureVideo } from './capture';
import { CaptureInterruption, type CaptureSign } from './interruption';

const KINDS = ['audio', 'video'] as const;
type Kind = (typeof KINDS)[number];

/** The call whose camera and microphone are watched. */
export interface Guarded {
  /** Sends with another track, and has it watched. */
  replace: (track: MediaStreamTrack) => Promise<void>;
  facing: () => 'user' | 'environment';
  /** Whether the person must be asked for a tap. */
  helpless: (is: boolean) => void;
  /** What has been taken away, and not come back yet. */
  taken: (audio: boolean, video: boolean) => void;
  /** Plays on what was being played. */
  resume: () => void;
}

export class Guard {
  private readonly signs = { audio: new CaptureInterruption(), video: new CaptureInterruption() };
  private readonly ending = new AbortController();
  private renewing = false;
  private again = false;

  constructor(
    private readonly local: MediaStream,
    private readonly call: Guarded,
  ) {
    const { signal } = this.ending;
    document.addEventListener('visibilitychange', () => this.seen(), { signal });
    navigator.mediaDevices.addEventListener('devicechange', () => this.seen(), { signal });
    const tracks = local.getTracks();
    tracks.forEach((track) => this.watch(track));
    // A track may have been lost while one waited, before anybody watched.
    const lost = tracks.filter(({ readyState, muted }) => muted || readyState === 'ended');
    for (const { kind } of lost) this.take(kind as Kind, 'ended');
    if (lost.length > 0) void this.renew();
  }

  /** Listens to a track, most often one that took another's place. */
  watch(track: MediaStreamTrack): void {
    const kind = track.kind as Kind;
    this.take(kind, 'captured');
    for (const sign of ['mute', 'unmute', 'ended'] as const) {
      const heard = (): void => {
        if (this.local.getTracks().includes(track) && this.take(kind, sign)) void this.renew();
      };
      track.addEventListener(sign, heard, { signal: this.ending.signal });
    }
  }

  /** Asks for what was taken away, sound first; from a tap, where the browser wants one. */
  async renew(): Promise<void> {
    this.call.resume();
    this.again = this.renewing;
    if (this.renewing) return;
    this.renewing = true;
    let helpless = false;
    for (const kind of KINDS) {
      const track = this.local.getTracks().find((each) => each.kind === kind);
      if (!track || (!this.signs[kind].interrupted && track.readyState === 'live')) continue;
      try {
        // Safari wants the old track gone before it gives a new one.
        track.stop();
        const fresh = kind === 'video' ? captureVideo(this.call.facing()) : captureAudio();
        await this.call.replace(await fresh);
      } catch {
        this.take(kind, 'ended');
        helpless = true;
      }
    }
    this.call.helpless(helpless);
    // A new microphone may have silenced what was being played.
    this.call.resume();
    this.renewing = false;
    // The tracks end one after the other.
    if (this.again) await this.renew();
  }

  stop(): void {
    this.ending.abort();
  }

  private seen(): void {
    const visible = document.visibilityState === 'visible';
    const wanting = KINDS.map((kind) => this.take(kind, visible ? 'visible' : 'hidden'));
    if (wanting.includes(true)) void this.renew();
    else if (visible) this.call.resume();
  }

  private take(kind: Kind, sign: CaptureSign): boolean {
    const renew = this.signs[kind].handle(sign);
    const { audio, video } = this.signs;
    this.call.taken(audio.interrupted, video.interrupted);
    return renew;
  }
}
