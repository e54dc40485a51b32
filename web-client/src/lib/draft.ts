/**
 * What was typed and not yet sent, kept for the window that it was typed in, and for whoever typed it. Passwords,
 * codes and national ids are never put here: they live in memory alone.
 */
import { inTab, type Drawer } from './drawer';

const PREFIX = 'openvisit.draft.';
/** Whose drafts these are. */
const OWNER = 'openvisit.drafts-of';

const resets: (() => void)[] = [];

/** What is kept under `name`, laid over `empty`; of what is kept only fields that `empty` has are taken. */
export function recall<Draft extends object>(
  name: string,
  empty: Draft,
  drawer: Drawer = inTab,
): Draft {
  const kept = read(name, drawer);
  if (typeof kept !== 'object' || kept === null) return empty;
  const known = Object.entries(kept).filter(([key]) => key in empty);
  return { ...empty, ...Object.fromEntries(known) };
}

/** Whether anything is kept under `name`. */
export function isKept(name: string, drawer: Drawer = inTab): boolean {
  return drawer.get(PREFIX + name) !== null;
}

/** Keeps it. Without storage it lives as long as the page. */
export function keep(name: string, draft: object, drawer: Drawer = inTab): void {
  drawer.put(PREFIX + name, JSON.stringify(draft));
}

export function forget(name: string, drawer: Drawer = inTab): void {
  drawer.remove(PREFIX + name);
}

/** Forgets everything, as at signing out: the next person at this device sees nothing of it. */
export function forgetAll(drawer: Drawer = inTab): void {
  for (const key of drawer.keys()) {
    if (key.startsWith(PREFIX) || key === OWNER) drawer.remove(key);
  }
  for (const reset of resets) reset();
}

/** For what holds drafts in memory: it is emptied when they are forgotten. */
export function whenForgotten(reset: () => void): void {
  resets.push(reset);
}

/** Somebody is signed in. What anybody else typed in this window is forgotten. */
export function belongTo(account: string, drawer: Drawer = inTab): void {
  if (drawer.get(OWNER) === account) return;
  forgetAll(drawer);
  drawer.put(OWNER, account);
}

function read(name: string, drawer: Drawer): unknown {
  try {
    return JSON.parse(drawer.get(PREFIX + name) ?? 'null');
  } catch {
    return null;
  }
}
