import { describe, expect, it } from 'vitest';
import { Pages, whole, type AskForPage } from './pages.svelte';

/** So many entries, the newest first; `add` puts a newer one before them. */
function shelf(count: number): { ask: AskForPage<{ id: string }>; add: () => void } {
  let newest = 1000 + count;
  const oldest = newest - count + 1;
  const ask: AskForPage<{ id: string }> = async (before, limit) => {
    const from = before === undefined ? newest : Number(before) - 1;
    const left = Math.max(0, from - oldest + 1);
    return Array.from({ length: Math.min(limit, left) }, (_, at) => ({ id: String(from - at) }));
  };
  return { ask, add: () => (newest += 1) };
}

const ids = (entries: readonly { id: string }[]) => entries.map(({ id }) => id);

describe('a list of the portal', () => {
  it('goes on page by page until nothing is left, each entry once', async () => {
    const { ask, add } = shelf(120);
    const list = new Pages(ask);
    await list.load();
    expect([list.entries.length, list.more, list.isLong]).toEqual([50, true, true]);
    add();
    expect((await list.next())?.id).toBe('1070');
    await list.next();
    expect([list.entries.length, list.more]).toEqual([120, false]);
    expect(new Set(ids(list.entries)).size).toBe(120);
  });

  it('shows as much as before when it is asked for anew', async () => {
    const { ask, add } = shelf(120);
    const list = new Pages(ask);
    await list.load();
    await list.next();
    add();
    await list.load();
    expect([list.entries.length, list.entries[0]?.id, list.more]).toEqual([100, '1121', true]);
  });

  it('that fits one page says nothing of pages', async () => {
    const list = new Pages(shelf(7).ask);
    await list.load();
    expect([list.entries.length, list.more, list.isLong]).toEqual([7, false, false]);
  });

  it('that ends with a full page promises no other', async () => {
    const list = new Pages(shelf(50).ask);
    await list.load();
    expect([list.entries.length, list.more]).toEqual([50, false]);
  });
});

it('whoever chooses one chooses from all', async () => {
  for (const count of [0, 1, 99, 100, 101, 250]) {
    expect(ids(await whole(shelf(count).ask))).toHaveLength(count);
  }
});
