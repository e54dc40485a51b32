/**
 * The key of a booking that is being made. A tap that got no answer may have been a booking all the same:
 * asked again with the same key, also after a reload, the service gives the same visit and not a second one.
 */
import { inTab, type Drawer } from '../drawer';
import { forget, keep, recall } from '../draft';

export interface Wish {
  application: string;
  companions: string[];
  startsAtMs: number;
}

interface Pending extends Wish {
  key: string;
}

const NAME = 'booking';
const NONE: Pending = { application: '', companions: [], startsAtMs: 0, key: '' };

/** The key for a wish: the one it was asked with before, else a new one. */
export function keyFor(wish: Wish, drawer: Drawer = inTab): string {
  const pending = recall(NAME, NONE, drawer);
  if (pending.key && same(pending, wish)) return pending.key;
  const key = crypto.randomUUID();
  keep(NAME, { ...wish, key }, drawer);
  return key;
}

/** The wish that was sent for `application` and never answered. */
export function unanswered(application: string, drawer: Drawer = inTab): Wish | null {
  const { key, ...wish } = recall(NAME, NONE, drawer);
  return key && wish.application === application ? wish : null;
}

/** The service has said yes or no. */
export function answered(drawer: Drawer = inTab): void {
  forget(NAME, drawer);
}

function same(one: Wish, other: Wish): boolean {
  return (
    one.application === other.application &&
    one.startsAtMs === other.startsAtMs &&
    one.companions.length === other.companions.length &&
    one.companions.every((each) => other.companions.includes(each))
  );
}
