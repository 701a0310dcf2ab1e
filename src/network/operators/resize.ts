import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import { type Alignment, type Reads, SAME } from '../reads.ts';
import { extent, type Tensor } from '../tensor.ts';
import { UNIT_WINDOW, windowReads } from './window.ts';

/** Which neighbour `nearest` takes (ONNX `nearest_mode`). */
export type Rounding = 'floor' | 'ceil' | 'round_prefer_floor' | 'round_prefer_ceil';

export interface ResizeOptions {
  readonly dims: readonly number[];
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly alignment?: Alignment;
  /** For `nearest`; without it, position `p` reads `floor(p · inputSize / outputSize)`. */
  readonly rounding?: Rounding;
  readonly op?: string;
}

/** Resize of H and W to the given dimensions: nearest, linear (2 positions a direction) or cubic (4). */
export function resize(b: NetworkBuilder, name: string, input: Tensor, o: ResizeOptions): Tensor {
  const { dims, mode, alignment = 'half-pixel', rounding } = o;
  const [first, second] = dims.flatMap((size, axis) => (size === input.dims[axis] ? [] : [axis]));
  if (first !== undefined && second !== undefined) b.expectAxes(input, first, second);
  const along = (axis: number): Reads => {
    if (axis < 0 || dims[axis] === input.dims[axis]) return SAME;
    if (mode !== 'nearest') return { kind: mode, alignment };
    return nearest(input.dims[axis]!, dims[axis]!, alignment, rounding);
  };
  const operand = { tensor: input, rows: along(input.h), columns: along(input.w) };
  return b.layer({ name, op: o.op ?? 'Resize' }, [operand], { dims, h: input.h, w: input.w });
}

/**
 * Upsampling by a whole number is by floor (spec.md section 4). Where sizes do not divide, and in downsampling,
 * the neighbour that is nearest may be a later one, which has to be waited for.
 */
function nearest(
  inputSize: number,
  outputSize: number,
  alignment: Alignment,
  rounding: Rounding | undefined,
): Reads {
  if (rounding === undefined || outputSize % inputSize === 0) return { kind: 'nearest' };
  const positions = Array.from({ length: outputSize }, (_, p) => {
    const [over, under] = source(p, inputSize, outputSize, alignment);
    return Math.min(Math.max(rounded(over, under, rounding), 0), inputSize - 1);
  });
  const isFloor = positions.every((q, p) => q === Math.floor((p * inputSize) / outputSize));
  return isFloor ? { kind: 'nearest' } : { kind: 'list', positions };
}

/** Where output position `p` lies over the input, as a fraction of whole numbers. */
function source(p: number, inputSize: number, outputSize: number, alignment: Alignment): [number, number] {
  switch (alignment) {
    case 'half-pixel':
      return [(2 * p + 1) * inputSize - outputSize, 2 * outputSize];
    case 'asymmetric':
      return [p * inputSize, outputSize];
    case 'align-corners':
      return [p * (inputSize - 1), Math.max(1, outputSize - 1)];
  }
}

function rounded(over: number, under: number, rounding: Rounding): number {
  switch (rounding) {
    case 'floor':
      return Math.floor(over / under);
    case 'ceil':
      return Math.ceil(over / under);
    case 'round_prefer_floor':
      return Math.ceil((2 * over - under) / (2 * under));
    case 'round_prefer_ceil':
      return Math.floor((2 * over + under) / (2 * under));
  }
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
  const reads: Reads = { kind: 'nearest' };
  return b.layer({ name, op: o.op ?? 'DepthToSpace' }, [{ tensor, rows: reads, columns: reads }], {
    dims,
    h,
    w,
  });
}

/** The tensor with H and W on the two axes that hold neither batch nor channels, wherever they were. */
function onSpatialAxes(b: NetworkBuilder, name: string, input: Tensor, channelAxis: number): Tensor {
  const axes = input.dims.map((_, axis) => axis).filter((axis) => axis !== 0 && axis !== channelAxis);
  const [h, w] = axes;
  if (h === undefined || w === undefined || axes.length > 2) {
    throw new ClsaCimError(
      `layer ${name}: its input [${input.dims.join(', ')}] has rank ${input.dims.length}; rank 4 is needed`,
    );
  }
  b.expectAxes(input, h, w);
  const swapped = input.h === w && input.w === h;
  return swapped ? input : b.withAxes(input, h, w);
}
