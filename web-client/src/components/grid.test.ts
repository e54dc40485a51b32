import { expect, it } from 'vitest';
import { moved } from './grid';

const SIZE = { rows: 8, columns: 6 };

it('arrows move by one cell and stop at the edge', () => {
  expect(moved('ArrowDown', false, { row: 0, column: 0 }, SIZE)).toEqual({ row: 1, column: 0 });
  expect(moved('ArrowUp', false, { row: 0, column: 3 }, SIZE)).toEqual({ row: 0, column: 3 });
  expect(moved('ArrowRight', false, { row: 7, column: 5 }, SIZE)).toEqual({ row: 7, column: 5 });
  expect(moved('ArrowLeft', false, { row: 7, column: 5 }, SIZE)).toEqual({ row: 7, column: 4 });
});

it('Home and End go along the row, with Ctrl to the corners', () => {
  expect(moved('Home', false, { row: 4, column: 3 }, SIZE)).toEqual({ row: 4, column: 0 });
  expect(moved('End', false, { row: 4, column: 3 }, SIZE)).toEqual({ row: 4, column: 5 });
  expect(moved('Home', true, { row: 4, column: 3 }, SIZE)).toEqual({ row: 0, column: 0 });
  expect(moved('End', true, { row: 4, column: 3 }, SIZE)).toEqual({ row: 7, column: 5 });
});

it('other keys are left to the browser', () => {
  expect(moved('Tab', false, { row: 0, column: 0 }, SIZE)).toBeNull();
});
