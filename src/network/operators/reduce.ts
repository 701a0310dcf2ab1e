import type { NetworkBuilder } from '../builder.ts';
import { isSpatial, type Tensor } from '../tensor.ts';

/**
 * Softmax, layer norm, cumulative sum, …: the shape stays, and every value depends on all values along
 * `axes`. Over channels a position reads the same position, over H or W everything.
 */
export function alongAxes(
  b: NetworkBuilder,
  kind: { name: string; op: string },
  input: Tensor,
  axes: readonly number[],
): Tensor {
  if (axes.some((axis) => isSpatial(input, axis))) return b.everything(kind, [input], input);
  return b.positionwise(kind, input);
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
  const keptAxes = input.dims.map((_, axis) => axis).filter((axis) => keepDims || !axes.includes(axis));
  const dims = keptAxes.map((axis) => (axes.includes(axis) ? (o.size ?? 1) : input.dims[axis]!));
  const moved = (axis: number) => keptAxes.indexOf(axis);
  const output = { dims, h: moved(input.h), w: moved(input.w) };
  if (axes.some((axis) => isSpatial(input, axis))) return b.everything(kind, [input], output);
  return b.positionwise(kind, input, output);
}
