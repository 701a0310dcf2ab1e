import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Layer, Network } from '../../src/network/network.ts';
import { ALL, SAME } from '../../src/network/reads.ts';
import { type Availability, lastReadersOf, readBy } from '../../src/schedule/availability.ts';
import { rawNetwork } from '../reference/random-network.ts';
import { positionsRead } from '../reference/reads.ts';

function layer(from: readonly number[], isBase: boolean): Layer {
  return {
    ...{ name: '', op: '', shape: { height: 1, width: 1, channels: 1 } },
    inputs: from.map((index) => ({ from: index, rows: SAME, columns: SAME })),
    ...(isBase ? { weights: { rows: 1, columns: 1, groups: 1 } } : {}),
  };
}

const networkOf = (layers: readonly Layer[]): Network => ({ name: '', layers, outputs: [], warnings: [] });

test('the last reader of a layer is the last that a base layer needs', () => {
  // 0 is read by 1 and 2; 3 and 4, behind the last base layer, read for none. Base layer 2 reads 1.
  const layers = [
    layer([], true),
    layer([0], false),
    layer([1, 0], true),
    layer([0, 2], false),
    layer([3], false),
  ];
  expect(lastReadersOf(networkOf(layers))).toEqual([2, 2, undefined, undefined, undefined]);
});

test('what is read is there when the last of it is, by the table of Stage II', () => {
  const times = fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 64, maxLength: 64 });
  const property = fc.property(rawNetwork(), times, fc.nat(9), (network, cycles, late) => {
    // One of them is there from the start.
    const available = new Map<number, Availability>(
      network.layers.map(({ shape }, i) => {
        const size = shape.height * shape.width;
        const own = Float64Array.from({ length: size }, (_, at) => cycles[(at + 7 * i) % cycles.length]!);
        return [i, i === late ? undefined : own];
      }),
    );
    for (const own of network.layers) {
      const read = readBy(network, own, available);
      if (own.inputs.every(({ from }) => from === late)) expect(read).toBe(undefined);
      else expect(Array.from(read!)).toEqual(readSlowly(network, own, available));
    }
  });
  fc.assert(property);
});

/** Position by position. */
function readSlowly(network: Network, { shape, inputs }: Layer, available: Map<number, Availability>) {
  return Array.from({ length: shape.height * shape.width }, (_, at) => {
    const [y, x] = [Math.floor(at / shape.width), at % shape.width];
    const read = inputs.flatMap(({ from, rows, columns }) => {
      const ifm = network.layers[from]!.shape;
      return positionsRead(rows, y, ifm.height).flatMap((row) =>
        positionsRead(columns, x, ifm.width).map(
          (column) => available.get(from)?.[row * ifm.width + column] ?? 0,
        ),
      );
    });
    return Math.max(0, ...read);
  });
}

test('positions that all read everything wait for the same', () => {
  const shape = { height: 3, width: 2, channels: 1 };
  const from = { ...layer([], true), shape };
  const reader = { ...layer([], true), shape, inputs: [{ from: 0, rows: ALL, columns: ALL }] };
  const available = new Map([[0, Float64Array.of(1, 2, 3, 9, 5, 6)]]);
  expect(Array.from(readBy(networkOf([from, reader]), reader, available)!)).toEqual([9, 9, 9, 9, 9, 9]);
});
