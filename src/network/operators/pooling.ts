import type { NetworkBuilder } from '../builder.ts';
import { SAME } from '../reads.ts';
import { elements, extent, type Tensor } from '../tensor.ts';
import { directions } from './directions.ts';
import { type Window, windowOutput, windowReads } from './window.ts';

/** What is pooled, and over which windows. */
export interface PoolingOptions {
  /** What the layer does, in one word: `MaxPool`, `AveragePool`, … */
  readonly op: string;
  /** The windows along H and W. */
  readonly windows: readonly Window[];
  /** [H, W], or [W] for pooling over one dimension; others than those of H and W hold channels. */
  readonly spatialAxes: readonly number[];
  /** Count a last window that is cut by the edge. */
  readonly ceil?: boolean;
  /** Dimensions of the output along the spatial axes, where the format gives them. */
  readonly outputSizes?: readonly number[];
}

/**
 * Max, average and Lp pooling: a position reads its window. Windows over axes that hold channels, of which there may
 * be any number (PyTorch's local response norm is a pooling of this kind), read nothing more.
 */
export function pooling(b: NetworkBuilder, name: string, input: Tensor, o: PoolingOptions): Tensor {
  const dims = [...input.dims];
  o.spatialAxes.forEach((axis, i) => {
    dims[axis] = o.outputSizes?.[i] ?? windowOutput(dims[axis]!, o.windows[i]!, o.ceil);
  });
  if (reachesChannels(b, input, o)) return overChannels(b, name, input, o, dims);
  const { h, w, rows, columns } = directions(b, input, o.spatialAxes, o.windows);
  const tensor = b.withAxes(input, h, w);
  const operand = { tensor, rows: windowReads(rows), columns: windowReads(columns) };
  return b.layer({ name, op: o.op }, [operand], { dims, h, w });
}

/** True where a window moves along channels, which hold what is neither H nor W. */
function reachesChannels(b: NetworkBuilder, input: Tensor, o: PoolingOptions): boolean {
  if (o.windows.length > 2) return true;
  const hasPositions = extent(input, input.h) > 1 || extent(input, input.w) > 1;
  // Where nothing has to be waited for, the axes that the windows name are taken as H and W.
  if (!hasPositions || !b.waitsForBase(input)) return false;
  return o.windows.some(({ kernel, stride }, i) => {
    const axis = o.spatialAxes[i]!;
    return axis !== input.h && axis !== input.w && input.dims[axis]! > 1 && (kernel > 1 || stride > 1);
  });
}

/** H and W stay on their axes, and windows over other axes stay within a position. */
function overChannels(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  o: PoolingOptions,
  dims: readonly number[],
): Tensor {
  const along = (axis: number) => {
    const window = o.windows[o.spatialAxes.indexOf(axis)];
    return window === undefined ? SAME : windowReads(window);
  };
  const operations = elements(dims) * elements(o.windows.map(({ kernel }) => kernel));
  const operand = { tensor: input, rows: along(input.h), columns: along(input.w) };
  return b.layer({ name, op: o.op, operations }, [operand], { dims, h: input.h, w: input.w });
}
