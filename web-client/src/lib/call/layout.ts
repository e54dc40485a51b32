/**
 * Where the faces go. A visitor came for one face: it gets all the room there is, and the others stand in
 * a row beside or beneath it. At the terminal it is otherwise (`pages/terminal/layout.ts`).
 */

import { VIEW_MAX_PIXELS } from '../protocol.generated';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A room of `width` × `height` px, `gap` px between faces. */
export interface Room {
  width: number;
  height: number;
  gap: number;
}

/** Small faces take this part of the longer side, within bounds. */
const SIDE_PART = 0.22;
const SIDE_MIN = 88;
const SIDE_MAX = 260;

/** One large face and `others` small ones; the first box is the large one's. */
export function oneAndOthers(room: Room, others: number): Box[] {
  const { width, height, gap } = room;
  if (others === 0) return [{ left: 0, top: 0, width, height }];
  const wide = width > height;
  const along = wide ? height : width;
  const across = clamp((wide ? width : height) * SIDE_PART, SIDE_MIN, SIDE_MAX);
  const large = wide
    ? { left: 0, top: 0, width: width - across - gap, height }
    : { left: 0, top: 0, width, height: height - across - gap };
  const length = Math.min((along - gap * (others - 1)) / others, across * 1.4);
  const start = (along - length * others - gap * (others - 1)) / 2;
  const small = Array.from({ length: others }, (_, index) => {
    const offset = start + index * (length + gap);
    return wide
      ? { left: width - across, top: offset, width: across, height: length }
      : { left: offset, top: height - across, width: length, height: across };
  });
  return [large, ...small];
}

/** What a face in `box` is worth sending: the pixels that its screen has for it. */
export function pixels(box: Box, ratio: number): { width: number; height: number } {
  const most = (length: number): number => clamp(Math.round(length * ratio), 0, VIEW_MAX_PIXELS);
  return { width: most(box.width), height: most(box.height) };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
