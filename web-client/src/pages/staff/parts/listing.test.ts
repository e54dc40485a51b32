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

  it('asks for the rest when all that was shown is done', async () => {
    const left = numbers(100, 60);
    const list = new Listing<number>(async (last, limit) =>
      left.filter((each) => last === undefined || each < last).slice(0, limit),
    );
    await list.load();
    for (const done of [...list.entries]) {
      left.splice(left.indexOf(done), 1);
      await list.remove((each) => each === done);
    }
    expect([list.entries.length, list.more]).toEqual([10, false]);
  });

  it('asks once however often more is wanted', async () => {
    let questions = 0;
    const list = new Listing<number>(async (last, limit) => {
      questions += 1;
      return numbers(last === undefined ? 100 : last - 1, limit);
    });
    await list.load();
    await Promise.all([list.next(), list.next()]);
    expect([questions, list.entries.length]).toEqual([2, 100]);
  });

  it('that is asked for anew is as long as it was', async () => {
    const list = new Listing<number>(async (before, limit) => numbers((before ?? 201) - 1, limit));
    await list.load();
    await list.next();
    await list.load();
    expect([list.entries.length, list.entries.at(-1), list.more]).toEqual([100, 101, true]);
    await list.load(true);
    expect(list.entries.length).toBe(50);
  });

  it('that ends with a full page promises no other', async () => {
    const list = new Listing<number>(async (_, limit) => numbers(100, Math.min(limit, 50)));
    await list.load();
    expect([list.entries.length, list.more]).toEqual([50, false]);
  });

  it('that always comes whole has no more, however long it is', async () => {
    const list = new Listing<number>(async () => numbers(80, 80), { paged: false });
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
