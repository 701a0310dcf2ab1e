import { describe, expect, test } from 'vitest';
import { columnsRead } from './columns-read.ts';
import { load, shapeOf } from './helpers.ts';
import { type AttributeSpec, ints, node, weights } from './onnx-writer.ts';

type Attributes = Readonly<Record<string, AttributeSpec>>;

/** What ONNX Runtime 1.30 reads, found by changing its input position by position. */
const pads: [string, number, number, number, string][] = [
  ['constant', 5, 2, 1, '- - 0 1 2 3 4 -'],
  ['edge', 5, 2, 1, '0 0 0 1 2 3 4 4'],
  ['reflect', 5, 2, 3, '2 1 0 1 2 3 4 3 2 1'],
  ['wrap', 5, 2, 3, '3 4 0 1 2 3 4 0 1 2'],
  // What is cut off is cut off first, and is not copied.
  ['constant', 5, -2, 1, '2 3 4 -'],
  ['edge', 5, -2, 2, '2 3 4 4 4'],
  ['edge', 5, 2, -1, '0 0 0 1 2 3'],
  ['reflect', 5, -2, 1, '2 3 4 3'],
  ['reflect', 5, 1, -1, '1 0 1 2 3'],
  ['edge', 5, -1, -2, '1 2'],
  ['edge', 1, 2, 1, '0 0 0 0'],
];

describe('Pad', () => {
  const along = (op: Attributes, width: number, before: number, after: number, opset: number) =>
    load({
      opset,
      inputs: { x: [1, 2, 3, width] },
      nodes: [node('Pad', 'x p', 'y', op, 'y')],
      initializers: { p: ints(0, 0, 0, before, 0, 0, 0, after) },
      outputs: ['y'],
    });

  test.each(pads)('%s of %i positions by %i and %i', (mode, width, before, after, expected) => {
    expect(columnsRead(along({ mode }, width, before, after, 19))).toBe(expected);
  });

  test('has nothing to copy where everything is cut off', () => {
    expect(() => along({ mode: 'edge' }, 5, -6, 9, 19)).toThrow(
      'layer y: cut by 6 and 0, its 5 positions leave none to copy',
    );
  });

  test('of opset 10 and before has its modes, too', () => {
    const network = load({
      opset: 10,
      inputs: { x: [1, 2, 3, 4] },
      nodes: [node('Pad', 'x', 'y', { mode: 'reflect', pads: [0, 0, 0, 1, 0, 0, 0, 2] }, 'y')],
      outputs: ['y'],
    });
    expect(columnsRead(network)).toBe('1 0 1 2 3 2 1');
  });

  test('copies along rows as along columns, and over channels the same position', () => {
    const network = load({
      opset: 19,
      inputs: { x: [1, 2, 3, 4] },
      nodes: [node('Pad', 'x p', 'y', { mode: 'wrap' }, 'y')],
      initializers: { p: ints(0, 1, 2, 0, 0, 1, 0, 0) },
      outputs: ['y'],
    });
    expect(shapeOf(network, 'y_1')).toEqual([5, 4, 4]);
    expect(network.layers.map(({ inputs }) => inputs[0]?.rows)).toEqual([
      undefined,
      { kind: 'same' },
      { kind: 'list', positions: [1, 2, 0, 1, 2] },
    ]);
  });

  test('in a mode that is not known is refused', () => {
    expect(() => along({ mode: 'mirror' }, 4, 1, 1, 19)).toThrowError(
      'mode is mirror, and must be constant, edge, reflect or wrap',
    );
  });

  test('circular convolutions wait for the rows on the other side', () => {
    const network = load({
      opset: 19,
      inputs: { x: [1, 1, 1, 6] },
      nodes: [node('Pad', 'x p', 'y', { mode: 'wrap' }), node('Conv', 'y w', 'z', {}, 'z')],
      initializers: { p: ints(0, 0, 0, 1, 0, 0, 0, 1), w: weights(1, 1, 1, 3) },
      outputs: ['z'],
    });
    expect(columnsRead(network)).toBe('0+1+5 0+1+2 1+2+3 2+3+4 3+4+5 0+4+5');
  });
});

/** What ONNX Runtime 1.30 reads; it refuses an `output_shape` beyond the natural size, which older ones pad with 0. */
const transposed: [string, Attributes, number, number, string][] = [
  ['pads', { strides: [1, 2], pads: [0, 1, 0, 0] }, 3, 3, '0 0+1 1 1+2 2 2'],
  ['output_padding', { strides: [1, 2], output_padding: [0, 1] }, 3, 3, '0 0 0+1 1 1+2 2 2 -'],
  ['dilations', { strides: [1, 2], dilations: [1, 2] }, 3, 2, '0 - 0+1 - 1+2 - 2'],
  ['SAME_UPPER', { strides: [1, 2], auto_pad: 'SAME_UPPER' }, 3, 3, '0 0 0+1 1 1+2 2'],
  ['SAME_LOWER', { strides: [1, 2], auto_pad: 'SAME_LOWER' }, 3, 3, '0 0+1 1 1+2 2 2'],
  ['SAME_UPPER, kernel below stride', { strides: [1, 3], auto_pad: 'SAME_UPPER' }, 3, 2, '0 0 - 1 1 - 2 2'],
  ['VALID', { strides: [1, 2], auto_pad: 'VALID' }, 3, 3, '0 0 0+1 1 1+2 2 2'],
  ['a smaller output_shape', { strides: [1, 2], output_shape: [1, 6] }, 3, 3, '0 0+1 1 1+2 2 2'],
  [
    'a smaller output_shape, SAME_UPPER',
    { strides: [1, 2], output_shape: [1, 6], auto_pad: 'SAME_UPPER' },
    3,
    3,
    '0 0 0+1 1 1+2 2',
  ],
  [
    'a larger output_shape',
    { strides: [1, 2], output_shape: [1, 8], output_padding: [0, 1] },
    3,
    3,
    '0 0 0+1 1 1+2 2 2 -',
  ],
  ['a larger output_shape alone', { strides: [1, 2], output_shape: [1, 9] }, 3, 3, '0 0 0+1 1 1+2 2 2 - -'],
  ['output_shape with batch and channels', { output_shape: [1, 1, 1, 4] }, 3, 2, '0 0+1 1+2 2'],
];

describe('ConvTranspose', () => {
  const along = (attributes: Attributes, width: number, kernel: number) =>
    load({
      inputs: { x: [1, 1, 1, width] },
      nodes: [node('ConvTranspose', 'x w', 'y', attributes, 'y')],
      initializers: { w: weights(1, 1, 1, kernel) },
      outputs: ['y'],
    });

  test.each(transposed)('%s', (_, attributes, width, kernel, expected) => {
    expect(columnsRead(along(attributes, width, kernel))).toBe(expected);
  });

  test('an output_shape of another rank is refused', () => {
    expect(() => along({ output_shape: [1, 1, 4] }, 3, 2)).toThrowError(
      'output_shape [1, 1, 4] does not fit a map of 2 dimensions',
    );
  });
});

/** What ONNX Runtime 1.30 reads. */
const pools: [string, Attributes, number, string][] = [
  ['SAME_UPPER', { kernel_shape: [1, 2], strides: [1, 1], auto_pad: 'SAME_UPPER' }, 3, '0+1 1+2 2'],
  ['SAME_LOWER', { kernel_shape: [1, 2], strides: [1, 1], auto_pad: 'SAME_LOWER' }, 3, '0 0+1 1+2'],
  [
    'SAME does not count dilation',
    { kernel_shape: [1, 2], dilations: [1, 2], auto_pad: 'SAME_UPPER' },
    5,
    '0+2 1+3 2+4 3',
  ],
  ['a window larger than the map', { kernel_shape: [1, 4], strides: [1, 2] }, 3, '0+1+2'],
  ['ceil_mode', { kernel_shape: [1, 2], strides: [1, 2], ceil_mode: 1 }, 5, '0+1 2+3 4'],
];

describe('pooling', () => {
  const along = (op: string, attributes: Attributes, width: number) =>
    load({
      inputs: { x: [1, 1, 1, width] },
      nodes: [node(op, 'x', 'y', attributes, 'y')],
      outputs: ['y'],
    });

  test.each(pools)('%s', (_, attributes, width, expected) => {
    expect(columnsRead(along('MaxPool', attributes, width))).toBe(expected);
  });

  test('SAME with a stride that leaves positions out begins inside the map', () => {
    const attributes = { kernel_shape: [1, 1], strides: [1, 4], auto_pad: 'SAME_UPPER' };
    expect(columnsRead(along('AveragePool', attributes, 8))).toBe('1 5');
  });
});
