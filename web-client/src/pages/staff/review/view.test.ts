import { describe, expect, it } from 'vitest';
import { drawn, held, opened, stepped, turned, wheeled } from './view';

const CARD = { width: 1000, height: 600 };
const FRAME = { width: 500, height: 500 };

describe('a document that is looked at', () => {
  it('is seen whole at first, whichever way it lies', () => {
    for (const quarters of [0, 1, 2, 3]) {
      const { width, height } = turned(drawn(CARD, FRAME, quarters, 1), quarters);
      expect(Math.max(width, height)).toBeCloseTo(500);
      expect(Math.min(width, height)).toBeCloseTo(300);
    }
  });

  it('has no size before the picture is there', () => {
    expect(drawn({ width: 0, height: 0 }, FRAME, 1, 2)).toEqual({ width: 0, height: 0 });
  });

  it('grows and shrinks by steps, and stays at the ends', () => {
    expect([stepped(1, 1), stepped(1.7, 1), stepped(8, 1)]).toEqual([1.5, 2, 8]);
    expect([stepped(8, -1), stepped(1.7, -1), stepped(1, -1)]).toEqual([6, 1.5, 1]);
  });

  it('follows the wheel within the same bounds', () => {
    expect(wheeled(1, 100)).toBe(1);
    expect(wheeled(1, -100)).toBeGreaterThan(1);
    expect(wheeled(8, -1000)).toBe(8);
  });

  it('keeps what is below the pointer where it is', () => {
    const [scrolled, pointer, ratio] = [40, 100, 2];
    const before = scrolled + pointer;
    expect(held(scrolled, pointer, ratio) + pointer).toBe(before * ratio);
  });
});

describe('the open documents', () => {
  it('are one at a time, unless two are compared', () => {
    expect(opened([0], 2, false)).toEqual([2]);
    expect(opened([0], 2, true)).toEqual([0, 2]);
    expect(opened([0, 2], 1, true)).toEqual([2, 1]);
    expect(opened([0, 2], 0, true)).toEqual([0, 2]);
    expect(opened([0, 2], 2, false)).toEqual([2]);
  });
});
