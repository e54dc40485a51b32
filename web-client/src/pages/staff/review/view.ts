/** How a document is looked at: turned by quarters, and as large as one needs it. Lengths are CSS pixels. */

export interface Size {
  width: number;
  height: number;
}

/** How large the whole of it is, 1, up to where single pixels are seen. */
export const ZOOMS = [1, 1.5, 2, 3, 4, 6, 8] as const;
const LARGEST = 8;

/** The next larger step, or the next smaller one. */
export function stepped(zoom: number, by: 1 | -1): number {
  const steps = by > 0 ? ZOOMS : ZOOMS.toReversed();
  return steps.find((step) => (by > 0 ? step > zoom : step < zoom)) ?? zoom;
}

/** What a turn of the wheel makes of it. */
export const wheeled = (zoom: number, deltaY: number): number =>
  Math.min(LARGEST, Math.max(1, zoom * Math.exp(-deltaY / 400)));

/** How large the picture itself is drawn, so that at 1 the whole of it is seen, turned as it is. */
export function drawn(picture: Size, frame: Size, quarters: number, zoom: number): Size {
  const { width, height } = turned(picture, quarters);
  if (width === 0 || height === 0) return { width: 0, height: 0 };
  const scale = Math.min(frame.width / width, frame.height / height) * zoom;
  return { width: picture.width * scale, height: picture.height * scale };
}

/** The room that something takes when it is turned by quarters. */
export const turned = ({ width, height }: Size, quarters: number): Size =>
  quarters % 2 === 0 ? { width, height } : { width: height, height: width };

/** Where the frame scrolls to, so that a point of the picture stays below the pointer. */
export const held = (scrolled: number, pointer: number, ratio: number): number =>
  (scrolled + pointer) * ratio - pointer;

/** Which documents are open once one was chosen: it alone, or beside the one that was last. */
export const opened = (open: readonly number[], chosen: number, beside: boolean): number[] =>
  open.includes(chosen) && beside ? [...open] : [...(beside ? open.slice(-1) : []), chosen];
