/**
 * Who works here, and for which facility. The session itself is a cookie that no script reads. A secret
 * behind the `#` of the address opens the console too (the demonstration does so); it stays in this tab.
 */
import { inTab } from '../../lib/drawer';
import { sessionBegins, sessionEnds, sessionIsLeft } from '../../lib/typed.svelte';
import { keepTime } from '../../lib/i18n/console/when';
import { Problem, carry, tellWhenSignedOut } from './api/ask';
import { facilities, type Facility } from './api/facilities';
import { signOut, whoAmI, type Me } from './api/session';
import { holds, type Role } from './roles';

type Standing = 'asking' | 'signed-out' | 'new-password' | 'signed-in' | 'unreachable';

const KEPT_SECRET = 'openvisit.officer';
const KEPT_FACILITY = 'openvisit.facility';
/** 256 bits in base64url (RFC 4648 section 5). Other words behind the `#` are places within a page. */
const SECRET = /^[\w-]{43}$/;

class Session {
  standing = $state<Standing>('asking');
  me = $state.raw<Me | null>(null);
  /** Those that the person may choose from. */
  facilities = $state.raw<Facility[]>([]);
  facility = $state.raw<Facility | null>(null);
  /** What was done, where the sections are made anew by it and could not say so themselves. */
  said = $state('');
  /** The session ended while somebody worked. */
  expired = $state(false);

  readonly #withSecret = takeSecret();

  constructor() {
    tellWhenSignedOut(() => {
      this.expired = this.standing === 'signed-in';
      if (this.expired) sessionEnds();
      forgetSecret();
      this.standing = 'signed-out';
    });
  }

  /** Opened with a link that the service did not accept. */
  get linkRefused(): boolean {
    return this.#withSecret;
  }

  /** Asks the service who this is. */
  async resume(): Promise<void> {
    this.standing = 'asking';
    try {
      await this.enter(await whoAmI());
    } catch (error) {
      const status = error instanceof Problem ? error.status : 0;
      this.standing = status === 401 ? 'signed-out' : 'unreachable';
    }
  }

  /** Somebody has signed in. */
  async enter(me: Me): Promise<void> {
    this.me = me;
    if (me.must_change_password) {
      this.standing = 'new-password';
      return;
    }
    this.#offer(await facilities());
    sessionBegins(me.id);
    this.expired = false;
    this.standing = 'signed-in';
  }

  async leave(): Promise<void> {
    try {
      await signOut();
    } catch (error) {
      // Signed out already is as good.
      if (!(error instanceof Problem) || error.status !== 401) throw error;
    }
    sessionIsLeft();
    this.expired = false;
    forgetSecret();
    this.me = null;
    this.standing = 'signed-out';
  }

  choose(id: string): void {
    const chosen = this.facilities.find((facility) => facility.id === id);
    if (!chosen) return;
    this.#work(chosen);
    this.said = '';
    inTab.put(KEPT_FACILITY, id);
  }

  /** A facility was added: the person goes on there, and reads so there. */
  added(facility: Facility, said: string): void {
    this.facilities = [...this.facilities, facility];
    this.choose(facility.id);
    this.said = said;
  }

  /** Whether the person holds one of the roles in the facility of now. */
  can(...roles: Role[]): boolean {
    return holds(this.me?.roles ?? [], this.facility?.id ?? '', ...roles);
  }

  /** Begins where somebody was last, or works by name. */
  #offer(offered: Facility[]): void {
    this.facilities = offered;
    const kept = inTab.get(KEPT_FACILITY);
    const roles = this.me?.roles ?? [];
    const own = ({ id }: Facility) => roles.some(({ facility_id }) => facility_id === id);
    const last = offered.find(({ id }) => id === kept);
    this.#work(last ?? offered.find(own) ?? offered[0] ?? null);
  }

  /** From now on it is this facility's people, and its clocks. */
  #work(facility: Facility | null): void {
    this.facility = facility;
    if (facility) keepTime(facility.time_zone);
  }
}

/** Takes the secret out of the address, or the one that this tab has kept. */
function takeSecret(): boolean {
  const fresh = location.hash.slice(1);
  if (SECRET.test(fresh)) {
    inTab.put(KEPT_SECRET, fresh);
    history.replaceState(null, '', location.pathname);
  }
  const secret = inTab.get(KEPT_SECRET);
  carry(secret);
  return secret !== null;
}

/** One that opens nothing would go before every session that is begun by password. */
function forgetSecret(): void {
  inTab.remove(KEPT_SECRET);
  carry(null);
}

export const session = new Session();
