/** Who a visitor is at the door: the link the first time, the grant afterwards. */
import type { Identity } from '../call/session.svelte';
import { keep, recall } from './keep';

/** The identity behind a link's token. */
export function visitor(token: string): Identity {
  let kept = recall(token);
  const update = (change: Partial<typeof kept>): void => {
    kept = { ...kept, ...change };
    keep(token, kept);
  };
  return {
    terminal: false,
    credential: () =>
      kept.grant
        ? { kind: 'grant', grant: kept.grant, device_key: kept.deviceKey }
        : { kind: 'link', token, device_key: kept.deviceKey },
    granted: (grant, goodForMs) => update({ grant, endsAtMs: Date.now() + goodForMs, left: false }),
    grantRefused: () => {
      const { grant: _, ...rest } = kept;
      kept = rest;
      keep(token, kept);
    },
  };
}

/** Whether the device is in the call of this link already, and a reload goes straight back in. */
export function isReturning(token: string): boolean {
  const { grant, left } = recall(token);
  return grant !== undefined && left !== true;
}

/** Notes that the person hung up, so that a reload asks before going back in. */
export function hungUp(token: string): void {
  keep(token, { ...recall(token), left: true });
}

/** How long the two were together before this page. */
export function togetherIn(token: string): number {
  return recall(token).togetherMs ?? 0;
}

/** Keeps it for the page that comes after this one. */
export function keepTogether(token: string, togetherMs: number): void {
  keep(token, { ...recall(token), togetherMs });
}
