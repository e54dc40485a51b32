import { tick } from 'svelte';

/**
 * Does something that takes buttons of a form away or holds them. Whoever is at one of them is at the way on
 * afterwards, and at the heading as long as there is none: never nowhere.
 */
export async function keepingFocus(work: () => unknown): Promise<void> {
  const form = document.activeElement?.closest('button')?.form;
  const heading = document.querySelector('h1');
  const keep = async (): Promise<void> => {
    await tick();
    const now = document.activeElement;
    if (!form || (now !== document.body && now !== heading)) return;
    const wayOn = form.querySelector<HTMLElement>('[type=submit]:enabled');
    (wayOn ?? heading)?.focus({ preventScroll: true });
  };
  const done = work();
  await keep();
  await done;
  await keep();
}
