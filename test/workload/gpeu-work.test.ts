import { expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import type { Edge, Layer, Network } from '../../src/network/network.ts';
import {
  alongAxes,
  concat,
  elementwise,
  matmul,
  pooling,
  reduce,
  resize,
  slice,
  transpose,
  UNIT_WINDOW,
} from '../../src/network/operators/index.ts';
import { ALL, type Reads, SAME } from '../../src/network/reads.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import { gpeuOperations } from '../../src/workload/gpeu-work.ts';

const window = { ...UNIT_WINDOW, kernel: 3, stride: 2 };

/** What one operator makes of a map of 8 x 6 positions of 4 channels, and the operations of that by hand. */
const CASES: readonly [string, (b: NetworkBuilder, x: Tensor) => Tensor, number][] = [
  ['an activation: its values', (b, x) => elementwise(b, 'y', 'Relu', [x]), 192],
  ['an addition: its values', (b, x) => elementwise(b, 'y', 'Add', [x, x]), 192],
  ['a softmax over positions: its values', (b, x) => alongAxes(b, { name: 'y', op: 'Softmax' }, x, [1]), 192],
  [
    'a pooling: the values of its windows',
    (b, x) => pooling(b, 'y', x, { op: 'MaxPool', windows: [window, window], spatialAxes: [0, 1] }),
    3 * 2 * 4 * 9,
  ],
  [
    'a pooling over channels: the values of its input',
    (b, x) => b.positionwise({ name: 'y', op: 'MaxPool' }, x, { dims: [8, 6, 1], h: 0, w: 1 }),
    192,
  ],
  [
    'a global pooling: the values of its input',
    (b, x) => reduce(b, { name: 'y', op: 'GlobalAveragePool' }, x, [0, 1]),
    192,
  ],
  [
    'a mean over one direction: the values of its input',
    (b, x) => reduce(b, { name: 'y', op: 'ReduceMean' }, x, [1]),
    192,
  ],
  [
    'a maximum over channels: the values of its input',
    (b, x) => reduce(b, { name: 'y', op: 'ArgMax' }, x, [2], { keepDims: false }),
    192,
  ],
  [
    'the largest: the values of its input',
    (b, x) => reduce(b, { name: 'y', op: 'TopK' }, x, [2], { size: 2 }),
    192,
  ],
  [
    'a product of activations: its dot products',
    (b, x) => matmul(b, 'y', x, transpose(x, [0, 2, 1])),
    8 * 6 * 6 * 4,
  ],
  ['a concat: nothing', (b, x) => concat(b, 'y', [x, x], 2), 0],
  ['a slice: nothing', (b, x) => slice(b, 'y', x, { axis: 0, start: 1, size: 3 }), 0],
  [
    'an upsampling that mixes positions: its values',
    (b, x) => resize(b, 'y', x, { dims: [16, 12, 4], mode: 'linear' }),
    16 * 12 * 4,
  ],
  [
    'nearest upsampling of rows: nothing',
    (b, x) => resize(b, 'y', x, { dims: [16, 6, 4], mode: 'nearest' }),
    0,
  ],
  ['nearest upsampling: nothing', (b, x) => resize(b, 'y', x, { dims: [16, 12, 4], mode: 'nearest' }), 0],
  ['what the operator says', (b, x) => b.positionwise({ name: 'y', op: 'LRN', operations: 960 }, x), 960],
];

test.each(CASES)('operations of %s', (_, build, operations) => {
  const b = new NetworkBuilder('one operator');
  build(b, b.input('x', { dims: [8, 6, 4], h: 0, w: 1 }));
  const network = b.build();
  expect(network.layers.slice(1).reduce((sum, layer) => sum + gpeuOperations(network, layer), 0)).toBe(
    operations,
  );
});

/** Operations of a layer of 2 x 3 positions of 5 channels, whose operands are maps of 8 x 6 positions of 4. */
function operationsOf(op: string, ...reads: readonly [Reads, Reads][]): number {
  const inputs = reads.map(([rows, columns]): Edge => ({ from: 0, rows, columns }));
  const ifm: Layer = { name: 'x', op: 'Input', shape: { height: 8, width: 6, channels: 4 }, inputs: [] };
  const layer: Layer = { name: 'y', op, shape: { height: 2, width: 3, channels: 5 }, inputs };
  const network: Network = { name: 'one layer', layers: [ifm, layer], outputs: [1], warnings: [] };
  return gpeuOperations(network, layer);
}

const VALUES = 2 * 3 * 5;
const INPUT_VALUES = 8 * 6 * 4;
const FIRST_TWO: Reads = { kind: 'list', positions: [0, 1] };
const FIRST_THREE: Reads = { kind: 'list', positions: [0, 1, 2] };
const pair: Reads = { kind: 'window', kernel: 2, stride: 2, dilation: 1, padding: 0 };

test.each([
  ...['ReduceSum', 'ArgMax', 'ArgMin', 'TopK', 'GlobalMaxPool', 'GlobalNorm', 'QLinearGlobalAveragePool'],
])('%s is a reduction, which reads every value of its input once', (op) => {
  expect(operationsOf(op, [ALL, ALL])).toBe(INPUT_VALUES);
});

test.each(['Unreduce', 'PreReduceSum', 'ArgMaxima', 'MyArgMin', 'TopKeys', 'NotTopK', 'AntiGlobal'])(
  '%s is none: its values count',
  (op) => {
    expect(operationsOf(op, [ALL, ALL])).toBe(VALUES);
  },
);

test.each<[string, [Reads, Reads][], number]>([
  ['its windows, of rows and columns', [[pair, { ...pair, kernel: 3 }]], 2 * 2 * (3 * 3) * 4],
  ['its windows, where they are the whole map', [[ALL, ALL]], 2 * 8 * (3 * 6) * 4],
  ['its windows, where they are rows', [[SAME, ALL]], 2 * (3 * 6) * 4],
  [
    'its windows, where they are listed: positions, without the gaps',
    [[{ kind: 'list', positions: [0, 1, 2, 2, -1, -1], taps: 3 }, pair]],
    4 * (3 * 2) * 4,
  ],
  [
    'nothing else, of several operands: its own',
    [
      [pair, pair],
      [pair, pair],
    ],
    VALUES,
  ],
])('a pooling takes the values of %s', (_, reads, operations) => {
  expect(operationsOf('MaxPool', ...reads)).toBe(operations);
  expect(operationsOf('Blur', ...reads)).toBe(operations);
});

test.each<[string, [Reads, Reads][], number]>([
  ['picks rows and columns one by one', [[FIRST_TWO, FIRST_THREE]], 0],
  ['picks rows one by one', [[FIRST_TWO, SAME]], 0],
  ['picks columns one by one', [[SAME, FIRST_THREE]], 0],
  ['picks columns and sums rows', [[pair, FIRST_THREE]], VALUES],
  ['mixes rows that are listed', [[{ kind: 'list', positions: [0, 1, 2, 3], taps: 2 }, SAME]], VALUES],
  [
    'mixes two operands that are picked',
    [
      [FIRST_TWO, SAME],
      [FIRST_TWO, SAME],
    ],
    VALUES,
  ],
  ['reads the same', [[SAME, SAME]], VALUES],
  ['reads nothing', [], VALUES],
])('a layer that %s only moves values where it has one for each', (_, reads, operations) => {
  expect(operationsOf('Any', ...reads)).toBe(operations);
});
