/** The server's clock: the device's own may be wrong by hours, and its owner is not to be late for it. */

export class ServerClock {
  private offsetMs = 0;

  /** Learns from any message that says what time it is. */
  learn(nowMs: number): void {
    this.offsetMs = nowMs - Date.now();
  }

  now(): number {
    return Date.now() + this.offsetMs;
  }
}
