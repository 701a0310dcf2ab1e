import { extentOf } from '../network/layout.ts';
import { type Arrangement, elements, layoutOf } from '../network/tensor.ts';

/** A digit of the index of a value, from the slowest to the fastest, and how far apart its values are stored. */
export interface StoredDigit {
  /** Values that it takes. */
  readonly size: number;
  /** Stored values from one of its values to the next. */
  readonly stride: number;
}

/**
 * How the values of a tensor are stored: cell by cell, of which one is a position of the OFM that the tensor lies in,
 * with its channels one behind the other in the order of the tensor.
 */
export interface ValueLayout {
  /** Dimensions of the tensor. */
  readonly dims: readonly number[];
  /** Number of cells. */
  readonly cells: number;
  /** Values of a cell. */
  readonly channels: number;
  /** Per axis and index: how far that moves what is stored. The place of a value is the sum over all axes. */
  readonly axes: readonly Int32Array[];
  /** Two tensors with the same digits are stored alike, whatever their dimensions. */
  readonly digits: readonly StoredDigit[];
}

/** How a tensor with a place in an OFM is stored. */
export function storedLayout(arrangement: Arrangement): ValueLayout {
  const { dims } = arrangement;
  const layout = layoutOf(arrangement);
  const { height, width } = extentOf(layout);
  const cells = height * width;
  const channels = cells === 0 ? 0 : elements(dims) / cells;
  let channelStride = channels;
  const digits = layout.map((axis) =>
    axis.map(({ of, size, stride }): StoredDigit => {
      if (of !== 'c') return { size, stride: stride * (of === 'h' ? width : 1) * channels };
      channelStride /= size;
      return { size, stride: channelStride };
    }),
  );
  return {
    dims,
    cells,
    channels,
    axes: dims.map((size, axis) => (size === 0 ? new Int32Array(0) : offsetsOf(digits[axis]!))),
    digits: fusedDigits(digits.flat()),
  };
}

/** How a tensor that depends on no position is stored: in one cell, in row-major order. */
export function plainLayout(dims: readonly number[]): ValueLayout {
  return storedLayout({ dims, h: -1, w: -1 });
}

/**
 * The layout of a tensor of which some axes are positions, slowest first, and all others channels.
 *
 * @param channels The other axes, slowest first.
 */
export function layoutByAxes(
  dims: readonly number[],
  positions: readonly number[],
  channels: readonly number[],
): ValueLayout {
  const strides = new Array<number>(dims.length).fill(0);
  let stride = 1;
  for (const axis of [...positions, ...channels].reverse()) {
    strides[axis] = stride;
    stride *= dims[axis]!;
  }
  const cells = positions.reduce((product, axis) => product * dims[axis]!, 1);
  const digits = dims.map((size, axis) => ({ size, stride: strides[axis]! }));
  return {
    dims,
    cells,
    channels: cells === 0 ? 0 : elements(dims) / cells,
    axes: digits.map((digit) => offsetsOf([digit])),
    digits: fusedDigits(digits),
  };
}

/** True where both are stored alike: one is the other in other dimensions. */
export function isStoredAlike(a: ValueLayout, b: ValueLayout): boolean {
  return (
    a.cells === b.cells &&
    a.channels === b.channels &&
    a.digits.length === b.digits.length &&
    a.digits.every(({ size, stride }, i) => size === b.digits[i]!.size && stride === b.digits[i]!.stride)
  );
}

/** Where every value of a tensor is stored, in row-major order. */
export function storedPlaces({ axes }: Pick<ValueLayout, 'axes'>): Int32Array {
  return sums(axes);
}

/** The sum of one number of each list, for all combinations; those of the last list follow each other. */
export function sums(lists: readonly Int32Array[]): Int32Array {
  let all = new Int32Array(1);
  for (const list of lists) {
    const next = new Int32Array(all.length * list.length);
    let i = 0;
    for (const sum of all) for (const value of list) next[i++] = sum + value;
    all = next;
  }
  return all;
}

function offsetsOf(digits: readonly StoredDigit[]): Int32Array {
  return sums(digits.map(({ size, stride }) => Int32Array.from({ length: size }, (_, i) => i * stride)));
}

function fusedDigits(digits: readonly StoredDigit[]): StoredDigit[] {
  const fused: StoredDigit[] = [];
  for (const digit of digits) {
    if (digit.size === 1) continue;
    const last = fused.at(-1);
    const joins = last !== undefined && last.stride === digit.size * digit.stride;
    if (joins) fused[fused.length - 1] = { size: last.size * digit.size, stride: digit.stride };
    else fused.push(digit);
  }
  return fused;
}
