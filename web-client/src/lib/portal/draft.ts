/**
 * What was typed and not yet sent, kept for the window that it was typed in. Passwords and national ids
 * are never put here: they live in memory alone.
 */
const PREFIX = 'openvisit.draft.';

/** What is kept under `name`, laid over `empty`; of what is kept only fields that `empty` has are taken. */
export function recall<Draft extends object>(
  name: string,
  empty: Draft,
  storage: Storage = sessionStorage,
): Draft {
  const kept = read(name, storage);
  if (typeof kept !== 'object' || kept === null) return empty;
  const known = Object.entries(kept).filter(([key]) => key in empty);
  return { ...empty, ...Object.fromEntries(known) };
}

/** Keeps it. Without storage it lives as long as the page. */
export function keep(name: string, draft: object, storage: Storage = sessionStorage): void {
  try {
    storage.setItem(PREFIX + name, JSON.stringify(draft));
  } catch {
    // Full or switched off.
  }
}

export function forget(name: string, storage: Storage = sessionStorage): void {
  try {
    storage.removeItem(PREFIX + name);
  } catch {
    // Switched off.
  }
}

/** Forgets everything, as at signing out: the next person at this device sees nothing of it. */
export function forgetAll(storage: Storage = sessionStorage): void {
  try {
    for (const key of Object.keys(storage)) {
      if (key.startsWith(PREFIX)) storage.removeItem(key);
    }
  } catch {
    // Switched off.
  }
}

function read(name: string, storage: Storage): unknown {
  try {
    return JSON.parse(storage.getItem(PREFIX + name) ?? 'null');
  } catch {
    return null;
  }
}
