/** Which cell of a grid a key leads to. */
export interface Cell {
  row: number;
  column: number;
}

/** The cell after `key`, or `null` if the key is not one that moves. Nothing leads out of the grid. */
export function moved(
  key: string,
  ctrl: boolean,
  from: Cell,
  size: { rows: number; columns: number },
): Cell | null {
  const within = (row: number, column: number): Cell => ({
    row: Math.max(0, Math.min(size.rows - 1, row)),
    column: Math.max(0, Math.min(size.columns - 1, column)),
  });
  switch (key) {
    case 'ArrowUp':
      return within(from.row - 1, from.column);
    case 'ArrowDown':
      return within(from.row + 1, from.column);
    case 'ArrowLeft':
      return within(from.row, from.column - 1);
    case 'ArrowRight':
      return within(from.row, from.column + 1);
    case 'Home':
      return within(ctrl ? 0 : from.row, 0);
    case 'End':
      return within(ctrl ? size.rows - 1 : from.row, size.columns - 1);
    default:
      return null;
  }
}
