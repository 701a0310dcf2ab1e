import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { isChannels } from '../../src/network/layout.ts';
import { elements, isSpatial, layoutOf } from '../../src/network/tensor.ts';
import { tracedOperators as ops, type Traced, tracedInput, trackedMasks, trueMasks } from './traced.ts';

const swapped = (rank: number, i: number, j: number) =>
  Array.from({ length: rank }, (_, axis) => (axis === i ? j : axis === j ? i : axis));

/** One random step: numbers that `step` turns into an operator that fits the shapes. */
type Choice = readonly [operator: number, axis: number, other: number];

/** All sizes are powers of two, so that axes can be split and merged anywhere. */
const sizes = fc.constantFrom(1, 2, 4, 8);

function resized(dims: readonly number[], axis: number, other: number): number[] {
  const size = dims[axis]!;
  if (other % 2 === 0 && axis + 1 < dims.length) return dims.toSpliced(axis, 2, size * dims[axis + 1]!);
  return size > 2
    ? dims.toSpliced(axis, 1, other % 4 === 1 ? 2 : size / 2, other % 4 === 1 ? size / 2 : 2)
    : [...dims];
}

/** Products of all rows: by spec.md section 4 each waits for everything of the right operand, not for one column of it. */
function scores(b: NetworkBuilder, x: Traced): Traced {
  const rank = x.tensor.dims.length;
  const product = ops.matmul(b, x, ops.transpose(b, x, swapped(rank, rank - 2, rank - 1)));
  const columns = product.tensor.dims.at(-1)!;
  const masks = product.masks.map((_, i) => {
    const row = i - (i % columns);
    return product.masks.slice(row, row + columns).reduce((all, mask) => all | mask, 0n);
  });
  return { ...product, masks };
}

function step(b: NetworkBuilder, x: Traced, choice: Choice): Traced | undefined {
  const { tensor } = x;
  const rank = tensor.dims.length;
  const [operator, axis, other] = [choice[0] % 10, choice[1] % rank, choice[2]];
  switch (operator) {
    case 0:
      return ops.softmax(b, x, axis);
    case 1:
      return rank > 1 ? ops.sum(b, x, axis, other % 2 === 0) : undefined;
    case 2: {
      const layout = layoutOf(tensor);
      const isMixed = layout.some((axis, i) => i < rank - 1 && axis.some(({ of }) => of === 'c'));
      return isMixed || !isChannels(layout.at(-1)!) ? undefined : ops.dense(b, x, rank - 1, 2);
    }
    case 3:
      return rank < 2 ? undefined : scores(b, x);
    case 4:
      return layoutOf(tensor)[axis]!.length < 2 ? ops.everyOther(b, x, axis) : undefined;
    case 5:
      return ops.transpose(b, x, swapped(rank, axis, other % rank));
    case 6:
      return ops.add(b, x, x);
    default:
      return ops.reshape(b, x, resized(tensor.dims, axis, other));
  }
}

/** What waits for everything by spec.md section 4, whatever it needs: reductions over H or W, columns of the right operand. */
function waitsForEverything({ tensor }: Traced, [operator, axis]: Choice): boolean {
  const rank = tensor.dims.length;
  if (operator % 10 < 2) return tensor.view === undefined && isSpatial(tensor, axis % rank);
  return (
    operator % 10 === 3 &&
    !layoutOf(tensor)
      .slice(0, -1)
      .some((factors) => !isChannels(factors))
  );
}

describe('views', () => {
  test('cost no dependency, whatever is split, merged and transposed', () => {
    fc.assert(
      fc.property(
        fc.tuple(sizes, sizes, sizes),
        fc.array(fc.tuple(fc.nat(99), fc.nat(7), fc.nat(7)), { minLength: 1, maxLength: 12 }),
        (dims, steps) => {
          const b = new NetworkBuilder('random');
          const tensors = [tracedInput(b, [1, ...dims], 1, 2)];
          for (const choice of steps) {
            const x = tensors.at(-1)!;
            if (elements(x.tensor.dims) > 600 || x.tensor.dims.length > 7 || waitsForEverything(x, choice))
              continue;
            const next = step(b, x, choice);
            if (next !== undefined) tensors.push(next);
          }
          const network = b.build();
          for (const traced of tensors) {
            expect(trackedMasks(network, traced.tensor)).toEqual(trueMasks(traced));
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
