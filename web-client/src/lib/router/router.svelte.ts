/**
 * The views of one page and their addresses, by the History API. An ordinary link inside the page's own
 * part of the site changes the view; all others do what links do.
 */

let path = $state(location.pathname);
/** How often the view has changed: 0 is the one that the browser loaded. */
let turns = $state(0);

/** The address of the view, without query and fragment. */
export function currentPath(): string {
  return path;
}

/** Whether this is the view that the browser itself opened and announced. */
export function isFirstView(): boolean {
  return turns === 0;
}

/** A number that is another one for each view shown, also for the same address again. */
export function currentTurn(): number {
  return turns;
}

/**
 * Goes to a view. `replace` leaves no way back to where one was, as after sending a form; `state` is for the
 * view to read from the history, also after a reload.
 */
export function go(
  address: string,
  { replace = false, state = null }: { replace?: boolean; state?: unknown } = {},
): void {
  if (replace) history.replaceState(state, '', address);
  else history.pushState(state, '', address);
  arrive();
  scrollTo(0, 0);
}

/** Takes over links that lie below `root`. Returns how to stop. */
export function listen(root: string): () => void {
  const clicked = (event: MouseEvent): void => {
    const link = (event.target as Element | null)?.closest('a');
    if (!link || !isPlain(event, link) || !within(link, root)) return;
    event.preventDefault();
    go(`${link.pathname}${link.search}${link.hash}`);
  };
  document.addEventListener('click', clicked);
  addEventListener('popstate', arrive);
  return () => {
    document.removeEventListener('click', clicked);
    removeEventListener('popstate', arrive);
  };
}

function arrive(): void {
  path = location.pathname;
  turns += 1;
}

function isPlain(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const held = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  return (
    !event.defaultPrevented &&
    event.button === 0 &&
    !held &&
    !link.target &&
    !link.hasAttribute('download')
  );
}

function within(link: HTMLAnchorElement, root: string): boolean {
  if (link.origin !== location.origin) return false;
  const here = link.pathname === location.pathname && link.hash !== '';
  return !here && (link.pathname === root || link.pathname.startsWith(`${root}/`));
}
