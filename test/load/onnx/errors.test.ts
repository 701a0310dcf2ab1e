import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClsaCimError } from '../../../src/errors.ts';
import { load, ops } from './helpers.ts';
import { loadOnnxBytes } from './load-onnx.ts';
import { floats, ints, type ModelSpec, model, node, weights } from './onnx-writer.ts';

const inputs = { x: [1, 3, 8, 8] };
const initializers = { w: weights(8, 3, 3, 3), s: ints(1, -1), boxes: weights(1, 8, 4) };
const conv = node('Conv', 'x w', 'c', {}, 'c');

const faults: [string, ModelSpec, RegExp][] = [
  [
    'unknown operator',
    { inputs, nodes: [node('Foo', 'x', 'y', {}, 'n')] },
    /node n \(Foo\), node 1 of 1: .*allowUnknown/,
  ],
  ['its domain', { inputs, nodes: [node('my.own:Foo', 'x', 'y')] }, /node y \(my\.own:Foo\)/],
  ['object members', { inputs, nodes: [node('constructor', 'x', 'y')] }, /not known/],
  [
    'a base layer behind a loop',
    { inputs, initializers, nodes: [node('Loop', 'x', 'y'), node('Conv', 'y w', 'c')] },
    /Loop.*loops/,
  ],
  ['recurrent layers', { inputs, nodes: [node('LSTM', 'x', 'y')] }, /LSTM.*recurrent/],
  ['no nodes', { inputs, nodes: [] }, /no nodes/],
  ['a missing tensor', { inputs, nodes: [node('Relu', 'z', 'y')] }, /it reads z/],
  ['a missing input', { inputs, nodes: [node('Conv', 'x', 'y')] }, /input 1 is missing/],
  [
    'two of a name',
    { inputs, nodes: [node('Relu', 'x', 'y'), node('Tanh', 'x', 'y')] },
    /both have the output y/,
  ],
  [
    'a cycle',
    { inputs, nodes: [node('Add', 'x b', 'a', {}, 'one'), node('Relu', 'a', 'b', {}, 'two')] },
    /one, two form a cycle/,
  ],
  [
    'shapes that do not fit',
    { inputs, initializers, nodes: [conv, node('Conv', 'c w', 'd', {}, 'd')] },
    /node d .*\[8, 3, 3, 3\].*\[1, 8, 6, 6\]/,
  ],
  [
    'adding what does not fit',
    {
      inputs,
      initializers: { ...initializers, b: weights(1, 5, 1, 1) },
      nodes: [conv, node('Add', 'c b', 'd', {}, 'd')],
    },
    /d \(Add\).*\[1, 8, 6, 6\] and \[1, 5, 1, 1\]/,
  ],
  [
    'a reshape that does not fit',
    { inputs, initializers: { t: ints(1, 7) }, nodes: [node('Reshape', 'x t', 'r')] },
    /\[1, 3, 8, 8\] cannot become \[1, 7\]/,
  ],
  [
    'a base layer behind what the data decides',
    {
      inputs,
      initializers: { ...initializers, m: weights(4, 4) },
      nodes: [conv, node('NonZero', 'c', 'n', {}, 'n'), node('MatMul', 'm n', 'y', {}, 'y')],
    },
    /node y .*node n \(NonZero\), and its size depends on the data/,
  ],
  [
    'a stride of 0',
    { inputs, initializers, nodes: [node('Conv', 'x w', 'c', { strides: [0, 1] })] },
    /strides/,
  ],
  [
    'a negative pad',
    { inputs, initializers, nodes: [node('Conv', 'x w', 'c', { pads: [0, 0, -1, 0] })] },
    /pads/,
  ],
  ['an axis out of range', { inputs, nodes: [node('Softmax', 'x', 'y', { axis: 7 })] }, /axis 7/],
  [
    'a shape without values',
    { inputs, initializers: { t: weights(3) }, nodes: [node('Reshape', 'x t', 'y')] },
    /input 1 decide/,
  ],
  [
    'Conv3D',
    { inputs: { x: [1, 3, 8, 8, 8] }, initializers: { w: weights(8, 3, 1, 1, 1) }, nodes: [conv] },
    /3 dimensions/,
  ],
  [
    'a function that calls itself',
    {
      inputs,
      nodes: [node('m:F', 'x', 'y')],
      functions: [{ name: 'F', domain: 'm', inputs: ['a'], outputs: ['b'], nodes: [node('m:F', 'a', 'b')] }],
    },
    /call/,
  ],
];

test.each(faults)('%s: one line that says what and where', (_, spec, message) => {
  expect(() => load(spec)).toThrow(ClsaCimError);
  expect(() => load(spec)).toThrow(message);
  try {
    load(spec);
  } catch (error) {
    expect(String(error)).not.toContain('\n');
  }
});

test('unknown operators can be taken as element-wise', () => {
  const network = load({ inputs, nodes: [node('Foo', 'x', 'y', {}, 'n')] }, { allowUnknown: true });
  expect(ops(network)).toEqual(['Foo']);
  expect(network.warnings).toHaveLength(1);
});

test('nodes in any order are sorted', () => {
  const network = load({ inputs, initializers, nodes: [node('Relu', 'c', 'y'), conv] });
  expect(ops(network)).toEqual(['Conv2D', 'Relu']);
});

test('what follows a non-maximum suppression is left out, with one warning', () => {
  const network = load({
    inputs,
    initializers: { ...initializers, k: floats(5) },
    nodes: [
      conv,
      node('NonMaxSuppression', 'boxes c k', 'n', {}, 'nms'),
      node('Cast', 'n', 'm', { to: 1 }),
      node('Gather', 'c n', 'g'),
      node('Relu', 'c', 'r'),
    ],
  });
  expect(ops(network)).toEqual(['Conv2D', 'Relu']);
  expect(network.warnings).toEqual([
    'the output size of node nms (NonMaxSuppression) depends on the data; 2 operators after it are left out as post-processing',
  ]);
});

test.each([
  ['nothing', new Uint8Array()],
  ['text', new TextEncoder().encode('[net]\nwidth=416\n')],
  ['zeros', new Uint8Array(100)],
  ['a graph that nests for ever', new Uint8Array(10_000).fill(0x3a)],
])('a file of %s is one clear error', (_, bytes) => {
  expect(() => loadOnnxBytes(bytes, 'model.onnx', {})).toThrow(ClsaCimError);
  expect(() => loadOnnxBytes(bytes, 'model.onnx', {})).toThrow(/^model\.onnx/);
});

/** A model with many kinds of nodes. */
const whole = model({
  inputs: { x: [1, 3, 8, 8], q: [1, 6, 16] },
  stated: { c: [1, 8, 8, 8], so: ['n', 4, null] },
  initializers: {
    ...initializers,
    z: ints(1, 8, 2, 2),
    zero: ints(0),
    four: ints(4),
    one: ints(1),
    f: floats(1, 1, 2, 2),
    m: weights(32, 4),
    d: weights(8, 1, 3, 3),
    u: weights(8, 2, 2, 2),
    qkv: weights(16, 48),
    heads: ints(0, 0, 2, 8),
    e: weights(16, 2, 8),
    pads: ints(0, 0, 1, 1, 0, 0, 1, 1),
    twice: ints(1, 1, 2, 1),
    table: weights(50, 16),
  },
  functions: [
    {
      name: 'Silu',
      domain: 'mine',
      inputs: ['a'],
      outputs: ['b'],
      nodes: [node('Sigmoid', 'a', 's'), node('Mul', 'a s', 'b')],
    },
  ],
  nodes: [
    conv,
    node('Shape', 'c', 'sh'),
    node('Gather', 'sh zero', 'ga'),
    node('Concat', 'ga four', 'co', { axis: 0 }),
    node('Resize', 'c _ f', 're', { mode: 'linear' }),
    node('Slice', 're zero four one', 'sl'),
    node('Conv', 'c d', 'dw', { group: 8, auto_pad: 'SAME_UPPER' }),
    node('ConvTranspose', 'dw u', 'up', { strides: [2, 2], output_padding: [1, 1] }),
    node('Pad', 'up pads', 'pa'),
    node('Tile', 'pa twice', 'ti'),
    node('Split', 'ti', 's1 s2', { axis: 1 }),
    node('mine:Silu', 's1', 'si'),
    node('ReduceMean', 'si', 'rm', { axes: [2, 3] }),
    node('TopK', 'c one', 'tv tk', { axis: 1 }),
    node('MaxPool', 'c', 'mp', { kernel_shape: [3, 3], strides: [3, 3], ceil_mode: 1 }),
    node('Reshape', 'mp z', 'rs'),
    node('DepthToSpace', 'rs', 'ds', { blocksize: 2 }),
    node('Transpose', 'rs', 'tr', { perm: [0, 2, 3, 1] }),
    node('Flatten', 'tr', 'fl'),
    node('Gemm', 'fl m', 'y'),
    node('Softmax', 'y', 'so'),
    node('com.microsoft:Attention', 'q qkv', 'at', { num_heads: 2 }),
    node('Reshape', 'at heads', 'h1'),
    node('Transpose', 'h1', 'h2', { perm: [0, 2, 1, 3] }),
    node('Transpose', 'h1', 'h3', { perm: [0, 2, 3, 1] }),
    node('MatMul', 'h2 h3', 'mm'),
    node('Einsum', 'q e', 'ei', { equation: 'bsc,chd->bshd' }),
    node('LayerNormalization', 'q', 'ln', { axis: -1 }),
    node('ArgMax', 'q', 'ids', { axis: 2, keepdims: 0 }),
    node('Gather', 'table ids', 'em'),
    node('OneHot', 'ids four zero', 'oh'),
    node('NonZero', 'c', 'nz'),
    node('Expand', 'rm z', 'ex'),
    node('Unsqueeze', 'rm one', 'us'),
    node('Squeeze', 'us one', 'sq'),
    node('If', 'one', 'if', { then_branch: { graph: { nodes: [node('Relu', 'c', 'o')], outputs: ['o'] } } }),
  ],
});

/** Loads or says what is wrong; anything else is a bug. */
function survives(bytes: Uint8Array): void {
  try {
    loadOnnxBytes(bytes, 'fuzz.onnx', {});
  } catch (error) {
    if (!(error instanceof ClsaCimError)) throw error;
    expect(error.message).not.toContain('\n');
  }
}

test('the file that is damaged below is sound', () => {
  expect(ops(loadOnnxBytes(whole, 'whole.onnx', {}))).toContain('Dense');
});

test('a file that is cut short loads or says what is wrong', () => {
  for (let length = 0; length < whole.length; length++) survives(whole.slice(0, length));
});

test('a file with wrong bytes loads or says what is wrong', () => {
  const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(flips, (changes) => {
      const bytes = whole.slice();
      for (const [at, byte] of changes) bytes[at] = byte;
      survives(bytes);
    }),
    { numRuns: 3000 },
  );
});
