import { describe, expect, it } from 'vitest';
import type { Box, Room } from '../../lib/call/layout';
import { equals } from './layout';

const ROOMS: Room[] = [
  { width: 752, height: 960, gap: 8 },
  { width: 1064, height: 1860, gap: 8 },
  { width: 1264, height: 736, gap: 8 },
  { width: 1904, height: 1016, gap: 8 },
];

describe.each(ROOMS)('in a room of $width × $height', (room) => {
  it.each([1, 2, 3])('%i faces are equal, inside and apart', (count) => {
    const boxes = equals(room, count);
    expect(boxes).toHaveLength(count);
    boxes.forEach((box, index) => {
      expect([box.width, box.height]).toEqual([boxes[0]?.width, boxes[0]?.height]);
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.left + box.width).toBeLessThanOrEqual(room.width + 0.001);
      expect(box.top + box.height).toBeLessThanOrEqual(room.height + 0.001);
      for (const other of boxes.slice(index + 1)) {
        const beside = box.left + box.width <= other.left;
        expect(beside || box.top + box.height <= other.top).toBe(true);
      }
    });
  });
});

describe.each([
  { width: 1064, height: 1860, gap: 8 },
  { width: 752, height: 960, gap: 8 },
])('on a terminal that is held upright, $width × $height,', (room) => {
  /** Most faces have about this much picture above the eyes. */
  const eyes = ({ top, height }: Box) => (top + 0.4 * height) / room.height;

  it('one face is large and in the upper part', () => {
    const [face] = equals(room, 1);
    expect(face?.width).toBe(room.width);
    expect(eyes(face as Box)).toBeLessThan(0.4);
  });

  it('two are both in the upper part', () => {
    for (const face of equals(room, 2)) expect(eyes(face)).toBeLessThan(0.25);
  });

  it('three are not below the middle', () => {
    for (const face of equals(room, 3)) expect(eyes(face)).toBeLessThan(0.51);
  });
});

it('where it is wide, faces stand side by side and one has all of it', () => {
  const room = { width: 1280, height: 720, gap: 0 };
  expect(equals(room, 1)).toEqual([{ left: 0, top: 0, width: 1280, height: 720 }]);
  expect(equals(room, 2)[1]).toEqual({ left: 640, top: 0, width: 640, height: 720 });
});
