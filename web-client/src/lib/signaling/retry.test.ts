import { describe, expect, it } from 'vitest';
import { retryDelay } from './retry';

describe('trying again', () => {
  it('begins at once and calms down', () => {
    const delays = [0, 1, 2, 3, 4].map((attempt) => retryDelay(attempt, 0.5));
    expect(delays).toEqual([0, 300, 1_200, 2_700, 4_800]);
    expect(retryDelay(5, 0.5)).toBe(7_000);
  });

  it('spreads the steady attempts by a fifth either way', () => {
    expect(retryDelay(40, 0)).toBeCloseTo(5_600);
    expect(retryDelay(40, 0.999_999)).toBeCloseTo(8_400, 1);
  });

  it('waits as long as the server asked', () => {
    expect(retryDelay(0, 0.5, 3_000)).toBe(3_000);
    expect(retryDelay(6, 0.5, 100)).toBe(7_000);
  });
});
