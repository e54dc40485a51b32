/**
 * Going through a list with keys. The focus is the choice: one sees it, a screen reader reads the row, and the tab
 * key goes on to what can be done with it. A row carries `data-id` and `tabindex="-1"`.
 */

/** The row that comes after one, or before it; the first one when there was none. Stays at the ends. */
export function nextRow(
  ids: readonly string[],
  current: string | undefined,
  by: 1 | -1,
): string | undefined {
  const at = current === undefined ? -1 : ids.indexOf(current);
  return at < 0 ? ids[0] : ids[Math.min(Math.max(at + by, 0), ids.length - 1)];
}

/** The rows of one list on the page. */
export class Rows {
  /** Where one was last, when the focus is elsewhere. */
  #last: string | undefined;

  constructor(private readonly list: () => HTMLElement | undefined) {}

  /** The row that holds the focus, or did last. */
  get current(): string | undefined {
    const focused = this.all.find((row) => row.contains(document.activeElement));
    return focused?.dataset['id'] ?? this.#last;
  }

  /** Whether a row itself has the focus, and nothing inside it. */
  get isFocused(): boolean {
    return this.all.some((row) => row === document.activeElement);
  }

  step(by: 1 | -1): void {
    const ids = this.all.map((row) => row.dataset['id'] ?? '');
    const id = nextRow(ids, this.current, by);
    if (id !== undefined) this.focus(id);
  }

  focus(id: string): void {
    const row = this.all.find((each) => each.dataset['id'] === id);
    if (!row) return;
    this.#last = id;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }

  private get all(): HTMLElement[] {
    return [...(this.list()?.querySelectorAll<HTMLElement>('[data-id]') ?? [])];
  }
}
