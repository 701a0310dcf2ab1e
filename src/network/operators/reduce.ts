import type { NetworkBuilder } from '../builder.ts';
import { renumbered, whole } from '../layout.ts';
import { arranged, isSpatial, type Tensor } from '../tensor.ts';
import { reshape } from './reshape.ts';

/**
 * Softmax, layer norm, cumulative sum, …: the shape stays, and every value depends on all values along
 * `axes`. Over channels a position reads the same position, over H or W everything; over a part of them, as of
 * the windows of an attention, all of that part.
 */
export function alongAxes(
  b: NetworkBuilder,
  kind: { name: string; op: string },
  input: Tensor,
  axes: readonly number[],
): Tensor {
  if (!axes.some((axis) => isSpatial(input, axis))) return b.positionwise(kind, input);
  if (input.view === undefined) return b.everything(kind, [input], input);
  return b.byAxes(kind, [{ tensor: input, summed: axes }], input);
}

/** Mean, sum, max, arg max, global pooling, … over `axes`, which shrink to `size` (1 by default) or vanish. */
export function reduce(
  b: NetworkBuilder,
  kind: { name: string; op: string },
  input: Tensor,
  axes: readonly number[],
  o: { keepDims?: boolean; size?: number } = {},
): Tensor {
  const keepDims = o.keepDims ?? true;
  if (input.view !== undefined) return reduceView(b, kind, input, axes, { keepDims, size: o.size ?? 1 });
  const keptAxes = input.dims.map((_, axis) => axis).filter((axis) => keepDims || !axes.includes(axis));
  const dims = keptAxes.map((axis) => (axes.includes(axis) ? (o.size ?? 1) : input.dims[axis]!));
  const moved = (axis: number) => keptAxes.indexOf(axis);
  const output = { dims, h: moved(input.h), w: moved(input.w) };
  if (axes.some((axis) => isSpatial(input, axis))) return b.everything(kind, [input], output);
  return b.positionwise(kind, input, output);
}

function reduceView(
  b: NetworkBuilder,
  kind: { name: string; op: string },
  input: Tensor,
  axes: readonly number[],
  o: { keepDims: boolean; size: number },
): Tensor {
  const { layout, name } = input.view!;
  const dims = input.dims.map((size, axis) => (axes.includes(axis) ? o.size : size));
  const left = renumbered(layout.map((axis, i) => (axes.includes(i) ? whole('c', o.size) : axis)));
  const out = b.byAxes(kind, [{ tensor: input, summed: axes }], arranged(dims, left, name));
  if (o.keepDims) return out;
  return reshape(
    b,
    kind.name,
    out,
    dims.filter((_, axis) => !axes.includes(axis)),
  );
}
