import type { NetworkBuilder } from '../builder.ts';
import type { Tensor } from '../tensor.ts';
import { directions } from './directions.ts';
import { type Window, windowOutput, windowReads } from './window.ts';

/** im2col: the values under the window of every position become its channels. */
export function imageToColumns(
  b: NetworkBuilder,
  kind: { name: string; op: string },
  input: Tensor,
  o: {
    /** One window per spatial axis. */
    readonly windows: readonly Window[];
    readonly spatialAxes: readonly number[];
    readonly channelAxis: number;
  },
): Tensor {
  const { h, w, rows, columns } = directions(b, input, o.spatialAxes, o.windows);
  const dims = [...input.dims];
  dims[o.channelAxis]! *= rows.kernel * columns.kernel;
  o.spatialAxes.forEach((axis, i) => {
    dims[axis] = windowOutput(dims[axis]!, o.windows[i]!);
  });
  const operand = { tensor: b.withAxes(input, h, w), rows: windowReads(rows), columns: windowReads(columns) };
  return b.layer(kind, [operand], { dims, h, w });
}
