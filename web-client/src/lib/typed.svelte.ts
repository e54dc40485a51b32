/**
 * What is typed into a form, for when the session ends meanwhile. It is kept at that moment, and comes back once when
 * the same person has signed in and comes to the same form. A form that is left or sent keeps nothing: what is not
 * sent is not to look as if it were.
 *
 * No passwords and no codes go into it.
 */
import { onDestroy } from 'svelte';
import { belongTo, forget, forgetAll, isKept, keep, recall } from './draft';

let ended = false;

/** Somebody is signed in. */
export function sessionBegins(account: string): void {
  ended = false;
  belongTo(account);
}

/** The session is over, and its owner did not ask for it. */
export function sessionEnds(): void {
  ended = true;
}

/** The owner has signed out: nothing typed is left for the next person. */
export function sessionIsLeft(): void {
  ended = false;
  forgetAll();
}

export class Typed<Fields extends object> {
  /** What stands in the form. */
  readonly fields: Fields;
  /** Whether it is what was typed before the session ended. */
  readonly cameBack: boolean;
  #untouched: string;

  /** Call it while the component of the form is made. `name` tells the form, and what it is about. */
  constructor(name: string, empty: Fields) {
    const draft = `typed.${name}`;
    this.cameBack = isKept(draft);
    const fields = $state(recall(draft, empty));
    this.fields = fields;
    this.#untouched = this.cameBack ? '' : this.#text();
    forget(draft);
    onDestroy(() => {
      if (ended && this.#text() !== this.#untouched) keep(draft, $state.snapshot(fields) as Fields);
    });
  }

  /** What the service has of it, to begin with. What was typed goes before that. */
  begin(known: Partial<Fields>): void {
    if (this.cameBack) return;
    Object.assign(this.fields, known);
    this.#untouched = this.#text();
  }

  /** What the service has of it after something was sent. What stands beside that is still only typed. */
  settle(known: Fields): void {
    this.#untouched = JSON.stringify(known);
  }

  #text(): string {
    return JSON.stringify($state.snapshot(this.fields));
  }
}
