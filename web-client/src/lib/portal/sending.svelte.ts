/** A form on its way to the service: whether it is under way or waits for its turn, and what was wrong with it. */
import type { FieldError } from '../../components/form/errors';
import { again } from '../again';
import { NO_ANSWER, Problem } from '../api/client';
import { portalTexts } from '../i18n/portal/texts.svelte';
import { Turn } from '../turn.svelte';
import { expired } from './session.svelte';

export class Sending {
  busy = $state(false);
  errors = $state.raw<readonly FieldError[]>([]);
  /** The code of the last refusal, for the helpline. */
  code = $state('');
  /** Where too many ask at once it waits here, and is sent again by itself. */
  readonly turn = new Turn();

  /** Takes note of what the page itself has found. Returns whether all is well. */
  check(...found: (FieldError | false)[]): boolean {
    this.code = '';
    this.errors = found.filter((each) => each !== false);
    return this.errors.length === 0;
  }

  /**
   * Sends, once at a time. Returns whether it was met at once; a refusal becomes sentences, each at its field.
   * `fields` names the page's fields for those of the service. `handle` may take a refusal over by
   * returning true. What is done once it was met belongs into `work` where it may have to wait for its turn.
   */
  async send(
    work: () => Promise<void>,
    fields: Record<string, string> = {},
    handle: (problem: Problem) => boolean = () => false,
  ): Promise<boolean> {
    if (this.busy) return false;
    this.turn.begin();
    return this.#send(work, fields, handle);
  }

  async #send(
    work: () => Promise<void>,
    fields: Record<string, string>,
    handle: (problem: Problem) => boolean,
  ): Promise<boolean> {
    this.busy = true;
    this.code = '';
    try {
      await work();
      this.errors = [];
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (this.turn.wait(error, () => this.#send(work, fields, handle))) this.errors = [];
      else if (!handle(error)) this.refused(error, fields);
      return false;
    } finally {
      this.busy = false;
    }
  }

  refused(problem: Problem, fields: Record<string, string> = {}): void {
    if (problem.status === 401) expired();
    this.code = problem.code === NO_ANSWER ? '' : problem.code;
    this.errors =
      problem.errors.length > 0
        ? problem.errors.map(({ field, detail }) => ({ id: fields[field] ?? '', text: detail }))
        : [{ id: '', text: words(problem) }];
  }
}

/** What a refusal says, in a sentence. */
export function words(problem: Problem): string {
  const t = portalTexts().common;
  if (problem.code === NO_ANSWER) return t.noAnswer;
  const when = again(problem, t.turn);
  return when || problem.detail || problem.title || t.unknown;
}
