/**
 * Where the faces go at the terminal. Every visitor counts the same, and all are seen as near to the camera as can be,
 * which is above the screen: who looks at the lower half of a tall one looks down, and nobody is looked in the eye.
 */
import type { Box, Room } from '../../lib/call/layout';

/** Width by height of a face, near; what is taller only makes it sink. */
const NEAR = 4 / 5;

/** Width by height of the picture of a phone that is held upright. */
const UPRIGHT = 9 / 16;

/** From the top of a picture to the eyes, as a part of its height. */
const EYES = 0.4;

/** `count` faces of the same size, in the grid in which they are largest and nearest to the camera. */
export function equals(room: Room, count: number): Box[] {
  const grids = Array.from({ length: count }, (_, index) => grid(room, count, index + 1));
  const best = grids.toSorted((one, other) => worth(other, room) - worth(one, room))[0] ?? [];
  // Where all stand side by side, pictures of phones are not cut down to faces for nothing.
  const tall = Math.min((best[0]?.width ?? 0) / UPRIGHT, room.height / 2);
  if (best.some(({ top }) => top > 0)) return best;
  return best.map((box) => ({ ...box, height: Math.max(box.height, tall) }));
}

function grid({ width, height, gap }: Room, count: number, columns: number): Box[] {
  const rows = Math.ceil(count / columns);
  const across = (width - gap * (columns - 1)) / columns;
  const down = Math.min((height - gap * (rows - 1)) / rows, across / NEAR);
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const indent = ((columns - inRow) * (across + gap)) / 2;
    return {
      left: indent + (index % columns) * (across + gap),
      top: row * (down + gap),
      width: across,
      height: down,
    };
  });
}

/** A face is about as tall as wide, so the smaller side is what it gets; how far down its eyes are counts twice. */
function worth(boxes: Box[], room: Room): number {
  return boxes.reduce((sum, { top, width, height }) => {
    const up = 1 - (top + EYES * height) / room.height;
    return sum + Math.min(width, height) * up ** 2;
  }, 0);
}
