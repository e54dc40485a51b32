/** A touch that staff know and nobody makes by chance: held for three seconds. */
import type { Attachment } from 'svelte/attachments';

const HELD_MS = 3_000;

export function held(act: () => void): Attachment<HTMLElement> {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const press = (): void => {
      clearTimeout(timer);
      timer = setTimeout(act, HELD_MS);
    };
    const release = (): void => clearTimeout(timer);
    const noMenu = (event: Event): void => event.preventDefault();
    element.addEventListener('pointerdown', press);
    for (const over of ['pointerup', 'pointercancel', 'pointerleave']) {
      element.addEventListener(over, release);
    }
    element.addEventListener('contextmenu', noMenu);
    return () => {
      release();
      element.removeEventListener('pointerdown', press);
      for (const over of ['pointerup', 'pointercancel', 'pointerleave']) {
        element.removeEventListener(over, release);
      }
      element.removeEventListener('contextmenu', noMenu);
    };
  };
}
