import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import { extent, type Tensor } from '../tensor.ts';
import { type Interpolation, interpolated } from './interpolation.ts';
import { UNIT_WINDOW, windowReads } from './window.ts';

/** How a map is resized. */
export interface ResizeOptions {
  /** Dimensions of the output. */
  readonly dims: readonly number[];
  /** Which positions are read. */
  readonly mode: Interpolation;
  /** What the layer does, in one word. */
  readonly op?: string;
}

/** Of two axes that change their size the first is H and the second W. */
export function expectResized(b: NetworkBuilder, input: Tensor, dims: readonly number[]): void {
  const [first, second] = dims.flatMap((size, axis) => (size === input.dims[axis] ? [] : [axis]));
  if (second !== undefined) b.expectAxes(input, first!, second);
}

/** Resize of H and W to the given dimensions, with half-pixel centres; see {@link interpolated}. */
export function resize(b: NetworkBuilder, name: string, input: Tensor, o: ResizeOptions): Tensor {
  const { dims, mode } = o;
  expectResized(b, input, dims);
  const { h, w } = input;
  const output = { dims, h, w };
  const along = (axis: number) =>
    interpolated(name, { input: extent(input, axis), output: extent(output, axis) }, mode);
  const operand = { tensor: input, rows: along(h), columns: along(w) };
  return b.layer({ name, op: o.op ?? 'Resize' }, [operand], output);
}

/** Blocks of `block` x `block` positions become channels (Darknet's reorg). */
export function spaceToDepth(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  o: { block: number; channelAxis: number; op?: string },
): Tensor {
  const { block, channelAxis } = o;
  const tensor = onSpatialAxes(b, name, input, channelAxis);
  const { h, w } = tensor;
  for (const axis of [h, w]) {
    if (extent(tensor, axis) % block !== 0) {
      throw new ClsaCimError(
        `layer ${name}: ${extent(tensor, axis)} positions cannot be cut into blocks of ${block}`,
      );
    }
  }
  const dims = [...tensor.dims];
  dims[h]! /= block;
  dims[w]! /= block;
  dims[channelAxis]! *= block * block;
  const reads = windowReads({ ...UNIT_WINDOW, kernel: block, stride: block });
  return b.layer({ name, op: o.op ?? 'SpaceToDepth' }, [{ tensor, rows: reads, columns: reads }], {
    dims,
    h,
    w,
  });
}

/** Channels become blocks of `block` x `block` positions: a position reads the one its block came from. */
export function depthToSpace(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  o: { block: number; channelAxis: number; op?: string },
): Tensor {
  const { block, channelAxis } = o;
  if (input.dims[channelAxis]! % (block * block) !== 0) {
    throw new ClsaCimError(
      `layer ${name}: ${input.dims[channelAxis]} channels cannot be spread over blocks of ${block} x ${block}`,
    );
  }
  const tensor = onSpatialAxes(b, name, input, channelAxis);
  const { h, w } = tensor;
  const dims = [...tensor.dims];
  dims[h]! *= block;
  dims[w]! *= block;
  dims[channelAxis]! /= block * block;
  const reads = windowReads({ ...UNIT_WINDOW, kernel: block, stride: block }, 'transposed');
  return b.layer({ name, op: o.op ?? 'DepthToSpace' }, [{ tensor, rows: reads, columns: reads }], {
    dims,
    h,
    w,
  });
}

/** The tensor with H and W on the two axes that hold neither batch nor channels, wherever they were. */
function onSpatialAxes(b: NetworkBuilder, name: string, input: Tensor, channelAxis: number): Tensor {
  const axes = input.dims.map((_, axis) => axis).filter((axis) => axis !== 0 && axis !== channelAxis);
  if (axes.length !== 2) {
    throw new ClsaCimError(
      `layer ${name}: its input [${input.dims.join(', ')}] has rank ${input.dims.length}; rank 4 is needed`,
    );
  }
  const [h, w] = axes as [number, number];
  b.expectAxes(input, h, w);
  const swapped = input.h === w && input.w === h;
  return swapped ? input : b.withAxes(input, h, w);
}
