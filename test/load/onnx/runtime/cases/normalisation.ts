import { int, ints, node, type TensorSpec, UINT8, weights } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { combinations, one, several } from './one.ts';
import { spec } from './reasons.ts';

const hidden = 'a position shows what it reads only while it has the greatest value of the whole map';

const softmaxes = [
  ...combinations({ op: ['Softmax', 'LogSoftmax', 'Hardmax'], axis: [1, 2, 3, -1] }).map(({ op, axis }) =>
    one(op, { axis }, axis === 1 ? {} : { coarse: spec }),
  ),
  ...combinations({ op: ['Softmax', 'LogSoftmax', 'Hardmax'], axis: [1, 2, 3] }).map(({ op, axis }) =>
    one(
      op,
      { axis },
      { opset: 11, ...(axis === 3 ? { coarse: spec } : op === 'Hardmax' ? { coarse: hidden } : {}) },
    ),
  ),
  one('Softmax', {}, { x: [1, 7, 4] }),
  one('Softmax', { axis: 1 }, { x: [1, 7, 4] }),
  one('Softmax', {}, { x: [1, 7, 4], opset: 11 }),
  one('Softmax', {}, { x: [7, 4] }),
  one('Softmax', { axis: 0 }, { x: [7, 4] }),
  one('Softmax', {}, { x: [7, 4], opset: 11 }),
  ...[1, 3].map((axis) =>
    one(
      'com.microsoft:QLinearSoftmax',
      { axis, opset: 13 },
      {
        types: { x: UINT8 },
        ranges: { x: [0, 255] },
        initializers: {
          xs: { dims: [], floats: [0.02] },
          xz: { dims: [], ints: [0], type: UINT8 },
          ys: { dims: [], floats: [0.002] },
          yz: { dims: [], ints: [0], type: UINT8 },
        },
        ...(axis === 1 ? {} : { coarse: spec }),
      },
    ),
  ),
];

const four = { s: weights(4), b: weights(4) };

const norms = [
  one('BatchNormalization', {}, { initializers: { ...four, m: weights(4), v: weights(4) } }),
  one('BatchNormalization', {}, { opset: 9, initializers: { ...four, m: weights(4), v: weights(4) } }),
  one('InstanceNormalization', {}, { initializers: four }),
  one('InstanceNormalization', {}, { x: [1, 4, 9], input: 'first', reader: 'first', initializers: four }),
  one('GroupNormalization', { num_groups: 2 }, { opset: 21, initializers: four }),
  one('LayerNormalization', { axis: -1 }, { x: [1, 7, 4], initializers: four }),
  one('LayerNormalization', { axis: -1 }, { x: [1, 7, 4], initializers: four, outputs: 'y mean deviation' }),
  one('LayerNormalization', { axis: 1 }, { initializers: { s: weights(4, 5, 6), b: weights(4, 5, 6) } }),
  one('LayerNormalization', { axis: 2 }, { initializers: { s: weights(5, 6) } }),
  one('LayerNormalization', {}, { initializers: { s: weights(6) }, coarse: spec }),
  one('RMSNormalization', {}, { opset: 23, x: [1, 7, 4], initializers: { s: weights(4) } }),
  one('SimplifiedLayerNormalization', {}, { x: [1, 7, 4], initializers: { s: weights(4) } }),
  one(
    'com.microsoft:SkipLayerNormalization',
    {},
    { x: [1, 7, 4], others: { z: [1, 7, 4] }, initializers: { s: weights(4), b: weights(4), c: weights(4) } },
  ),
  one(
    'com.microsoft:SkipLayerNormalization',
    {},
    { x: [1, 7, 4], others: { z: [1, 7, 4] }, initializers: { s: weights(4) }, outputs: 'y _ _ sum' },
  ),
  one(
    'com.microsoft:SkipSimplifiedLayerNormalization',
    {},
    { x: [1, 7, 4], others: { z: [1, 7, 4] }, initializers: { s: weights(4), c: weights(4) } },
  ),
  one('LRN', { size: 3 }),
  one('LRN', { size: 5 }, { x: [1, 8, 4, 5] }),
  ...combinations({ p: [1, 2], axis: [1, 2, -1] }).map(({ p, axis }) =>
    one('LpNormalization', { p, axis }, axis === 1 ? {} : { coarse: spec }),
  ),
  one('MeanVarianceNormalization'),
  one('MeanVarianceNormalization', { axes: [1] }),
  one('MeanVarianceNormalization', { axes: [2] }, { coarse: spec }),
  one('InstanceNormalization', {}, { opset: 22, initializers: four }),
  one('GroupNormalization', { num_groups: 2 }, { opset: 18, initializers: { s: weights(2), b: weights(2) } }),
  one('LayerNormalization', { axis: 1 }, { x: [1, 7, 4], initializers: { s: weights(7, 4) } }),
  one('RMSNormalization', { axis: 1 }, { opset: 23, initializers: { s: weights(4, 5, 6) } }),
  one(
    'BatchNormalization',
    {},
    {
      x: [1, 4, 7],
      input: 'first',
      reader: 'first',
      initializers: { ...four, m: weights(4), v: weights(4) },
    },
  ),
];

/** Parameters of the node that are computed from further inputs, whose first axis is the batch. */
interface Computed {
  /** Inputs of the node: `x`, names of {@link computed}, and of initializers. */
  readonly inputs: string;
  readonly computed: Readonly<Record<string, readonly number[]>>;
  readonly x?: readonly number[];
  readonly others?: Readonly<Record<string, readonly number[]>>;
  readonly opset?: number;
  readonly initializers?: Readonly<Record<string, TensorSpec>>;
  readonly ranges?: NonNullable<OperatorCase['ranges']>;
}

/** A norm whose scales or shifts are computed, as in those that depend on a condition. */
function conditional(op: string, attributes: Parameters<typeof one>[1], o: Computed): OperatorCase {
  const { computed, inputs, others, initializers, ...rest } = o;
  const named = Object.entries(computed);
  const shapes = named.map(([name, dims]) => [`${name}/shape`, ints(...dims)] as const);
  const reshapes = named.map(([name]) => node('Reshape', `${name}/in ${name}/shape`, name));
  return several(
    `${op} ${JSON.stringify(attributes)} of ${inputs}, computed ${JSON.stringify(computed)}`,
    [...reshapes, node(op, inputs, 'y', attributes, 'tested')],
    {
      ...rest,
      others: { ...others, ...Object.fromEntries(named.map(([name, dims]) => [`${name}/in`, [1, ...dims]])) },
      initializers: { ...initializers, ...Object.fromEntries(shapes) },
    },
  );
}

const tokens = [1, 7, 4];
const rest = { s: weights(4), b: weights(4), m: weights(4), v: weights(4) };

const conditionals = [
  conditional(
    'LayerNormalization',
    {},
    { x: tokens, inputs: 'x z b', computed: { z: [4] }, initializers: { b: weights(4) } },
  ),
  conditional('LayerNormalization', {}, { x: tokens, inputs: 'x z b', computed: { z: [7, 4], b: [4] } }),
  conditional('LayerNormalization', { axis: 1 }, { inputs: 'x z', computed: { z: [4, 5, 6] } }),
  conditional('RMSNormalization', {}, { opset: 23, x: tokens, inputs: 'x z', computed: { z: [4] } }),
  ...['x z b m v', 'x s z m v', 'x s b z v', 'x s b m z'].map((inputs) =>
    conditional(
      'BatchNormalization',
      {},
      {
        ...{ inputs, computed: { z: [4] }, initializers: rest },
        // Variances are positive.
        ranges: { 'z/in': [1, 3] },
      },
    ),
  ),
  conditional('InstanceNormalization', {}, { inputs: 'x z b', computed: { z: [4], b: [4] } }),
  conditional(
    'GroupNormalization',
    { num_groups: 2 },
    { opset: 21, inputs: 'x z b', computed: { z: [4], b: [4] } },
  ),
  conditional(
    'GroupNormalization',
    { num_groups: 2 },
    { opset: 18, inputs: 'x z b', computed: { z: [2], b: [2] } },
  ),
  conditional(
    'com.microsoft:SkipLayerNormalization',
    {},
    { x: tokens, others: { o: tokens }, inputs: 'x o z b', computed: { z: [4], b: [4] } },
  ),
];

const sums = combinations({ axis: [1, 2, 3], exclusive: [0, 1], reverse: [0, 1] }).map(
  ({ axis, ...attributes }) =>
    one('CumSum', attributes, {
      initializers: { a: int(axis) },
      note: `along ${axis}`,
      ...(axis === 1 ? {} : { coarse: spec }),
    }),
);

/** Normalisations, softmax, cumulative sums. */
export const normalisation: readonly OperatorCase[] = [...softmaxes, ...norms, ...conditionals, ...sums];
