import { ints, node, weights } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { combinations, one, several } from './one.ts';
import { crossing } from './reasons.ts';

const pads = {
  'all around': [0, 0, 1, 2, 0, 0, 2, 1],
  'at the end': [0, 0, 0, 0, 0, 0, 3, 2],
  cropping: [0, 0, -1, -2, 0, 0, -1, 0],
  'cropping and padding': [0, 0, 2, -1, 0, 0, -1, 2],
  'channels too': [0, 1, 1, 1, 0, 2, 1, 1],
} as const;

const padding = [
  ...combinations({
    mode: ['constant', 'reflect', 'edge', 'wrap'],
    where: Object.keys(pads) as (keyof typeof pads)[],
  }).map(({ mode, where }) =>
    one(
      'Pad',
      { mode },
      { opset: mode === 'wrap' ? 19 : 13, note: where, initializers: { p: ints(...pads[where]) } },
    ),
  ),
  one(
    'Pad',
    { mode: 'reflect' },
    { opset: 18, inputs: 'x p _ a', initializers: { p: ints(1, 2, 3, 0), a: ints(-1, 2) }, note: 'by axes' },
  ),
  one(
    'Pad',
    { mode: 'wrap' },
    { opset: 19, inputs: 'x p _ a', initializers: { p: ints(5, 6), a: ints(3) }, note: 'a whole row' },
  ),
  one(
    'Pad',
    {},
    {
      opset: 13,
      initializers: { p: ints(...pads['all around']), v: { dims: [], floats: [3] } },
      note: 'a value',
    },
  ),
  one('Pad', { mode: 'edge', pads: [...pads['all around']] }, { opset: 7 }),
  one('Pad', { mode: 'reflect', pads: [...pads['all around']] }, { opset: 7 }),
  one('Pad', { pads: [...pads.cropping] }, { opset: 7 }),
  ...['constant', 'reflect', 'edge', 'wrap'].map((mode) =>
    one('Pad', { mode }, { opset: 19, x: [1, 7, 4], initializers: { p: ints(0, 2, 0, 0, 3, 0) } }),
  ),
  ...['reflect', 'edge', 'wrap'].map((mode) =>
    one(
      'Pad',
      { mode },
      {
        opset: 19,
        x: [1, 4, 7],
        input: 'first',
        reader: 'first',
        initializers: { p: ints(0, 0, 3, 0, 0, 2) },
      },
    ),
  ),
];

const slicing = [
  one('Slice', {}, { initializers: { s: ints(1, 2), e: ints(4, 6), a: ints(2, 3) } }),
  one('Slice', {}, { initializers: { s: ints(-4, 0), e: ints(-1, 100), a: ints(-2, -1), t: ints(2, 3) } }),
  one(
    'Slice',
    {},
    { initializers: { s: ints(-1, 4), e: ints(-100, 0), a: ints(2, 3), t: ints(-1, -2) }, note: 'backwards' },
  ),
  one('Slice', {}, { initializers: { s: ints(1), e: ints(3), a: ints(1) }, note: 'channels' }),
  one('Slice', {}, { initializers: { s: ints(0, 1, 2, 1), e: ints(1, 3, 4, 5) }, note: 'all axes' }),
  one('Slice', { starts: [1, 2], ends: [4, 6], axes: [2, 3] }, { opset: 9 }),
  one('Slice', {}, { opset: 10, initializers: { s: ints(1), e: ints(9), a: ints(2), t: ints(2) } }),
  one('Slice', {}, { x: [1, 7, 4], initializers: { s: ints(6), e: ints(0), a: ints(1), t: ints(-2) } }),
  one(
    'Slice',
    {},
    { initializers: { s: ints(2), e: ints(2 ** 31 - 1), a: ints(2), t: ints(-1) }, note: 'an open end' },
  ),
  one('Split', { axis: 2 }, { outputs: 'y z', initializers: { s: ints(2, 3) } }),
  one('Split', { axis: -1 }, { outputs: 'y z u', opset: 11 }),
  one('Split', { axis: 3, split: [1, 5] }, { outputs: 'y z', opset: 11 }),
  one('Split', { axis: 1 }, { outputs: 'y z' }),
  one('Split', { axis: 2, num_outputs: 2 }, { outputs: 'y z', opset: 18 }),
  one('Split', { axis: 1 }, { x: [1, 7, 4], outputs: 'y z', initializers: { s: ints(3, 4) } }),
];

const joining = [
  ...[1, 2, 3, -1].map((axis) => one('Concat', { axis }, { others: { z: [1, 4, 5, 6] } })),
  one('Concat', { axis: 2 }, { others: { z: [1, 4, 2, 6], u: [1, 4, 1, 6] } }),
  one(
    'Concat',
    { axis: 3 },
    { inputs: 'c x', initializers: { c: weights(1, 4, 5, 2) }, note: 'a constant in front' },
  ),
  one('Concat', { axis: 1 }, { x: [1, 7, 4], others: { z: [1, 2, 4] } }),
  one('Concat', { axis: 2 }, { x: [1, 7, 4], others: { z: [1, 7, 3] } }),
  one('Concat', { axis: 1 }, { inputs: 'x x', note: 'twice the same' }),
  one('Concat', { axis: 3 }, { inputs: 'x x', note: 'twice the same' }),
  one('Concat', { axis: 1 }, { x: [1, 4, 1, 6], others: { z: [1, 3, 1, 6] }, note: 'of one row' }),
  one('Concat', { axis: 2 }, { x: [1, 4, 1, 6], others: { z: [1, 4, 5, 6] }, note: 'one row in front' }),
];

const repeating = [
  ...[
    [1, 1, 2, 1],
    [1, 1, 1, 3],
    [1, 1, 2, 3],
    [1, 2, 1, 1],
  ].map((repeats) => one('Tile', {}, { initializers: { r: ints(...repeats) }, note: repeats.join(' x ') })),
  one('Tile', {}, { x: [1, 4, 1, 6], initializers: { r: ints(1, 1, 5, 1) } }),
  one('Tile', {}, { x: [1, 1, 4], initializers: { r: ints(1, 7, 1) } }),
  one('Expand', {}, { x: [1, 4, 1, 6], initializers: { s: ints(1, 4, 5, 6) } }),
  one('Expand', {}, { x: [1, 4, 1, 1], initializers: { s: ints(1, 1, 5, 6) } }),
  one('Expand', {}, { x: [1, 1, 5, 6], initializers: { s: ints(4, 1, 1) } }),
  one('Expand', {}, { x: [1, 1, 4], initializers: { s: ints(1, 7, 4) } }),
  one('Expand', {}, { x: [1, 4], initializers: { s: ints(3, 4) } }),
];

/** Permutations after which H and W are on the other's axis for a convolution, and others. */
const crossed: readonly (readonly number[])[] = [
  [0, 2, 3, 1],
  [0, 3, 1, 2],
];
const uncrossed: readonly (readonly number[])[] = [
  [0, 3, 2, 1],
  [0, 2, 1, 3],
  [0, 1, 3, 2],
];

const permuting = [
  ...uncrossed.map((perm) => one('Transpose', { perm: [...perm] })),
  ...crossed.map((perm) => one('Transpose', { perm: [...perm] }, { coarse: crossing })),
  ...[...crossed, ...uncrossed].map((perm) =>
    one('Transpose', { perm: [...perm] }, { reader: 'last', note: 'read along its last axis' }),
  ),
  one('Transpose', {}, { x: [6, 4] }),
  one('Transpose', { perm: [0, 2, 1] }, { x: [1, 7, 4] }),
  one('Transpose', { perm: [0, 2, 1] }, { x: [1, 7, 4], reader: 'first', note: 'read by a Conv' }),
  several('Transpose to NHWC and back', [
    node('Transpose', 'x', 't', { perm: [0, 2, 3, 1] }),
    node('Relu', 't', 'r'),
    node('Transpose', 'r', 'y', { perm: [0, 3, 1, 2] }),
  ]),
  several('Transpose of H and W and back', [
    node('Transpose', 'x', 't', { perm: [0, 1, 3, 2] }),
    node('Relu', 't', 'r'),
    node('Transpose', 'r', 'y', { perm: [0, 1, 3, 2] }),
  ]),
];

interface Permutation {
  readonly perm: readonly number[];
}

/** A Reshape to these dimensions, or a Transpose. */
type View = readonly number[] | Permutation;

/** A chain of views. */
function views(name: string, steps: readonly View[], o: Parameters<typeof several>[2] = {}): OperatorCase {
  const isPerm = (step: View): step is Permutation => 'perm' in step;
  const nodes = steps.map((step, i) => {
    const [from, to] = [i === 0 ? 'x' : `v${i - 1}`, i === steps.length - 1 ? 'y' : `v${i}`];
    return isPerm(step)
      ? node('Transpose', from, to, { perm: [...step.perm] })
      : node('Reshape', `${from} s${i}`, to);
  });
  const shapes = steps.flatMap((step, i) => (isPerm(step) ? [] : [[`s${i}`, ints(...step)] as const]));
  return several(name, nodes, { ...o, initializers: Object.fromEntries(shapes) });
}

const reshaping = [
  views('Reshape that splits channels', [[1, 2, 2, 5, 6]], { reader: 'none' }),
  views('channel shuffle', [[1, 2, 2, 5, 6], { perm: [0, 2, 1, 3, 4] }, [1, 4, 5, 6]]),
  views('Reshape of a map to a sequence', [[1, 4, 30], { perm: [0, 2, 1] }]),
  views('Reshape of a map to a sequence and back', [
    [1, 4, 30],
    { perm: [0, 2, 1] },
    { perm: [0, 2, 1] },
    [1, 4, 5, 6],
  ]),
  views('Reshape of a channels-last map to a sequence', [{ perm: [0, 2, 3, 1] }, [1, 30, 4]]),
  views('Reshape of a sequence to a map', [{ perm: [0, 2, 1] }, [1, 4, 5, 6]], {
    x: [1, 30, 4],
    coarse: crossing,
  }),
  views('Reshape that merges channels and H', [[1, 20, 6]]),
  views('Reshape that merges channels and W', [{ perm: [0, 2, 3, 1] }, [1, 5, 24]]),
  views('Reshape that flattens', [[1, -1]]),
  views('Reshape with 0 and -1', [[0, 0, -1]]),
  views('heads of an attention', [[1, 7, 2, 4], { perm: [0, 2, 1, 3] }], { x: [1, 7, 8], reader: 'last' }),
  views(
    'heads of an attention and back',
    [[1, 7, 2, 4], { perm: [0, 2, 1, 3] }, { perm: [0, 2, 1, 3] }, [1, 7, 8]],
    { x: [1, 7, 8] },
  ),
  views(
    'windows of an attention',
    [{ perm: [0, 2, 3, 1] }, [1, 2, 3, 2, 3, 4], { perm: [0, 1, 3, 2, 4, 5] }, [4, 9, 4]],
    { x: [1, 4, 6, 6] },
  ),
  views(
    'windows of an attention and back',
    [
      { perm: [0, 2, 3, 1] },
      [1, 2, 3, 2, 3, 4],
      { perm: [0, 1, 3, 2, 4, 5] },
      [4, 9, 4],
      [1, 2, 2, 3, 3, 4],
      { perm: [0, 1, 3, 2, 4, 5] },
      [1, 6, 6, 4],
      { perm: [0, 3, 1, 2] },
    ],
    { x: [1, 4, 6, 6] },
  ),
  views('PixelUnshuffle', [[1, 4, 3, 2, 2, 3], { perm: [0, 1, 3, 5, 2, 4] }, [1, 24, 3, 2]], {
    x: [1, 4, 6, 6],
  }),
  views('PixelShuffle', [[1, 2, 2, 2, 3, 4], { perm: [0, 1, 4, 2, 5, 3] }, [1, 2, 6, 8]], {
    x: [1, 8, 3, 4],
  }),
  views('patches of a vision transformer', [[1, 3, 2, 2, 3, 2], { perm: [0, 2, 4, 3, 5, 1] }, [1, 6, 12]], {
    x: [1, 3, 4, 6],
  }),
  views('axial attention along H', [{ perm: [0, 3, 2, 1] }, [6, 5, 4]]),
  views('axial attention along W', [{ perm: [0, 2, 3, 1] }, [5, 6, 4]]),
  views('axial attention along H and back', [
    { perm: [0, 3, 2, 1] },
    [6, 5, 4],
    [1, 6, 5, 4],
    { perm: [0, 3, 2, 1] },
  ]),
  views('Reshape that splits H', [[1, 4, 2, 3, 6]], { x: [1, 4, 6, 6], reader: 'none' }),
  views('Reshape of a sequence to windows', [[3, 4, 5]], { x: [1, 12, 5] }),
  views(
    'Reshape of a sequence to windows and back',
    [
      [3, 4, 5],
      [1, 12, 5],
    ],
    { x: [1, 12, 5] },
  ),
  several('Reshape with allowzero', [node('Reshape', 'x s', 'y', { allowzero: 1 })], {
    opset: 14,
    initializers: { s: ints(1, 4, 30) },
  }),
  several('Reshape, opset 7', [node('Reshape', 'x s', 'y')], {
    opset: 7,
    initializers: { s: ints(0, 4, -1) },
  }),
  ...[0, 1, 2, 3, -1, -2, -3, -4].map((axis) => one('Flatten', { axis }, { opset: 13 })),
  one('Flatten', { axis: 4 }, { opset: 13, coarse: 'channels, H and W are one axis of positions' }),
  ...[0, 1, 2, 3, -1, -2].map((axis) => one('Flatten', { axis }, { opset: 13, x: [1, 7, 4] })),
  one('Squeeze', {}, { x: [1, 4, 1, 6], initializers: { a: ints(2) } }),
  one('Squeeze', { axes: [2] }, { x: [1, 4, 1, 6], opset: 11, reader: 'first' }),
  one('Squeeze', { axes: [-1] }, { x: [1, 4, 6, 1], opset: 11, reader: 'first' }),
  one('Squeeze', {}, { x: [1, 4, 1, 6], opset: 13, note: 'all' }),
  one('Unsqueeze', {}, { x: [1, 4, 6], input: 'first', initializers: { a: ints(2) } }),
  one('Unsqueeze', { axes: [3] }, { x: [1, 4, 6], input: 'first', opset: 11 }),
  one('Unsqueeze', { axes: [-1] }, { x: [1, 7, 4], opset: 11, reader: 'first' }),
  one('Unsqueeze', {}, { x: [7, 4], initializers: { a: ints(0) } }),
];

/** Views, cuts and joints. */
export const shape: readonly OperatorCase[] = [
  ...padding,
  ...slicing,
  ...joining,
  ...repeating,
  ...permuting,
  ...reshaping,
];
