import { describe, expect, it } from 'vitest';
import { encodings } from './layers';

describe('simulcast layers', () => {
  it.each([
    [1280, ['q', 'h', 'f']],
    [960, ['q', 'h', 'f']],
    [640, ['q', 'h']],
    [320, [undefined]],
  ])('a picture of %i px is sent as %j', (width, rids) => {
    expect(encodings(width).map((encoding) => encoding.rid)).toEqual(rids);
  });

  it('go from low to high', () => {
    const scales = encodings(1280).map((encoding) => encoding.scaleResolutionDownBy);
    expect(scales).toEqual([4, 2, 1]);
  });
});
