import { describe, expect, it } from 'vitest';
import { Listing } from './listing.svelte';

const numbers = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => from - at);

describe('a list', () => {
  it('goes on where it ended, and knows when nothing is left', async () => {
    const list = new Listing<number>(async (before, limit) =>
      before === undefined ? numbers(100, limit) : numbers(before - 1, 7),
    );
    await list.load();
    expect([list.entries.length, list.more]).toEqual([50, true]);
    await list.next();
    expect([list.entries.length, list.entries.at(-1), list.more]).toEqual([57, 44, false]);
  });

  it('that always comes whole has no more, however long it is', async () => {
    const list = new Listing<number>(async () => numbers(50, 50), { paged: false });
    await list.load();
    expect(list.more).toBe(false);
  });

  it('shows the answer to the newest question, whichever comes last', async () => {
    const answers: ((found: string[]) => void)[] = [];
    const list = new Listing<string>(() => new Promise((answer) => answers.push(answer)));
    const [first, second] = [list.load(), list.load()];
    answers[1]?.(['new']);
    await second;
    answers[0]?.(['old']);
    await first;
    expect(list.entries).toEqual(['new']);
  });

  it('keeps what it shows when asking again fails', async () => {
    let works = true;
    const list = new Listing<string>(async () => {
      if (!works) throw new Error('away');
      return ['kept'];
    });
    await list.load();
    works = false;
    await list.load();
    expect([list.entries, list.standing]).toEqual([['kept'], 'failed']);
  });
});
