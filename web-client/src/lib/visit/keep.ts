/**
 * What the device keeps of a link: its own key, and the grant with which it comes back. Kept under a
 * digest of the token, never the token itself.
 */

import { onDevice, type Drawer } from '../drawer';

export interface Kept {
  deviceKey: string;
  grant?: string;
  /** When the slot ends, by this device's clock; after it the entry is of no use. */
  endsAtMs?: number;
  /** The person hung up: coming back is their own decision. */
  left?: boolean;
  /** How long the two were together before the page was loaded anew, ms. */
  togetherMs?: number;
}

const PREFIX = 'openvisit.seat.';

/** Reads what is kept for a token, making a device key the first time. */
export function recall(token: string, drawer: Drawer = onDevice): Kept {
  const known = read(drawer, keyOf(token));
  if (known) return known;
  const kept = { deviceKey: newDeviceKey() };
  keep(token, kept, drawer);
  return kept;
}

/** Keeps it. A device without storage goes on without coming back after a reload. */
export function keep(token: string, kept: Kept, drawer: Drawer = onDevice): void {
  drawer.put(keyOf(token), JSON.stringify(kept));
}

/**
 * Forgets what belongs to slots that are over. Of the link that is open now the device's key stays: the
 * clock that says so may be wrong, and without its key the device would be a stranger.
 */
export function tidy(token: string, nowMs: number, drawer: Drawer = onDevice): void {
  const own = keyOf(token);
  for (const key of drawer.keys()) {
    const kept = key.startsWith(PREFIX) ? read(drawer, key) : null;
    if (kept?.endsAtMs === undefined || kept.endsAtMs >= nowMs) continue;
    if (key !== own) drawer.remove(key);
    else keep(token, { deviceKey: kept.deviceKey, endsAtMs: kept.endsAtMs }, drawer);
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

function read(drawer: Drawer, key: string): Kept | null {
  try {
    const kept = JSON.parse(drawer.get(key) ?? 'null') as Kept | null;
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
