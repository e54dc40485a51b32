import { describe, expect, it } from 'vitest';
import { nextRow } from './rows';

const IDS = ['a', 'b', 'c'];

describe('the row that is next', () => {
  it('is the first one at first, whichever way one goes', () => {
    expect([nextRow(IDS, undefined, 1), nextRow(IDS, undefined, -1)]).toEqual(['a', 'a']);
  });

  it('follows, and stays at the ends', () => {
    expect([nextRow(IDS, 'a', 1), nextRow(IDS, 'c', 1)]).toEqual(['b', 'c']);
    expect([nextRow(IDS, 'b', -1), nextRow(IDS, 'a', -1)]).toEqual(['a', 'a']);
  });

  it('is the first one where the last one has gone', () => {
    expect(nextRow(IDS, 'gone', 1)).toBe('a');
    expect(nextRow([], 'a', 1)).toBeUndefined();
  });
});
