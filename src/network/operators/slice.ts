import type { NetworkBuilder } from '../builder.ts';
import { type Reads, SAME, shift } from '../reads.ts';
import { constant, extent, type Tensor } from '../tensor.ts';

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
  const { h, w } = input;
  const operand = { tensor: input, rows: axis === h ? reads : SAME, columns: axis === w ? reads : SAME };
  return b.layer(kind, [operand], { dims, h, w });
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

/** Padding of `axis` by `before` and `after` positions, which read nothing; negative ones crop. */
export function pad(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  o: { axis: number; before: number; after: number },
): Tensor {
  const size = input.dims[o.axis]! + o.before + o.after;
  return alongAxis(b, { name, op: 'Pad' }, input, o.axis, size, shift(-o.before));
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
