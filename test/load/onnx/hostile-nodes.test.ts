import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClsaCimError } from '../../../src/errors.ts';
import { operators } from '../../../src/load/onnx/operators/index.ts';
import { load } from './helpers.ts';
import { type AttributeSpec, floats, INT64, int, ints, node, weights } from './onnx-writer.ts';

const initializers = {
  a: weights(8, 3, 3, 3),
  b: weights(3),
  c: weights(4, 4),
  d: ints(0, 1, 2, 3),
  e: ints(-1),
  f: floats(1, 1, 2, 2),
  g: int(2),
  h: { dims: [0], ints: [] },
  i: ints(1, 3, 2, 2, 0, 2 ** 40, -5, 1),
};
const inputs = { p: [1, 3, 8, 8], q: [1, 6, 4], r: [6, 4], s: [1, 6], t: [5], u: [], v: [1, 3, 4, 4, 4] };
const names = ['', ...Object.keys(initializers), ...Object.keys(inputs)];

const attributeNames = [
  ...[
    'axis',
    'axes',
    'group',
    'kernel_shape',
    'strides',
    'pads',
    'dilations',
    'auto_pad',
    'ceil_mode',
    'perm',
  ],
  ...['keepdims', 'k', 'starts', 'ends', 'split', 'shape', 'scales', 'blocksize', 'mode', 'to', 'equation'],
  ...['num_heads', 'kv_num_heads', 'q_num_heads', 'K', 'N', 'num_outputs', 'output_shape', 'output_padding'],
  ...['transA', 'transB', 'batch_dims', 'channels_last', 'broadcast', 'value', 'value_ints', 'pooled_shape'],
  ...[
    'start',
    'end',
    'allowzero',
    'coordinate_transformation_mode',
    'qkv_hidden_sizes',
    'noop_with_empty_axes',
  ],
  ...['kernel_size', 'kernel', 'stride', 'pad_amount', 'channels', 'data_layout', 'out_dtype', 'bit_width'],
  ...['onesided', 'inverse', 'n_levels', 'operator', 'offset_group'],
];
const number = fc.oneof(fc.integer({ min: -3, max: 9 }), fc.constantFrom(2 ** 31, 2 ** 53, -(2 ** 31)));
const attribute: fc.Arbitrary<AttributeSpec> = fc.oneof(
  number,
  fc.array(number, { maxLength: 8 }),
  fc.constantFrom('SAME_UPPER', 'linear', 'ab,bc->ac', 'a...b->b...', 'aa->a', '->', ',', 'x', ''),
  fc.array(fc.float(), { maxLength: 4 }).map((values) => ({ floats: values })),
  fc.constant({ tensor: weights(2, 3) }),
);

/** What a sound node would have, so that random attributes and operands are not all that is seen. */
const sound: Record<string, AttributeSpec> = {
  kernel_shape: [3, 3],
  blocksize: 2,
  K: 4,
  N: 5,
  num_heads: 2,
  kv_num_heads: 1,
  q_num_heads: 2,
  pooled_shape: [2, 2],
  equation: 'bsc,cd->bsd',
  shape: [2, 3],
};
const soundOperands = ['p a b', 'q c', 'p d d a d d d d b', 'q q q', 'p _ f', 'p _ _ d', 'p p', 'q r'].map(
  (text) => text.split(' ').map((name) => (name === '_' ? '' : name)),
);

test('any operator with any operands loads or says what is wrong', () => {
  const arbitrary = fc.record({
    op: fc.constantFrom(...Object.keys(operators)),
    operands: fc.oneof(
      fc.array(fc.constantFrom(...names), { maxLength: 6 }),
      fc.constantFrom(...soundOperands),
    ),
    base: fc.constantFrom({}, sound),
    outputs: fc.integer({ min: 0, max: 4 }),
    attributes: fc.dictionary(fc.constantFrom(...attributeNames), attribute, { maxKeys: 4 }),
    opset: fc.integer({ min: 1, max: 23 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ op, operands, outputs, base, attributes, opset }) => {
      const results = ['y', 'z', '_', 'l'].slice(0, outputs).join(' ');
      const spec = { ...node(op, '', results, { ...base, ...attributes }), inputs: operands };
      try {
        const after = outputs > 0 ? [node('Relu', 'y', 'w')] : [];
        load({ inputs, types: { s: INT64 }, initializers, nodes: [spec, ...after], opset });
      } catch (error) {
        if (!(error instanceof ClsaCimError)) throw error;
        expect(error.message).not.toContain('\n');
      }
    }),
    { numRuns: 3000 },
  );
});
