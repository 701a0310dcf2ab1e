import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import { ALL } from '../reads.ts';
import { isConstant, type Tensor } from '../tensor.ts';
import { directions } from './directions.ts';
import { transposedOutput, type Window, windowOutput, windowReads } from './window.ts';

/** A convolution of any kind: grouped, depthwise, dilated, transposed, of one or two dimensions. */
export interface ConvolutionOptions {
  /** One window per spatial axis. */
  readonly windows: readonly Window[];
  /** The axes they slide along: [H, W] or [W]. A convolution of one dimension has H = 1 (spec.md section 2). */
  readonly spatialAxes: readonly number[];
  /** The axis of the channels. */
  readonly channelAxis: number;
  /** Channels of the OFM: Co. */
  readonly outputChannels: number;
  /** Groups of channels; 1 by default. */
  readonly groups?: number;
  /** Whether a bias is added. */
  readonly bias?: boolean;
  /** Whether it is a transposed convolution. */
  readonly transposed?: boolean;
  /** Positions added at the end of each spatial axis of a transposed convolution's output. */
  readonly outputPadding?: readonly number[];
  /** Dimensions of the output along the spatial axes, where the file gives them. */
  readonly outputSizes?: readonly number[];
  /**
   * The kernel, where it is computed from the network's input instead of being a constant: the layer is
   * then non-base, since its weights cannot stay in a crossbar, and every position reads all of the kernel.
   */
  readonly kernel?: Tensor;
}

/** Conv1D, Conv2D and their depthwise, grouped, dilated and transposed forms (spec.md sections 1 to 3). */
export function convolution(b: NetworkBuilder, name: string, input: Tensor, o: ConvolutionOptions): Tensor {
  const groups = o.groups ?? 1;
  const inputChannels = input.dims[o.channelAxis]!;
  if (o.windows.length > 2) {
    throw new ClsaCimError(
      `layer ${name}: a convolution over ${o.windows.length} dimensions; only Conv1D and Conv2D are supported`,
    );
  }
  if (!(groups >= 1) || inputChannels % groups !== 0 || o.outputChannels % groups !== 0) {
    throw new ClsaCimError(
      `layer ${name}: ${inputChannels} input and ${o.outputChannels} output channels cannot be split into ` +
        `${groups} groups`,
    );
  }
  const { h, w, rows, columns } = directions(b, input, o.spatialAxes, o.windows);
  const dims = [...input.dims];
  dims[o.channelAxis] = o.outputChannels;
  o.spatialAxes.forEach((axis, i) => {
    const window = o.windows[i]!;
    const computed = o.transposed
      ? transposedOutput(dims[axis]!, window, o.outputPadding?.[i])
      : windowOutput(dims[axis]!, window);
    dims[axis] = o.outputSizes?.[i] ?? computed;
  });

  const kind = o.transposed ? 'transposed' : 'window';
  const operand = {
    tensor: b.withAxes(input, h, w),
    rows: windowReads(rows, kind),
    columns: windowReads(columns, kind),
  };
  const op = o.transposed ? 'Conv2DTranspose' : 'Conv2D';
  if (o.kernel !== undefined && !isConstant(o.kernel)) {
    const kernel = { tensor: o.kernel, rows: ALL, columns: ALL };
    return b.layer({ name, op }, [operand, kernel], { dims, h, w });
  }
  const weights = {
    rows: (rows.kernel * columns.kernel * inputChannels) / groups,
    columns: o.outputChannels / groups,
    groups,
  };
  return b.layer({ name, op, weights, bias: o.bias ?? false }, [operand], { dims, h, w });
}
