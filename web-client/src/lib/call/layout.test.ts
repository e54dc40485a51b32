import { describe, expect, it } from 'vitest';
import { oneAndOthers, type Box, type Room } from './layout';

const ROOMS: Room[] = [
  { width: 320, height: 500, gap: 8 },
  { width: 390, height: 760, gap: 8 },
  { width: 760, height: 330, gap: 8 },
  { width: 1280, height: 720, gap: 12 },
  { width: 1920, height: 1000, gap: 12 },
];

function apart(a: Box, b: Box): boolean {
  const slack = 0.001;
  return (
    a.left + a.width <= b.left + slack ||
    b.left + b.width <= a.left + slack ||
    a.top + a.height <= b.top + slack ||
    b.top + b.height <= a.top + slack
  );
}

function area(box: Box): number {
  return box.width * box.height;
}

describe.each(ROOMS)('in a room of $width × $height', (room) => {
  it.each([0, 1, 2, 3])(
    'one face and %i others stay inside and apart, the one largest',
    (others) => {
      const boxes = oneAndOthers(room, others);
      expect(boxes).toHaveLength(others + 1);
      check(boxes);
      const [large, ...small] = boxes;
      small.forEach((box) => expect(area(box)).toBeLessThan(area(large as Box) / 2));
    },
  );

  function check(boxes: Box[]): void {
    boxes.forEach((box, index) => {
      expect(box.left).toBeGreaterThanOrEqual(-0.001);
      expect(box.top).toBeGreaterThanOrEqual(-0.001);
      expect(box.left + box.width).toBeLessThanOrEqual(room.width + 0.001);
      expect(box.top + box.height).toBeLessThanOrEqual(room.height + 0.001);
      boxes.slice(index + 1).forEach((other) => expect(apart(box, other)).toBe(true));
    });
  }
});
