/**
 * What the device keeps of a link: its own key, and the grant with which it comes back. Kept under a
 * digest of the token, never the token itself.
 */

export interface Kept {
  deviceKey: string;
  grant?: string;
  /** When the slot ends, by this device's clock; after it the entry is of no use. */
  endsAtMs?: number;
  /** The person hung up: coming back is their own decision. */
  left?: boolean;
}

const PREFIX = 'openvisit.seat.';

/** Reads what is kept for a token, making a device key the first time. */
export function recall(token: string, storage: Storage = localStorage): Kept {
  const known = read(storage, keyOf(token));
  if (known) return known;
  const kept = { deviceKey: newDeviceKey() };
  keep(token, kept, storage);
  return kept;
}

/** Keeps it. A device without storage goes on without coming back after a reload. */
export function keep(token: string, kept: Kept, storage: Storage = localStorage): void {
  try {
    storage.setItem(keyOf(token), JSON.stringify(kept));
  } catch {
    // Full or switched off.
  }
}

/** Forgets what belongs to slots that are over. */
export function tidy(nowMs: number, storage: Storage = localStorage): void {
  for (const key of Object.keys(storage)) {
    if (!key.startsWith(PREFIX)) continue;
    const endsAtMs = read(storage, key)?.endsAtMs;
    if (endsAtMs !== undefined && endsAtMs < nowMs) storage.removeItem(key);
  }
}

/** 128 random bits in 22 base64url characters. */
export function newDeviceKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function read(storage: Storage, key: string): Kept | null {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? 'null') as Kept | null;
    return typeof kept?.deviceKey === 'string' ? kept : null;
  } catch {
    return null;
  }
}

/** FNV-1a in 32 bits, twice with different starts: enough to tell a handful of links apart. */
function keyOf(token: string): string {
  const digest = (start: number): string => {
    let hash = start;
    for (const character of token) {
      hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
    }
    return hash.toString(16).padStart(8, '0');
  };
  return `${PREFIX}${digest(0x811c9dc5)}${digest(0x2f0b4c47)}`;
}
