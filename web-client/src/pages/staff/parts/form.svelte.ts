/** What is known while a form is sent: that it is under way or waits for its turn, and what is wrong with it. */
import { errorOf, type FieldError } from '../../../components/form/errors';
import { again } from '../../../lib/again';
import { turnTexts } from '../../../lib/i18n/console/turn';
import { shellTexts } from '../../../lib/i18n/console/shell';
import type { Turn } from '../../../lib/turn.svelte';
import { NO_ANSWER, Problem } from '../api/ask';

/** Sentences about fields; nothing where a field is right. */
export type Found = Record<string, string | false | undefined>;

export class Form {
  busy = $state(false);
  errors = $state.raw<FieldError[]>([]);
  readonly #turn: Turn | undefined;

  /** With a turn, which the page shows, it waits where too many ask at once, and is sent again by itself. */
  constructor(turn?: Turn) {
    this.#turn = turn;
  }

  /** The sentence about a field. */
  of(id: string): string | undefined {
    return errorOf(this.errors, id);
  }

  /** Says what is wrong before anything is sent. True when nothing is. */
  check(found: Found): boolean {
    this.errors = Object.entries(found).flatMap(([id, text]) => (text ? [{ id, text }] : []));
    return this.errors.length === 0;
  }

  /** Sends, once at a time. Whether it was done at once: with a turn, what comes after it belongs into `action`. */
  async send(action: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.#turn?.begin();
    return this.#send(action);
  }

  async #send(action: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.errors = [];
    try {
      await action();
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const waits = this.#turn?.wait(error, () => this.#send(action));
      if (!waits) this.errors = told(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/** A refusal as sentences: about fields if the service names some, else about the whole. */
function told(error: Problem): FieldError[] {
  if (error.errors.length > 0) {
    return error.errors.map(({ field, detail }) => ({ id: field, text: detail }));
  }
  return [{ id: '', text: sentence(error) }];
}

/** A refusal as one sentence. */
export function sentence(error: unknown): string {
  const t = shellTexts();
  if (!(error instanceof Problem)) throw error;
  if (error.code === NO_ANSWER) return t.unreachable;
  return again(error, turnTexts()) || error.detail || error.title || t.failed;
}
