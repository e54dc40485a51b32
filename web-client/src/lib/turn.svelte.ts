/**
 * Waiting for one's turn: where the service is asked by too many at once, it says when to come back, and the
 * form is sent again by itself then. What was typed stays where it is.
 */
import { keepingFocus } from './focus';
import type { Problem } from './api/client';

/** So many times in a row; who is still sent away then is told, and may try again by hand. */
const TIMES = 20;
/** Not all who were told the same moment come back in it: up to a fifth later. */
const JITTER = 0.2;
/** The service sends nobody away for longer than two minutes, which with the fifth is less than this. */
const LONGEST_MS = 150_000;
/** The code of a refusal that is only about the moment. */
const MANY_AT_ONCE = 'many_at_once';

export class Turn {
  /** Whole seconds until it is sent again; 0 while nothing waits. */
  seconds = $state(0);
  #times = 0;
  /** Whether what was sent last is still what is to be sent. */
  #wanted = true;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Something is sent by hand that may have to wait; what waited before does not any more. */
  begin(): void {
    this.cancel();
    this.#wanted = true;
  }

  /**
   * Sends again when it is time. Returns whether it will: not where the refusal is about something else or
   * names no time, where {@link cancel} was called meanwhile, nor for ever.
   */
  wait({ code, againMs }: Problem, again: () => Promise<unknown>, random = Math.random()): boolean {
    this.#stop();
    const isTurn = code === MANY_AT_ONCE && againMs > 0;
    if (!isTurn || !this.#wanted || this.#times >= TIMES) return false;
    this.#times += 1;
    const atMs = Date.now() + Math.min(againMs * (1 + JITTER * random), LONGEST_MS);
    const tick = (): void => {
      this.seconds = Math.max(0, Math.ceil((atMs - Date.now()) / 1_000));
      if (this.seconds > 0) return;
      this.#stop();
      void keepingFocus(again);
    };
    this.#timer = setInterval(tick, 1_000);
    tick();
    return true;
  }

  /** Waits no more, as who waits has decided, has typed something else, or has left. */
  cancel(): void {
    this.#stop();
    this.#times = 0;
    this.#wanted = false;
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.seconds = 0;
  }
}
