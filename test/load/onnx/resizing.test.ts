import { describe, expect, test } from 'vitest';
import { columnsRead } from './columns-read.ts';
import { layerOf, load } from './helpers.ts';
import { type AttributeSpec, floats, ints, node, type TensorSpec } from './onnx-writer.ts';

type Attributes = Readonly<Record<string, AttributeSpec>>;

/** A map of 1 x `width` positions that is resized along W. */
function resized(
  opset: number,
  attributes: Attributes,
  width: number,
  o: { scale?: number; size?: number; region?: [number, number] },
): string {
  const scales = o.scale === undefined ? undefined : floats(1, 1, 1, o.scale);
  const sizes = o.size === undefined ? undefined : ints(1, 1, 1, o.size);
  const region = o.region && floats(0, 0, 0, o.region[0], 1, 1, 1, o.region[1]);
  const given: Record<string, TensorSpec | undefined> = { region, scales, sizes };
  const initializers = Object.fromEntries(
    Object.entries(given).flatMap(([name, tensor]) => (tensor ? [[name, tensor] as const] : [])),
  );
  const names = Object.entries(given).map(([name, tensor]) => (tensor ? name : '_'));
  const inputs = opset < 11 ? 'x scales' : `x ${names.join(' ').replace(/( _)+$/, '')}`;
  const op = opset < 10 ? 'Upsample' : 'Resize';
  return columnsRead(
    load({
      opset,
      inputs: { x: [1, 1, 1, width] },
      nodes: [node(op, inputs, 'y', attributes, 'y')],
      initializers,
      outputs: ['y'],
    }),
  );
}

const mode = (coordinates: string, rest: Attributes = {}): Attributes => ({
  coordinate_transformation_mode: coordinates,
  ...rest,
});
const CROP = 'tf_crop_and_resize';

/** What ONNX Runtime 1.30 reads, found by changing its input position by position. */
const cases: [string, number, Attributes, number, Parameters<typeof resized>[3], string][] = [
  ['halves go down by default', 13, mode('asymmetric'), 3, { scale: 4 }, '0 0 0 1 1 1 1 2 2 2 2 2'],
  ['half pixels', 13, {}, 3, { scale: 4 }, '0 0 0 0 1 1 1 1 2 2 2 2'],
  [
    'floor, by the given scale',
    13,
    mode('asymmetric', { nearest_mode: 'floor' }),
    5,
    { scale: 1.7 },
    '0 0 1 1 2 2 3 4',
  ],
  [
    'floor, by out / in of sizes',
    13,
    mode('asymmetric', { nearest_mode: 'floor' }),
    5,
    { size: 8 },
    '0 0 1 1 2 3 3 4',
  ],
  ['ceil', 13, { nearest_mode: 'ceil' }, 5, { size: 8 }, '0 1 2 2 3 3 4 4'],
  // Position 4 lies at 14.5, which float32 misses.
  ['halves go up', 13, { nearest_mode: 'round_prefer_ceil' }, 20, { size: 6 }, '1 5 8 11 15 18'],
  // 0.7 of float32 is less than 0.7, and 10 times that is 7 again.
  [
    'sizes in float32',
    13,
    mode('asymmetric', { nearest_mode: 'floor' }),
    10,
    { scale: 0.7 },
    '0 1 2 4 5 7 8',
  ],
  [
    'tf_half_pixel_for_nn',
    11,
    mode('tf_half_pixel_for_nn', { nearest_mode: 'floor' }),
    5,
    { size: 3 },
    '0 2 4',
  ],
  ['tf_half_pixel_for_nn, rounded', 11, mode('tf_half_pixel_for_nn'), 3, { size: 6 }, '0 1 1 2 2 2'],
  ['pytorch_half_pixel to one', 13, mode('pytorch_half_pixel', { mode: 'linear' }), 5, { size: 1 }, '0'],
  ['half_pixel to one', 13, mode('half_pixel', { mode: 'linear' }), 5, { size: 1 }, '2'],
  [
    'half_pixel, which leaves out a part behind the last position',
    19,
    mode('half_pixel', { mode: 'linear' }),
    5,
    { scale: 1.3 },
    '0 0+1 1+2 2+3 2+3 3+4',
  ],
  [
    'half_pixel_symmetric',
    19,
    mode('half_pixel_symmetric', { mode: 'linear' }),
    5,
    { scale: 1.3 },
    '0+1 0+1 1+2 2+3 3+4 3+4',
  ],
  [
    'linear, on positions',
    13,
    mode('asymmetric', { mode: 'linear' }),
    4,
    { scale: 2 },
    '0 0+1 1 1+2 2 2+3 3 3',
  ],
  [
    'linear, corners aligned',
    13,
    mode('align_corners', { mode: 'linear' }),
    5,
    { size: 9 },
    '0 0+1 1 1+2 2 2+3 3 3+4 4',
  ],
  ['linear, tripled', 13, { mode: 'linear' }, 3, { scale: 3 }, '0 0 0+1 0+1 1 1+2 1+2 2 2'],
  [
    'cubic',
    13,
    { mode: 'cubic' },
    6,
    { scale: 1.5 },
    '0+1 0+1+2 0+1+2+3 0+1+2+3 1+2+3+4 2+3+4+5 2+3+4+5 3+4+5 4+5',
  ],
  [
    'cubic, corners aligned',
    13,
    mode('align_corners', { mode: 'cubic' }),
    5,
    { size: 9 },
    '0 0+1+2 1 0+1+2+3 2 1+2+3+4 3 2+3+4 4',
  ],
  [
    'linear, antialiased',
    18,
    { mode: 'linear', antialias: 1 },
    8,
    { size: 4 },
    '0+1+2 1+2+3+4 3+4+5+6 5+6+7',
  ],
  [
    'linear, antialiased, without what is outside',
    18,
    { mode: 'linear', antialias: 1, exclude_outside: 1 },
    9,
    { size: 4 },
    '0+1+2 1+2+3+4+5 3+4+5+6+7 6+7+8',
  ],
  [
    'cubic, antialiased: gaps where the kernel is 0',
    18,
    { mode: 'cubic', antialias: 1 },
    9,
    { size: 3 },
    '0+1+2+3+5+6 0+2+3+4+5+6+8 2+3+5+6+7+8',
  ],
  ['crop', 13, mode(CROP, { mode: 'linear' }), 6, { size: 5, region: [0.2, 1.2] }, '1 2+3 3+4 4+5 -'],
  ['crop, nearest', 13, mode(CROP), 6, { size: 4, region: [-0.25, 0.5] }, '- 0 1 2'],
  ['crop to one', 13, mode(CROP), 6, { size: 1, region: [0.25, 0.75] }, '2'],
  ['opset 10, down', 10, { mode: 'nearest' }, 7, { scale: 0.6 }, '0 2 4 5'],
  ['opset 10, up', 10, { mode: 'nearest' }, 4, { scale: 1.6 }, '0 0 1 1 2 3'],
  ['Upsample', 9, { mode: 'linear' }, 3, { scale: 2 }, '0 0+1 1 1+2 2 2'],
];

describe('positions that a Resize reads', () => {
  test.each(cases)('%s (opset %i)', (_, opset, attributes, width, o, expected) => {
    expect(resized(opset, attributes, width, o)).toBe(expected);
  });

  test('in two directions, on the axes that it names', () => {
    const network = load({
      opset: 18,
      inputs: { x: [1, 3, 4, 6] },
      nodes: [node('Resize', 'x _ _ sizes', 'y', { mode: 'linear', axes: [3, 2] }, 'y')],
      initializers: { sizes: ints(3, 4) },
      outputs: ['y'],
    });
    const { rows, columns } = layerOf(network, 'y').inputs[0]!;
    expect(rows).toEqual({ kind: 'same' });
    expect(columns).toEqual({ kind: 'list', taps: 2, positions: [0, 1, 2, 3, 4, 5] });
  });

  test.each([
    ['not_larger', [2, 4]],
    ['not_smaller', [4, 7]],
  ] as const)('the ratio of the input is kept: %s', (policy, [height, width]) => {
    const network = load({
      opset: 18,
      inputs: { x: [1, 3, 5, 9] },
      nodes: [
        node(
          'Resize',
          'x _ _ sizes',
          'y',
          { axes: [2, 3], keep_aspect_ratio_policy: policy, nearest_mode: 'floor' },
          'y',
        ),
      ],
      initializers: { sizes: ints(4, 4) },
      outputs: ['y'],
    });
    expect(layerOf(network, 'y').shape).toEqual({ height, width, channels: 3 });
  });

  test('a region that the network computes may lie anywhere', () => {
    const network = load({
      opset: 13,
      inputs: { x: [1, 1, 4, 4], region: [8] },
      nodes: [node('Resize', 'x region _ sizes', 'y', mode(CROP), 'y')],
      initializers: { sizes: ints(1, 1, 3, 3) },
      outputs: ['y'],
    });
    expect(layerOf(network, 'y').inputs.map(({ rows }) => rows.kind)).toEqual(['all', 'all']);
  });

  test('what cannot be listed is refused', () => {
    expect(() => resized(13, { mode: 'linear' }, 4, { size: 3_000_000 })).toThrowError(
      'layer y: 3000000 positions that read up to 2 each cannot be listed one by one; at most 4194304 can',
    );
    expect(() => resized(18, { mode: 'linear', antialias: 1 }, 2 ** 30, { size: 1 })).toThrowError(
      'cannot be listed',
    );
  });
});
