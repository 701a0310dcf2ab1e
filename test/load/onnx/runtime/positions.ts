import { extentOf } from '../../../../src/network/layout.ts';
import { type Arrangement, elements, layoutOf } from '../../../../src/network/tensor.ts';

export function heightOf(tensor: Arrangement): number {
  return extentOf(layoutOf(tensor)).height;
}

export function widthOf(tensor: Arrangement): number {
  return extentOf(layoutOf(tensor)).width;
}

/** For every value of a tensor, in row-major order, the position of the OFM that it belongs to. */
export function positionOfValues(tensor: Arrangement): Int32Array {
  const width = widthOf(tensor);
  // Digits of the index, from the fastest to the slowest.
  const digits = layoutOf(tensor).flat().reverse();
  return Int32Array.from({ length: elements(tensor.dims) }, (_, index) => {
    let rest = index;
    let position = 0;
    for (const { of, size, stride } of digits) {
      const digit = rest % size;
      rest = (rest - digit) / size;
      if (of !== 'c') position += digit * stride * (of === 'h' ? width : 1);
    }
    return position;
  });
}

/** Row and column of a position, as reports show it. */
export function shownPosition(tensor: Arrangement, position: number): string {
  const width = widthOf(tensor);
  return `(${Math.floor(position / width)}, ${position % width})`;
}
