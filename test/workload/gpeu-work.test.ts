import { expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
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
