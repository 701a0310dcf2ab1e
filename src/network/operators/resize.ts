import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import { type Alignment, type Reads, SAME } from '../reads.ts';
import { extent, type Tensor } from '../tensor.ts';
import { UNIT_WINDOW, windowReads } from './window.ts';

/** Resize of H and W to the given dimensions: nearest, linear (2 positions a direction) or cubic (4). */
export function resize(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  o: { dims: readonly number[]; mode: 'nearest' | 'linear' | 'cubic'; alignment?: Alignment; op?: string },
): Tensor {
  const reads: Reads =
    o.mode === 'nearest' ? { kind: 'nearest' } : { kind: o.mode, alignment: o.alignment ?? 'half-pixel' };
  const along = (axis: number) => (axis >= 0 && o.dims[axis] !== input.dims[axis] ? reads : SAME);
  const operand = { tensor: input, rows: along(input.h), columns: along(input.w) };
  return b.layer({ name, op: o.op ?? 'Resize' }, [operand], { dims: o.dims, h: input.h, w: input.w });
}

/** Blocks of `block` x `block` positions become channels (Darknet's reorg). */
export function spaceToDepth(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  o: { block: number; channelAxis: number; op?: string },
): Tensor {
  const { block, channelAxis } = o;
  for (const axis of [input.h, input.w]) {
    if (extent(input, axis) % block !== 0) {
      throw new ClsaCimError(
        `layer ${name}: ${extent(input, axis)} positions cannot be cut into blocks of ${block}`,
      );
    }
  }
  const dims = [...input.dims];
  dims[input.h]! /= block;
  dims[input.w]! /= block;
  dims[channelAxis]! *= block * block;
  const reads = windowReads({ ...UNIT_WINDOW, kernel: block, stride: block });
  const operand = { tensor: input, rows: reads, columns: reads };
  return b.layer({ name, op: o.op ?? 'SpaceToDepth' }, [operand], { dims, h: input.h, w: input.w });
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
  const dims = [...input.dims];
  dims[input.h]! *= block;
  dims[input.w]! *= block;
  dims[channelAxis]! /= block * block;
  const reads: Reads = { kind: 'nearest' };
  const operand = { tensor: input, rows: reads, columns: reads };
  return b.layer({ name, op: o.op ?? 'DepthToSpace' }, [operand], { dims, h: input.h, w: input.w });
}
