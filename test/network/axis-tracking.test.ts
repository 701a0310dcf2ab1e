import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { extentOf } from '../../src/network/layout.ts';
import { elements, layoutOf } from '../../src/network/tensor.ts';
import {
  broadcastable,
  tracedOperators as ops,
  type Traced,
  tracedConstant,
  tracedInput,
  trackedMasks,
} from './traced.ts';

/** One random step: numbers that `step` turns into an operator that fits the shapes. */
type Choice = readonly [operator: number, axis: number, other: number];

const choices = fc.array(fc.tuple(fc.nat(99), fc.nat(7), fc.nat(7)), { minLength: 1, maxLength: 9 });
const maps = fc.tuple(
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 4 }),
);

/** Splits an axis, merges two neighbours, adds or drops an axis of size 1. */
function reshaped(dims: readonly number[], axis: number, other: number): number[] {
  const size = dims[axis]!;
  const next = dims[axis + 1];
  if (other % 4 === 0 && next !== undefined) return dims.toSpliced(axis, 2, size * next);
  if (other % 4 === 1) return dims.toSpliced(axis, 0, 1);
  if (other % 4 === 2 && size === 1 && dims.length > 1) return dims.toSpliced(axis, 1);
  const divisor = [2, 3, 5].find((candidate) => size % candidate === 0);
  return divisor === undefined ? [...dims] : dims.toSpliced(axis, 1, divisor, size / divisor);
}

const swapped = (rank: number, i: number, j: number) =>
  Array.from({ length: rank }, (_, axis) => (axis === i ? j : axis === j ? i : axis));

const rotated = (rank: number, by: number) => Array.from({ length: rank }, (_, axis) => (axis + by) % rank);

/** Applies one operator to `x`; `earlier` are the tensors before it. Returns undefined where it does not fit. */
function step(b: NetworkBuilder, x: Traced, earlier: readonly Traced[], choice: Choice): Traced | undefined {
  const { dims } = x.tensor;
  const rank = dims.length;
  const [operator, axis, other] = [choice[0] % 19, choice[1] % rank, choice[2]];
  const y = earlier[other % earlier.length]!;
  const fitsAlong =
    y.tensor.dims.length === rank && y.tensor.dims.every((s, i) => i === axis || s === dims[i]);
  const isMap = rank === 4 && dims[0] === 1;
  const even = dims[1]! % 2 === 0 && dims[2]! % 2 === 0;
  switch (operator) {
    case 0:
    case 1:
    case 2:
      return ops.reshape(b, x, reshaped(dims, axis, other));
    case 3:
      return ops.transpose(b, x, swapped(rank, axis, other % rank));
    case 4:
      return ops.transpose(b, x, rotated(rank, axis));
    case 5:
      return broadcastable(x, y) ? ops.add(b, x, y) : undefined;
    case 6:
      return fitsAlong ? ops.concat(b, x, y, axis) : undefined;
    case 7:
      return ops.reverse(b, x, axis);
    case 8:
      return ops.everyOther(b, x, axis);
    case 9:
      return ops.pad(b, x, axis);
    case 10:
      return ops.roll(b, x, axis);
    case 11:
      return rank > 1 ? ops.sum(b, x, axis, other % 2 === 0) : undefined;
    case 12:
      return ops.softmax(b, x, axis);
    case 13:
      return ops.dense(b, x, axis, 1 + (other % 3));
    case 14:
      return rank < 2 ? undefined : ops.matmul(b, x, ops.transpose(b, x, swapped(rank, rank - 2, rank - 1)));
    case 15: {
      if (rank < 2) return undefined;
      if (other % 3 === 0) return ops.matmul(b, x, tracedConstant([dims.at(-1)!, 2]));
      if (other % 3 === 1) return ops.matmul(b, tracedConstant([2, dims.at(-2)!]), x);
      return ops.matmul(b, x, tracedConstant([...dims.slice(0, -2), dims.at(-1)!, 2]));
    }
    case 16:
      return ops.nearest(b, x, axis);
    case 17:
      return isMap && dims[1]! > 1 && dims[2]! > 1 ? ops.convolution(b, x) : undefined;
    default:
      if (isMap && dims[3]! % 4 === 0) return ops.depthToSpace(b, x);
      return isMap && even ? ops.spaceToDepth(b, x) : undefined;
  }
}

/** The tensors of a random network; none has more than 400 values. */
function randomNetwork(dims: readonly [number, number, number], steps: readonly Choice[]) {
  const b = new NetworkBuilder('random');
  const tensors = [tracedInput(b, [1, ...dims], 1, 2)];
  for (const choice of steps) {
    const x = tensors.at(-1)!;
    if (elements(x.tensor.dims) > 100 || x.tensor.dims.length > 6) continue;
    const next = step(b, x, tensors, choice);
    if (next !== undefined) tensors.push(next);
  }
  // As an operator gets them that needs H and W on axes of their own.
  const plain = tensors.map(({ tensor, masks }) => ({ tensor: b.plain(tensor), masks }));
  return { network: b.build(), tensors: [...tensors, ...plain] };
}

describe('axis tracking', () => {
  test('never forgets a dependency, whatever the operators', () => {
    fc.assert(
      fc.property(maps, choices, (dims, steps) => {
        const { network, tensors } = randomNetwork(dims, steps);
        for (const { tensor, masks } of tensors) {
          const tracked = trackedMasks(network, tensor);
          expect(masks.map((mask, i) => mask & ~tracked[i]!)).toEqual(masks.map(() => 0n));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('keeps the invariant between a tensor and the OFM that it is', () => {
    fc.assert(
      fc.property(maps, choices, (dims, steps) => {
        const { network, tensors } = randomNetwork(dims, steps);
        for (const { tensor, masks } of tensors) {
          const { height, width, channels } = network.layers[tensor.layer!]!.shape;
          const extent = extentOf(layoutOf(tensor));
          expect([height, width]).toEqual([extent.height, extent.width]);
          if (tensor.view === undefined)
            expect([height, width]).toEqual([tensor.dims[tensor.h] ?? 1, tensor.dims[tensor.w] ?? 1]);
          expect(height * width * channels).toBe(masks.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
