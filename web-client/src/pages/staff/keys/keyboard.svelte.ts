/**
 * The single keys of the console. Each part of the page says which ones it answers while it is shown; the list of
 * keys shows just these. Whoever speaks to the computer, or uses letters for something else, turns them off.
 */
import { untrack } from 'svelte';
import { onDevice } from '../../../lib/drawer';
import { aimOf, keyOf } from './press';

export interface Key {
  /** As it is printed on the keyboard, in small letters. */
  readonly key: string;
  /** What it does, in words. */
  readonly text: string;
  readonly act: () => void;
}

const KEPT = 'openvisit.keys';
const OFF = 'off';

export class Keyboard {
  on = $state(onDevice.get(KEPT) !== OFF);
  #parts = $state.raw<readonly (() => readonly Key[])[]>([]);

  /** These keys are answered for as long as the component lives that is being made. */
  answer(keys: () => readonly Key[]): void {
    $effect(() => this.add(keys));
  }

  /** Adds the keys of a part of the page. Returns how to take them away. */
  add(keys: () => readonly Key[]): () => void {
    this.#parts = [...untrack(() => this.#parts), keys];
    return () => (this.#parts = untrack(() => this.#parts).filter((part) => part !== keys));
  }

  /** What is answered now. Where two parts answer the same key, the one that came last does. */
  get keys(): readonly Key[] {
    const all = new Map<string, Key>();
    for (const part of this.#parts) for (const key of part()) all.set(key.key, key);
    return [...all.values()];
  }

  turn(on: boolean): void {
    this.on = on;
    if (on) onDevice.remove(KEPT);
    else onDevice.put(KEPT, OFF);
  }

  /** Takes a key press of the page. */
  press(event: KeyboardEvent): void {
    if (!this.on || document.querySelector('dialog[open]')) return;
    const pressed = keyOf(event, aimOf(event.target));
    const found = this.keys.find(({ key }) => key === pressed);
    if (!found) return;
    event.preventDefault();
    found.act();
  }
}

export const keyboard = new Keyboard();
