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

  /** Asks anew. What is shown stays until the answer comes, unless `clear` is said. */
  async load(clear = false): Promise<void> {
    if (clear) {
      this.entries = [];
      this.standing = 'loading';
    }
    await this.#ask(undefined, () => []);
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
    await this.#ask(this.entries.at(-1), () => this.entries);
    this.busy = false;
  }

  async #ask(last: Entry | undefined, kept: () => Entry[]): Promise<void> {
    const question = (this.#asked += 1);
    try {
      // One more than is shown tells whether there is more.
      const found = await this.#fetch(last, PAGE + 1);
      if (question !== this.#asked) return;
      this.more = this.#paged && found.length > PAGE;
      this.entries = [...kept(), ...(this.more ? found.slice(0, PAGE) : found)];
      this.standing = 'ready';
    } catch {
      if (question === this.#asked) this.standing = 'failed';
    }
  }
}
