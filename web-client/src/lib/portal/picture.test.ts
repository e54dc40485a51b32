import { expect, it } from 'vitest';
import { fitted } from './picture';

it('a picture keeps its shape and is never enlarged', () => {
  expect(fitted(4000, 3000)).toEqual({ width: 2000, height: 1500 });
  expect(fitted(3000, 4000)).toEqual({ width: 1500, height: 2000 });
  expect(fitted(640, 480)).toEqual({ width: 640, height: 480 });
  expect(fitted(10_000, 1)).toEqual({ width: 2000, height: 1 });
});
