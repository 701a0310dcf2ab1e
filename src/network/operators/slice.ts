import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import { type Factor, isChannels, type Layout, renumbered, whole } from '../layout.ts';
import { visitPositionsRead } from '../positions-read.ts';
import { type Reads, SAME, shift } from '../reads.ts';
import { arranged, constant, extent, isSpatial, type Tensor } from '../tensor.ts';
import { listed } from './listed.ts';

/**
 * Applies `reads` to the direction that `axis` carries; other axes are channels and change no dependency. A part of
 * length 0 depends on nothing.
 */
function alongAxis(
  b: NetworkBuilder,
  kind: { name: string; op: string },
  input: Tensor,
  axis: number,
  size: number,
  reads: Reads,
): Tensor {
  const dims = [...input.dims];
  dims[axis] = size;
  if (size === 0) return constant(dims);
  const { view } = input;
  if (view !== undefined) {
    const [digit, another] = view.layout[axis]!;
    if (isChannels(view.layout[axis]!)) {
      const layout = view.layout.with(axis, whole('c', size));
      return b.positionwise(kind, input, arranged(dims, layout, view.name));
    }
    if (another === undefined)
      return alongDigit(b, kind, input, view.layout, { axis, digit: digit!, size, reads });
  }
  const { h, w } = input;
  const operand = { tensor: input, rows: axis === h ? reads : SAME, columns: axis === w ? reads : SAME };
  return b.layer(kind, [operand], { dims, h, w });
}

/** Applies `reads` to the values of a digit of H or W that has the axis for itself. */
function alongDigit(
  b: NetworkBuilder,
  kind: { name: string; op: string },
  input: Tensor,
  layout: Layout,
  o: { axis: number; digit: Factor; size: number; reads: Reads },
): Tensor {
  const { axis, digit, size, reads } = o;
  const cut = { ...digit, size };
  const output = renumbered(layout.with(axis, size === 1 ? [] : [cut]));
  const valueRead = Array.from({ length: size }, (_, value) => {
    let read = -1;
    visitPositionsRead(reads, value, digit.size, (position) => {
      read = position;
    });
    return read;
  });
  const digits = layout
    .flat()
    .filter(({ of }) => of === digit.of)
    .map((other) => (other === digit ? cut : other))
    .sort((a, b) => a.stride - b.stride);
  const positionRead = (position: number) => {
    let rest = position;
    let read = 0;
    for (const other of digits) {
      const value = rest % other.size;
      rest = Math.floor(rest / other.size);
      const valueBefore = other === cut ? valueRead[value]! : value;
      if (valueBefore < 0) return -1;
      read += valueBefore * other.stride;
    }
    return read;
  };
  const length = digits.reduce((product, other) => product * other.size, 1);
  const list: Reads = { kind: 'list', positions: Array.from({ length }, (_, p) => positionRead(p)) };
  const [rows, columns] = digit.of === 'h' ? [list, SAME] : [SAME, list];
  const dims = input.dims.with(axis, size);
  return b.onOfm(kind, { tensor: input, rows, columns }, arranged(dims, output, `${kind.name}_reshape`));
}

/** Slice, crop and split: positions `start + i·step` for `0 <= i < size` of `axis`. */
export function slice(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  o: { axis: number; start: number; size: number; step?: number; op?: string },
): Tensor {
  const step = o.step ?? 1;
  const kind = { name, op: o.op ?? 'Slice' };
  if (step > 0) return alongAxis(b, kind, input, o.axis, o.size, shift(o.start, step));
  const positions = Array.from({ length: o.size }, (_, i) => o.start + i * step);
  return alongAxis(b, kind, input, o.axis, o.size, { kind: 'list', positions });
}

/** What padding holds: a constant, or copies of the map (numpy's names). */
export type PadMode = 'constant' | 'edge' | 'reflect' | 'symmetric' | 'wrap';

/**
 * Padding of `axis` by `before` and `after` positions; negative ones crop first. A constant reads nothing;
 * otherwise a position reads the one that it copies.
 *
 * @throws ClsaCimError where the copies are more than can be listed, or nothing is left to copy.
 */
export function pad(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  o: { axis: number; before: number; after: number; mode?: PadMode },
): Tensor {
  const { axis, before, after, mode = 'constant' } = o;
  const kind = { name, op: 'Pad' };
  const size = input.dims[axis]! + before + after;
  const isCropped = before <= 0 && after <= 0;
  if (mode === 'constant' || isCropped) return alongAxis(b, kind, input, axis, size, shift(-before));
  if (!isSpatial(input, axis)) return alongAxis(b, kind, input, axis, size, SAME);
  const start = Math.max(0, -before);
  const length = input.dims[axis]! - start + Math.min(0, after);
  if (length < 1) {
    throw new ClsaCimError(
      `layer ${name}: cut by ${start} and ${Math.max(0, -after)}, its ${input.dims[axis]} positions leave none to copy`,
    );
  }
  const reads = listed(name, size, 1, (p) => [start + copied(p - Math.max(0, before), length, mode)]);
  return alongAxis(b, kind, input, axis, size, reads);
}

/** The position of a map of `size` that position `p`, inside or outside, is a copy of. */
function copied(p: number, size: number, mode: Exclude<PadMode, 'constant'>): number {
  const modulo = (period: number) => ((p % period) + period) % period;
  switch (mode) {
    case 'edge':
      return Math.min(Math.max(p, 0), size - 1);
    case 'wrap':
      return modulo(size);
    case 'symmetric':
      return Math.min(modulo(2 * size), 2 * size - 1 - modulo(2 * size));
    case 'reflect': {
      const period = Math.max(1, 2 * (size - 1));
      return Math.min(modulo(period), period - modulo(period));
    }
  }
}

/** Output position `i` along `axis` is input position `positions[i]`: gather, tile, flip, roll. */
export function gather(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  o: { axis: number; positions: readonly number[]; op?: string },
): Tensor {
  const kind = { name, op: o.op ?? 'Gather' };
  const { length } = o.positions;
  if (extent(input, o.axis) === 1) return alongAxis(b, kind, input, o.axis, length, SAME);
  return alongAxis(b, kind, input, o.axis, length, { kind: 'list', positions: o.positions });
}
