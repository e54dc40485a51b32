/** Lists that come from the service page by page, the newest entries first. */

interface Entry {
  id: string;
}

/** Asks for the entries older than one, or for the newest ones. */
export type AskForPage<Each> = (before: string | undefined, limit: number) => Promise<Each[]>;

const PAGE = 50;
/** The most that the service gives at once. */
const LARGEST = 100;

/** A list as far as it was asked for. */
export class Pages<Each extends Entry> {
  entries = $state.raw<readonly Each[]>([]);
  /** Whether there are older ones. */
  more = $state(false);

  readonly #ask: AskForPage<Each>;

  constructor(ask: AskForPage<Each>) {
    this.#ask = ask;
  }

  /** More than one page of them: then it is worth saying how many there are. */
  get isLong(): boolean {
    return this.more || this.entries.length > PAGE;
  }

  /** Asks for the newest ones, as many as are shown. */
  async load(): Promise<void> {
    const shown = Math.max(PAGE, this.entries.length);
    let { entries, more } = await this.#page(undefined);
    while (more && entries.length < shown) {
      const next = await this.#page(entries.at(-1)?.id);
      entries = [...entries, ...next.entries];
      more = next.more;
    }
    this.entries = entries;
    this.more = more;
  }

  /** Asks for older ones. Returns the first of them. */
  async next(): Promise<Each | undefined> {
    const { entries, more } = await this.#page(this.entries.at(-1)?.id);
    this.entries = [...this.entries, ...entries];
    this.more = more;
    return entries[0];
  }

  /** One more than is shown tells whether there are more. */
  async #page(before: string | undefined): Promise<{ entries: Each[]; more: boolean }> {
    const found = await this.#ask(before, PAGE + 1);
    return { entries: found.slice(0, PAGE), more: found.length > PAGE };
  }
}

/** Every entry, for those who choose one of them. */
export async function whole<Each extends Entry>(ask: AskForPage<Each>): Promise<Each[]> {
  const all: Each[] = [];
  for (;;) {
    const found = await ask(all.at(-1)?.id, LARGEST);
    all.push(...found);
    if (found.length < LARGEST) return all;
  }
}
