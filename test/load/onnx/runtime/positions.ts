/** Where the axes of a tensor lie in a map: `h` and `w` are -1 where the map has one row or one column. */
export interface Axes {
  readonly dims: readonly number[];
  readonly h: number;
  readonly w: number;
}

export function heightOf({ dims, h }: Axes): number {
  return h < 0 ? 1 : dims[h]!;
}

export function widthOf({ dims, w }: Axes): number {
  return w < 0 ? 1 : dims[w]!;
}

/** For every value of a tensor, in row-major order, the position of the map that it belongs to. */
export function positionOfValues(axes: Axes): Int32Array {
  const { dims, h, w } = axes;
  const along = (index: number, axis: number) => {
    if (axis < 0) return 0;
    const stride = dims.slice(axis + 1).reduce((product, size) => product * size, 1);
    return Math.floor(index / stride) % dims[axis]!;
  };
  const count = dims.reduce((product, size) => product * size, 1);
  const width = widthOf(axes);
  return Int32Array.from({ length: count }, (_, i) => along(i, h) * width + along(i, w));
}

/** Row and column of a position, as reports show it. */
export function shownPosition(axes: Axes, position: number): string {
  const width = widthOf(axes);
  return `(${Math.floor(position / width)}, ${position % width})`;
}
