import { describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import type { Layer, Network } from '../../src/network/network.ts';
import {
  alongAxes,
  concat,
  convolution,
  dense,
  depthToSpace,
  elementwise,
  gather,
  matmul,
  pad,
  pooling,
  reduce,
  reshape,
  resize,
  samePadding,
  slice,
  spaceToDepth,
  transpose,
  UNIT_WINDOW,
  type Window,
  windowOutput,
} from '../../src/network/operators/index.ts';
import type { Reads } from '../../src/network/reads.ts';
import { constant, type Tensor } from '../../src/network/tensor.ts';
import { positionsRead } from '../reference/reads.ts';

/** Builds a network from one map (1, height, width, channels); what `build` returns is an output. */
function onMap(
  [height, width, channels]: readonly [number, number, number],
  // biome-ignore lint/suspicious/noConfusingVoidType: most networks have no output but their last layer.
  build: (b: NetworkBuilder, x: Tensor) => Tensor | void,
): Network {
  const b = new NetworkBuilder('test');
  const output = build(b, b.input('input', { dims: [1, height, width, channels], h: 1, w: 2 }));
  if (output !== undefined) b.output(output);
  return b.build();
}

/** Builds a network from one sequence (1, tokens, features). */
function onSequence(
  tokens: number,
  features: number,
  build: (b: NetworkBuilder, x: Tensor) => unknown,
): Network {
  const b = new NetworkBuilder('test');
  build(b, b.input('input', { dims: [1, tokens, features], h: 1, w: -1 }));
  return b.build();
}

const last = (network: Network): Layer => network.layers.at(-1)!;
const shape = ({ shape: { height, width, channels } }: Layer) => [height, width, channels];
const ops = (network: Network) => network.layers.map(({ op }) => op);
const window = (kernel: number, rest: Partial<Window> = {}): Window => ({ ...UNIT_WINDOW, kernel, ...rest });

/** Rows and columns of operand `operand` that output position (y, x) of the last layer reads. */
function reads(network: Network, [y, x]: readonly [number, number], operand = 0): [number[], number[]] {
  const layer = last(network);
  const edge = layer.inputs[operand]!;
  const from = network.layers[edge.from]!.shape;
  const along = (r: Reads, p: number, size: number) => positionsRead(r, p, size).sort((i, j) => i - j);
  return [along(edge.rows, y, from.height), along(edge.columns, x, from.width)];
}

const upTo = (size: number) => Array.from({ length: size }, (_, i) => i);
const everythingOf = (height: number, width: number) => [upTo(height), upTo(width)];

function conv(b: NetworkBuilder, x: Tensor, rest: Partial<Parameters<typeof convolution>[3]> = {}): Tensor {
  return convolution(b, 'conv', x, {
    windows: [window(3), window(3)],
    spatialAxes: [1, 2],
    channelAxis: 3,
    outputChannels: 8,
    ...rest,
  });
}

describe('what one output position reads (spec.md section 4)', () => {
  test('convolution: its window, dilation respected', () => {
    const network = onMap([9, 9, 4], (b, x) =>
      conv(b, x, { windows: [window(3, { stride: 2 }), window(3, { dilation: 2 })] }),
    );
    expect(shape(last(network))).toEqual([4, 5, 8]);
    expect(reads(network, [1, 1])).toEqual([
      [2, 3, 4],
      [1, 3, 5],
    ]);
  });

  test('pooling: its window, clipped to the IFM', () => {
    const around = window(3, { stride: 2, before: 1, after: 1 });
    const network = onMap([6, 6, 4], (b, x) =>
      pooling(b, 'pool', x, { op: 'MaxPool', windows: [around, around], spatialAxes: [1, 2] }),
    );
    expect(shape(last(network))).toEqual([3, 3, 4]);
    expect(reads(network, [0, 1])).toEqual([
      [0, 1],
      [1, 2, 3],
    ]);
  });

  test('activation: the same position', () => {
    const network = onMap([4, 5, 2], (b, x) => elementwise(b, 'relu', 'Relu', [x]));
    expect(reads(network, [3, 4])).toEqual([[3], [4]]);
  });

  test('add: the same position, an input of size 1 in a direction is broadcast', () => {
    const network = onMap([4, 5, 2], (b, x) => {
      const row = slice(b, 'row', x, { axis: 1, start: 2, size: 1 });
      const column = slice(b, 'column', x, { axis: 2, start: 3, size: 1 });
      elementwise(b, 'add', 'Add', [row, column, x]);
    });
    expect(shape(last(network))).toEqual([4, 5, 2]);
    expect(reads(network, [3, 4], 0)).toEqual([[0], [4]]);
    expect(reads(network, [3, 4], 1)).toEqual([[3], [0]]);
    expect(reads(network, [3, 4], 2)).toEqual([[3], [4]]);
  });

  test('add of a map and a transposed one: what lies elsewhere is read whole', () => {
    const network = onMap([4, 3, 2], (b, x) => {
      const column = slice(b, 'column', x, { axis: 2, start: 0, size: 1 });
      // (1, 1, 4, 2) with H on axis 2, where the map has its W.
      const lying = transpose(column, [0, 2, 1, 3]);
      elementwise(b, 'add', 'Add', [lying, gather(b, 'wide', x, { axis: 2, positions: [0, 1, 2, 2] })]);
    });
    const { height, width, channels } = last(network).shape;
    expect(height * width * channels).toBe(4 * 4 * 2);
    expect(reads(network, [1, 0], 1)).toEqual(everythingOf(4, 4));
  });

  test('pooling of a map whose H and W are swapped: everything', () => {
    const network = onMap([4, 3, 2], (b, x) =>
      pooling(b, 'pool', transpose(x, [0, 2, 1, 3]), {
        op: 'MaxPool',
        windows: [window(2), window(2)],
        spatialAxes: [1, 2],
      }),
    );
    expect(ops(network)).toEqual(['Input', 'Reshape', 'MaxPool']);
    expect(shape(last(network))).toEqual([2, 3, 2]);
  });

  test('squeeze and excite: a product with one value a channel is broadcast', () => {
    const network = onMap([4, 5, 2], (b, x) => {
      const squeezed = reduce(b, { name: 'gap', op: 'GlobalAveragePool' }, x, [1, 2], { keepDims: false });
      const excited = dense(b, 'fc', squeezed, { outputFeatures: 2 });
      elementwise(b, 'mul', 'Mul', [x, reshape(b, 'reshape', excited, [1, 1, 1, 2])]);
    });
    expect(ops(network)).toEqual(['Input', 'GlobalAveragePool', 'Dense', 'Mul']);
    expect(reads(network, [3, 4], 1)).toEqual([[0], [0]]);
  });

  test('softmax and norms over channels: the same position; over H or W: everything', () => {
    const over = (axes: readonly number[]) =>
      onMap([3, 4, 2], (b, x) => alongAxes(b, { name: 'softmax', op: 'Softmax' }, x, axes));
    expect(reads(over([3]), [2, 1])).toEqual([[2], [1]]);
    expect(reads(over([1]), [2, 1])).toEqual(everythingOf(3, 4));
    expect(reads(over([1, 2, 3]), [2, 1])).toEqual(everythingOf(3, 4));
  });

  test('concat over channels: the same position', () => {
    const network = onMap([3, 4, 2], (b, x) => concat(b, 'concat', [x, x], 3));
    expect(shape(last(network))).toEqual([3, 4, 4]);
    expect(reads(network, [2, 1], 1)).toEqual([[2], [1]]);
  });

  test('concat over H or W: the shifted position', () => {
    const rows = onMap([3, 4, 2], (b, x) => concat(b, 'concat', [x, x], 1));
    expect(shape(last(rows))).toEqual([6, 4, 2]);
    expect([reads(rows, [4, 1], 0), reads(rows, [4, 1], 1)]).toEqual([
      [[], [1]],
      [[1], [1]],
    ]);
    const columns = onMap([3, 4, 2], (b, x) => concat(b, 'concat', [constant([1, 3, 2, 2]), x], 2));
    expect(shape(last(columns))).toEqual([3, 6, 2]);
    expect([reads(columns, [0, 1]), reads(columns, [0, 2])]).toEqual([
      [[0], []],
      [[0], [0]],
    ]);
  });

  test('pad, crop, slice: the shifted position; padding itself reads nothing', () => {
    const padded = onMap([3, 4, 2], (b, x) => pad(b, 'pad', x, { axis: 1, before: 2, after: 1 }));
    expect(shape(last(padded))).toEqual([6, 4, 2]);
    expect([0, 1, 2, 4, 5].map((y) => reads(padded, [y, 0])[0])).toEqual([[], [], [0], [2], []]);
    const cropped = onMap([3, 4, 2], (b, x) => pad(b, 'crop', x, { axis: 2, before: -1, after: -1 }));
    expect(shape(last(cropped))).toEqual([3, 2, 2]);
    expect(reads(cropped, [0, 0])).toEqual([[0], [1]]);
    const strided = onMap([3, 9, 2], (b, x) => slice(b, 's', x, { axis: 2, start: 1, size: 3, step: 3 }));
    expect(upTo(3).map((x) => reads(strided, [0, x])[1])).toEqual([[1], [4], [7]]);
    const flipped = onMap([3, 9, 2], (b, x) => slice(b, 's', x, { axis: 1, start: 2, size: 3, step: -1 }));
    expect(upTo(3).map((y) => reads(flipped, [y, 0])[0])).toEqual([[2], [1], [0]]);
    const channels = onMap([3, 4, 8], (b, x) => slice(b, 's', x, { axis: 3, start: 4, size: 4 }));
    expect(shape(last(channels))).toEqual([3, 4, 4]);
    expect(reads(channels, [2, 3])).toEqual([[2], [3]]);
  });

  test('gather: the listed position; along a direction of size 1 it repeats', () => {
    const rolled = onMap([3, 4, 2], (b, x) => gather(b, 'roll', x, { axis: 1, positions: [2, 0, 1] }));
    expect(upTo(3).map((y) => reads(rolled, [y, 0])[0])).toEqual([[2], [0], [1]]);
    const tiled = onMap([1, 4, 2], (b, x) => gather(b, 'tile', x, { axis: 1, positions: [0, 0, 0] }));
    expect(shape(last(tiled))).toEqual([3, 4, 2]);
    expect(reads(tiled, [2, 3])).toEqual([[0], [3]]);
  });

  test('nearest upsampling by f: floor(position / f)', () => {
    const network = onMap([3, 4, 2], (b, x) => resize(b, 'up', x, { dims: [1, 6, 12, 2], mode: 'nearest' }));
    expect(reads(network, [5, 7])).toEqual([[2], [2]]);
  });

  test('bilinear upsampling: the 2 x 2 positions that it interpolates', () => {
    const network = onMap([3, 4, 2], (b, x) => resize(b, 'up', x, { dims: [1, 6, 8, 2], mode: 'linear' }));
    expect(reads(network, [1, 2])).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(reads(network, [0, 7])).toEqual([[0], [3]]);
  });

  test('transposed convolution by s: the input positions whose kernel window reaches it', () => {
    const up = window(3, { stride: 2, before: 1, after: 1 });
    const network = onMap([3, 4, 4], (b, x) =>
      conv(b, x, { transposed: true, windows: [up, up], outputPadding: [1, 1] }),
    );
    expect(shape(last(network))).toEqual([6, 8, 8]);
    // 2q - 1 + i = p: p = 0 is reached by q = 0 (i = 1), p = 1 by q = 0 (i = 2) and q = 1 (i = 0).
    expect(reads(network, [0, 1])).toEqual([[0], [0, 1]]);
  });

  test('MatMul of two activations: the same row of the left operand, everything of the right one', () => {
    const network = onSequence(5, 4, (b, x) => matmul(b, 'qk', x, transpose(x, [0, 2, 1])));
    expect(shape(last(network))).toEqual([5, 1, 5]);
    expect([reads(network, [3, 0], 0), reads(network, [3, 0], 1)]).toEqual([[[3], [0]], everythingOf(5, 1)]);
  });

  test('MatMul over the rows of the left operand: everything of both', () => {
    const network = onSequence(5, 4, (b, x) => matmul(b, 'kv', transpose(x, [0, 2, 1]), x));
    expect(shape(last(network))).toEqual([1, 1, 16]);
    expect(reads(network, [0, 0], 0)).toEqual(everythingOf(5, 1));
  });

  test('flatten, global pooling, reductions over H or W: everything', () => {
    const flat = onMap([3, 4, 2], (b, x) => reshape(b, 'flatten', x, [1, 24]));
    expect(shape(last(flat))).toEqual([1, 1, 24]);
    expect(reads(flat, [0, 0])).toEqual(everythingOf(3, 4));
    const mean = onMap([3, 4, 2], (b, x) => reduce(b, { name: 'mean', op: 'ReduceMean' }, x, [2]));
    expect(shape(last(mean))).toEqual([3, 1, 2]);
    expect(reads(mean, [1, 0])).toEqual(everythingOf(3, 4));
    const overChannels = onMap([3, 4, 2], (b, x) =>
      reduce(b, { name: 'max', op: 'ReduceMax' }, x, [3], { keepDims: false }),
    );
    expect(shape(last(overChannels))).toEqual([3, 4, 1]);
    expect(reads(overChannels, [1, 2])).toEqual([[1], [2]]);
  });

  test('Dense on a flattened feature map: everything', () => {
    const network = onMap([3, 4, 2], (b, x) =>
      dense(b, 'fc', reshape(b, 'flatten', x, [1, 24]), { outputFeatures: 10 }),
    );
    expect(ops(network)).toEqual(['Input', 'Reshape', 'Dense']);
    expect(last(network).weights).toEqual({ rows: 24, columns: 10, groups: 1 });
  });

  test('space to depth: its block; depth to space: the position its block came from', () => {
    const down = onMap([4, 6, 2], (b, x) => spaceToDepth(b, 'reorg', x, { block: 2, channelAxis: 3 }));
    expect(shape(last(down))).toEqual([2, 3, 8]);
    expect(reads(down, [1, 2])).toEqual([
      [2, 3],
      [4, 5],
    ]);
    const up = onMap([4, 6, 8], (b, x) => depthToSpace(b, 'shuffle', x, { block: 2, channelAxis: 3 }));
    expect(shape(last(up))).toEqual([8, 12, 2]);
    expect(reads(up, [5, 7])).toEqual([[2], [3]]);
  });

  test('depth to space of tokens that are laid out as a map', () => {
    const network = onSequence(9, 8, (b, x) => {
      const map = reshape(b, 'map', x, [1, 3, 3, 8]);
      depthToSpace(b, 'shuffle', map, { block: 2, channelAxis: 3 });
    });
    expect(shape(last(network))).toEqual([6, 6, 2]);
  });
});

describe('detours that cost no dependency', () => {
  test('channel shuffle', () => {
    const network = onMap([3, 4, 6], (b, x) => {
      const grouped = reshape(b, 'split', x, [1, 3, 4, 2, 3]);
      const shuffled = reshape(b, 'merge', transpose(grouped, [0, 1, 2, 4, 3]), [1, 3, 4, 6]);
      elementwise(b, 'relu', 'Relu', [shuffled]);
    });
    expect(ops(network)).toEqual(['Input', 'Relu']);
    expect(reads(network, [2, 3])).toEqual([[2], [3]]);
  });

  test('channel shuffle of a map whose H, W and channels are equal', () => {
    const b = new NetworkBuilder('test');
    const x = b.input('input', { dims: [1, 4, 4, 4], h: 2, w: 3 });
    const grouped = reshape(b, 'split', x, [1, 2, 2, 4, 4]);
    const shuffled = reshape(b, 'merge', transpose(grouped, [0, 2, 1, 3, 4]), [1, 4, 4, 4]);
    expect(shuffled).toMatchObject({ layer: x.layer, h: 2, w: 3 });
  });

  test('NHWC to NCHW and back', () => {
    const network = onMap([5, 6, 3], (b, x) => {
      const channelsFirst = transpose(x, [0, 3, 1, 2]);
      const y = conv(b, channelsFirst, { spatialAxes: [2, 3], channelAxis: 1 });
      conv(b, transpose(y, [0, 2, 3, 1]));
    });
    expect(ops(network)).toEqual(['Input', 'Conv2D', 'Conv2D']);
    expect(shape(last(network))).toEqual([1, 2, 8]);
    expect(last(network).weights).toEqual({ rows: 72, columns: 8, groups: 1 });
  });

  test('heads of an attention', () => {
    const network = onSequence(7, 12, (b, x) => {
      const heads = transpose(reshape(b, 'heads', x, [1, 7, 3, 4]), [0, 2, 1, 3]);
      const scores = matmul(b, 'scores', heads, transpose(heads, [0, 1, 3, 2]));
      const context = matmul(b, 'context', scores, heads);
      const merged = reshape(b, 'merge', transpose(context, [0, 2, 1, 3]), [1, 7, 12]);
      dense(b, 'project', merged, { outputFeatures: 12 });
    });
    expect(ops(network)).toEqual(['Input', 'MatMul', 'MatMul', 'Dense']);
    expect(shape(network.layers[1]!)).toEqual([7, 1, 3 * 7]);
    expect(reads(network, [6, 0])).toEqual([[6], [0]]);
  });

  test('squeeze and unsqueeze', () => {
    const network = onSequence(7, 12, (b, x) => {
      const map = reshape(b, 'unsqueeze', x, [1, 1, 7, 12]);
      dense(b, 'fc', reshape(b, 'squeeze', map, [7, 12]), { outputFeatures: 5 });
    });
    expect(ops(network)).toEqual(['Input', 'Dense']);
    expect(shape(last(network))).toEqual([7, 1, 5]);
  });
});

describe('reshapes that keep positions apart', () => {
  test('a map that becomes a sequence for layers that work on every token: they are its positions', () => {
    const network = onMap([3, 4, 2], (b, x) => {
      const sequence = reshape(b, 'flatten', x, [1, 12, 2]);
      dense(b, 'fc', sequence, { outputFeatures: 5 });
    });
    expect(ops(network)).toEqual(['Input', 'Dense']);
    expect(shape(last(network))).toEqual([3, 4, 5]);
    expect(reads(network, [2, 3])).toEqual([[2], [3]]);
  });

  test('W merged with channels: a value waits for the column that it was in', () => {
    const network = onMap([3, 4, 2], (b, x) => reshape(b, 'merge', x, [1, 3, 8]));
    expect(shape(last(network))).toEqual([3, 8, 1]);
    expect(reads(network, [1, 0])).toEqual([[1], [0]]);
    expect(reads(network, [2, 5])).toEqual([[2], [2]]);
  });
});

describe('reshapes that cost everything', () => {
  test('a map that becomes a sequence and is cut as one: its tokens are rows', () => {
    const network = onMap([3, 4, 2], (b, x) => {
      const sequence = reshape(b, 'flatten', x, [1, 12, 2]);
      return slice(b, 'cut', sequence, { axis: 1, start: 1, size: 11 });
    });
    expect(ops(network)).toEqual(['Input', 'Reshape', 'Slice']);
    expect(network.layers[1]!.name).toBe('flatten');
    expect(shape(last(network))).toEqual([11, 1, 2]);
    expect(network.layers[1]!.inputs[0]).toMatchObject({ rows: { kind: 'all' }, columns: { kind: 'all' } });
  });

  test('rows that cannot be split where the new axis ends', () => {
    const network = onMap([3, 4, 2], (b, x) =>
      dense(b, 'fc', reshape(b, 'odd', x, [4, 3, 2]), { outputFeatures: 5 }),
    );
    expect(ops(network)).toEqual(['Input', 'Reshape', 'Dense']);
    expect(shape(last(network))).toEqual([4, 3, 5]);
    expect(network.layers[1]!.inputs[0]).toMatchObject({ rows: { kind: 'all' }, columns: { kind: 'all' } });
  });

  test('refuses another number of values', () => {
    expect(() => onMap([3, 4, 2], (b, x) => reshape(b, 'bad', x, [1, 25]))).toThrow(
      /bad \(Reshape\).*24 values.*25/,
    );
    expect(() => onMap([3, 4, 2], (b, x) => reshape(b, 'bad', x, [1, -4, -6]))).toThrow(/at least 1/);
  });
});

describe('base layers', () => {
  test('im2col of grouped and depthwise convolutions (section 3)', () => {
    const weights = (groups: number) => last(onMap([5, 5, 8], (b, x) => conv(b, x, { groups }))).weights;
    expect(weights(1)).toEqual({ rows: 72, columns: 8, groups: 1 });
    expect(weights(4)).toEqual({ rows: 18, columns: 2, groups: 4 });
    expect(weights(8)).toEqual({ rows: 9, columns: 1, groups: 8 });
  });

  test('Conv1D is Conv2D with H = 1', () => {
    const b = new NetworkBuilder('test');
    const x = b.input('input', { dims: [1, 4, 10], h: -1, w: 2 });
    convolution(b, 'conv', x, { windows: [window(3)], spatialAxes: [2], channelAxis: 1, outputChannels: 6 });
    expect(shape(last(b.build()))).toEqual([1, 8, 6]);
  });

  test('Conv1D along the tokens of a sequence keeps them where they are, and waits for its window only', () => {
    const b = new NetworkBuilder('test');
    const tokens = b.input('input', { dims: [1, 10, 4], h: 1, w: -1 });
    const projected = dense(b, 'fc', tokens, { outputFeatures: 4 });
    convolution(b, 'conv', projected, {
      windows: [window(3)],
      spatialAxes: [1],
      channelAxis: 2,
      outputChannels: 6,
    });
    const network = b.build();
    expect(network.layers.map(({ op }) => op)).toEqual(['Input', 'Dense', 'Conv2D']);
    expect(shape(last(network))).toEqual([8, 1, 6]);
    expect(reads(network, [2, 0])).toEqual([[2, 3, 4], [0]]);
  });

  test('a kernel of no rows or of more weights than can be counted is refused', () => {
    expect(() => onMap([5, 5, 8], (b, x) => conv(b, x, { outputChannels: 0 }))).toThrow(ClsaCimError);
    expect(() => onMap([5, 5, 8], (b, x) => dense(b, 'fc', x, { outputFeatures: 2 ** 53 }))).toThrow(
      ClsaCimError,
    );
  });

  test('Conv3D and groups that do not divide the channels are refused', () => {
    const three = [window(1), window(1), window(1)];
    expect(() => onMap([5, 5, 8], (b, x) => conv(b, x, { windows: three }))).toThrow(/3 dimensions/);
    expect(() => onMap([5, 5, 8], (b, x) => conv(b, x, { groups: 3 }))).toThrow(/3 groups/);
    expect(() => onMap([5, 5, 8], (b, x) => conv(b, x, { groups: 0 }))).toThrow(ClsaCimError);
  });

  test('a kernel computed from the input makes a convolution non-base', () => {
    const network = onMap([5, 5, 8], (b, x) => conv(b, x, { kernel: x }));
    expect(last(network).weights).toBeUndefined();
    expect(reads(network, [0, 0], 1)).toEqual(everythingOf(5, 5));
  });

  test('Dense on a map works on every position', () => {
    const network = onMap([3, 4, 2], (b, x) => dense(b, 'fc', x, { outputFeatures: 7 }));
    expect(shape(last(network))).toEqual([3, 4, 7]);
    expect(reads(network, [2, 3])).toEqual([[2], [3]]);
  });

  test('Dense over H has one MVM for every column and channel', () => {
    const network = onMap([3, 4, 2], (b, x) => dense(b, 'mix', x, { outputFeatures: 7, axis: 1 }));
    // Columns stay columns, so that one reads itself only; channels are the rows.
    expect(shape(last(network))).toEqual([2, 4, 7]);
    expect(last(network).weights).toEqual({ rows: 3, columns: 7, groups: 1 });
  });

  test('Dense over a W of size 1 has one MVM for every row', () => {
    const network = onMap([3, 1, 1], (b, x) => dense(b, 'fc', x, { outputFeatures: 7, axis: 2 }));
    expect(shape(last(network))).toEqual([3, 1, 7]);
  });

  test('Dense with three axes of positions takes them as rows', () => {
    const network = onMap([3, 4, 10], (b, x) =>
      dense(b, 'fc', reshape(b, 'heads', x, [1, 3, 4, 2, 5]), { outputFeatures: 7 }),
    );
    const base = network.layers.find(({ weights }) => weights !== undefined)!;
    expect(shape(base)).toEqual([24, 1, 7]);
    expect(base.weights).toEqual({ rows: 5, columns: 7, groups: 1 });
    expect(shape(last(network))).toEqual([1, 1, 168]);
  });

  test('MatMul with constants on either side', () => {
    const right = onSequence(6, 4, (b, x) => matmul(b, 'm', x, constant([4, 9])));
    expect([shape(last(right)), last(right).weights]).toEqual([
      [6, 1, 9],
      { rows: 4, columns: 9, groups: 1 },
    ]);
    const left = onSequence(6, 4, (b, x) => matmul(b, 'm', constant([9, 4]), transpose(x, [0, 2, 1])));
    expect([shape(last(left)), last(left).weights]).toEqual([[6, 1, 9], { rows: 4, columns: 9, groups: 1 }]);
  });

  test('MatMul with one constant matrix for every index of an axis has groups', () => {
    const network = onSequence(6, 8, (b, x) => {
      const heads = transpose(reshape(b, 'heads', x, [1, 6, 2, 4]), [0, 2, 1, 3]);
      matmul(b, 'm', heads, constant([2, 4, 9]));
    });
    expect(last(network).weights).toEqual({ rows: 4, columns: 9, groups: 2 });
    expect(shape(last(network))).toEqual([6, 1, 18]);
  });

  test('MatMul of a vector, and of shapes that do not fit', () => {
    const b = new NetworkBuilder('test');
    const x = b.input('input', { dims: [4], h: -1, w: -1 });
    expect(matmul(b, 'm', x, constant([4, 9])).dims).toEqual([9]);
    expect(() => matmul(b, 'm', x, constant([5, 9]))).toThrow(/do not fit together/);
  });

  test('layers of nothing but constants leave no trace', () => {
    const network = onMap([2, 2, 1], (b) => {
      const table = elementwise(b, 'add', 'Add', [constant([3]), constant([3])]);
      expect(table.layer).toBeUndefined();
      expect(matmul(b, 'm', constant([2, 3]), constant([3, 4])).dims).toEqual([2, 4]);
    });
    expect(ops(network)).toEqual(['Input']);
  });
});

describe('windows', () => {
  test('count positions as the formats do', () => {
    expect(windowOutput(224, window(7, { stride: 2, before: 3, after: 3 }))).toBe(112);
    expect(windowOutput(5, window(3, { dilation: 2 }))).toBe(1);
    expect(windowOutput(6, window(3, { stride: 2 }), true)).toBe(3);
    // A last window that would start in the trailing padding is not taken.
    expect(windowOutput(4, window(1, { stride: 3, before: 1, after: 1 }), true)).toBe(2);
  });

  test('SAME padding puts the odd one where it is told', () => {
    const even = { kernel: 3, stride: 2, dilation: 1 };
    expect(samePadding(224, even)).toEqual({ before: 0, after: 1 });
    expect(samePadding(224, even, 'begin')).toEqual({ before: 1, after: 0 });
    expect(samePadding(225, even)).toEqual({ before: 1, after: 1 });
    expect(samePadding(10, { kernel: 1, stride: 3, dilation: 1 })).toEqual({ before: 0, after: 0 });
  });
});
