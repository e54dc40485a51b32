/** A list that comes from the service page by page, and what is known of its loading. */

type Standing = 'loading' | 'ready' | 'failed';

/** Asks for the entries that follow one in the list, or for the first ones. */
export type Fetch<Entry> = (last: Entry | undefined, limit: number) => Promise<Entry[]>;

const PAGE = 50;

export class Listing<Entry> {
  entries = $state.raw<Entry[]>([]);
  standing = $state<Standing>('loading');
  /** Whether there are entries that were not asked for yet. */
  more = $state(false);
  /** Whether further ones are being asked for. */
  busy = $state(false);

  readonly #fetch: Fetch<Entry>;
  /** Tells an answer that was overtaken by a newer question. */
  #asked = 0;

  readonly #paged: boolean;

  /** `paged` is false for a list that always comes whole. */
  constructor(fetch: Fetch<Entry>, { paged = true } = {}) {
    this.#fetch = fetch;
    this.#paged = paged;
  }

  /** Asks anew, for as many as are shown. They stay until the answer comes, unless `clear` is said. */
  async load(clear = false): Promise<void> {
    const shown = clear ? 0 : this.entries.length;
    if (clear) {
      this.entries = [];
      this.standing = 'loading';
    }
    await this.#ask([], shown);
  }

  /** Takes out what no longer belongs here. Where nothing of what was asked for is left, the rest is. */
  async remove(which: (entry: Entry) => boolean): Promise<void> {
    this.entries = this.entries.filter((entry) => !which(entry));
    if (this.entries.length === 0 && this.more) await this.load(true);
  }

  /** Asks for what follows, once at a time. */
  async next(): Promise<void> {
    if (this.busy || !this.more) return;
    this.busy = true;
    await this.#ask(this.entries, this.entries.length + 1);
    this.busy = false;
  }

  /** Asks for what follows those, page by page, until there are so many. */
  async #ask(kept: readonly Entry[], atLeast: number): Promise<void> {
    const question = (this.#asked += 1);
    const found = [...kept];
    let more: boolean;
    try {
      do {
        // One more than is shown tells whether there is more.
        const page = await this.#fetch(found.at(-1), PAGE + 1);
        if (question !== this.#asked) return;
        more = this.#paged && page.length > PAGE;
        found.push(...(more ? page.slice(0, PAGE) : page));
      } while (more && found.length < atLeast);
      this.more = more;
      this.entries = found;
      this.standing = 'ready';
    } catch {
      if (question === this.#asked) this.standing = 'failed';
    }
  }
}
