/**
 * Waiting for one's turn: where the service is asked by too many at once, it says when to come back, and the
 * form is sent again by itself then. What was typed stays where it is.
 */
import type { Problem } from '../api/client';

/** So many times in a row; who is still sent away then is told, and may try again by hand. */
const TIMES = 20;
/** Not all who were told the same moment come back in it: up to a fifth later. */
const JITTER = 0.2;

export class Turn {
  /** Whole seconds until it is sent again; 0 while nothing waits. */
  seconds = $state(0);
  #times = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Sends again when it is time. Returns whether it will: not where the refusal names no time, nor for ever. */
  wait({ againMs }: Problem, again: () => void, random = Math.random()): boolean {
    this.#stop();
    if (!(againMs > 0) || this.#times >= TIMES) return false;
    this.#times += 1;
    const atMs = Date.now() + againMs * (1 + JITTER * random);
    const tick = (): void => {
      this.seconds = Math.max(0, Math.ceil((atMs - Date.now()) / 1_000));
      if (this.seconds > 0) return;
      this.#stop();
      again();
    };
    this.#timer = setInterval(tick, 1_000);
    tick();
    return true;
  }

  /** Waits no more, as who waits has decided or is done. */
  cancel(): void {
    this.#stop();
    this.#times = 0;
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.seconds = 0;
  }
}
