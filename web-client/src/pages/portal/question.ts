/** Who answers a question has seen what it is about. */
import { getContext, setContext } from 'svelte';

const KEY = Symbol('question');

/** A question, as what stands in it knows it. */
export interface Asking {
  /** Nobody goes on before the given function is called. */
  wait: () => () => void;
}

export function asQuestion(asking: Asking): void {
  setContext(KEY, asking);
}

/** The question that one stands in, if one does. */
export function question(): Asking | undefined {
  return getContext(KEY);
}
