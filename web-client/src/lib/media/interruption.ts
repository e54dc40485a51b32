/**
 * Knows when one's own camera and microphone must be taken anew.
 *
 * A phone call, Siri or the lock screen silences them, and a browser may go on calling the track live
 * and unmuted afterwards. So what counts is that an interruption was seen, not what the track says:
 * after one, the first sign of its end (`unmute`, or the page being visible again) asks for a fresh
 * capture.
 */
export type CaptureSign = 'mute' | 'unmute' | 'ended' | 'hidden' | 'visible' | 'captured';

export class CaptureInterruption {
  interrupted = false;
  private hidden = false;

  /** Takes a sign; returns whether to capture anew now. */
  handle(sign: CaptureSign): boolean {
    switch (sign) {
      case 'mute':
        this.interrupted = true;
        return false;
      case 'ended':
        this.interrupted = true;
        return !this.hidden;
      case 'unmute':
        return this.interrupted && !this.hidden;
      case 'hidden':
        this.hidden = true;
        return false;
      case 'visible':
        this.hidden = false;
        return this.interrupted;
      case 'captured':
        this.interrupted = false;
        return false;
    }
  }
}
