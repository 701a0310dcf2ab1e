import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import type { Tensor } from '../tensor.ts';
import { directions } from './directions.ts';
import { type Window, windowOutput, windowReads } from './window.ts';

/** What is pooled, and over which windows. */
export interface PoolingOptions {
  /** What the layer does, in one word: `MaxPool`, `AveragePool`, … */
  readonly op: string;
  /** The windows along H and W. */
  readonly windows: readonly Window[];
  /** [H, W], or [W] for pooling over one dimension. */
  readonly spatialAxes: readonly number[];
  /** Count a last window that is cut by the edge. */
  readonly ceil?: boolean;
  /** Dimensions of the output along the spatial axes, where the format gives them. */
  readonly outputSizes?: readonly number[];
}

/** Max, average and Lp pooling: a position reads its window. */
export function pooling(b: NetworkBuilder, name: string, input: Tensor, o: PoolingOptions): Tensor {
  if (o.windows.length > 2) {
    throw new ClsaCimError(
      `layer ${name}: ${o.op} over ${o.windows.length} dimensions; only one or two are supported`,
    );
  }
  const { h, w, rows, columns } = directions(b, input, o.spatialAxes, o.windows);
  const dims = [...input.dims];
  o.spatialAxes.forEach((axis, i) => {
    dims[axis] = o.outputSizes?.[i] ?? windowOutput(dims[axis]!, o.windows[i]!, o.ceil);
  });
  const tensor = b.withAxes(input, h, w);
  const operand = { tensor, rows: windowReads(rows), columns: windowReads(columns) };
  return b.layer({ name, op: o.op }, [operand], { dims, h, w });
}
