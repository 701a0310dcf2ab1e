import {
  alongAxes,
  broadcastDims,
  concat,
  convolution,
  dense,
  depthToSpace,
  elementwise,
  gather,
  matmul,
  type PadMode,
  pad,
  pooling,
  reduce,
  reshape,
  resize,
  slice,
  spaceToDepth,
  transpose,
} from '../../src/network/operators/index.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import type { Sketch } from './sketch.ts';

/** Adds one operator, or one well-known block of them, and returns the OFMs that it makes. */
type Step = (s: Sketch) => Tensor | readonly Tensor[];

const SPATIAL = [0, 1];
const PAD_MODES: readonly PadMode[] = ['constant', 'edge', 'reflect', 'symmetric', 'wrap'];

/** What a random network is made of, by name. A new operator is one more entry. */
export const STEPS: Readonly<Record<string, Step>> = {
  conv: (s) => {
    const input = s.pick();
    const groups = s.dice.chance(30) ? input.dims[2]! : 1;
    return convolution(s.b, 'conv', input, {
      windows: SPATIAL.map((axis) => s.window(input.dims[axis]!)),
      spatialAxes: SPATIAL,
      channelAxis: 2,
      outputChannels: groups * s.dice.between(1, groups === 1 ? 6 : 2),
      groups,
      bias: s.dice.chance(30),
    });
  },

  conv1d: (s) => {
    const input = s.cropped(s.pick(), 1, s.pool.at(-1)!.dims[1]!);
    return convolution(s.b, 'conv1d', input, {
      windows: [s.window(input.dims[1]!)],
      spatialAxes: [1],
      channelAxis: 2,
      outputChannels: s.dice.between(1, 4),
    });
  },

  transposedConv: (s) => {
    const input = s.pickSmall(5);
    const windows = SPATIAL.map(() => {
      const kernel = s.dice.between(1, 3);
      const dilation = s.dice.between(1, 3);
      const crop = Math.floor((dilation * (kernel - 1)) / 2);
      const stride = s.dice.between(1, 3);
      return { kernel, dilation, stride, before: s.dice.between(0, crop), after: s.dice.between(0, crop) };
    });
    return convolution(s.b, 'transposed', input, {
      windows,
      spatialAxes: SPATIAL,
      channelAxis: 2,
      outputChannels: s.dice.between(1, 4),
      transposed: true,
      outputPadding: SPATIAL.map(() => s.dice.between(0, 2)),
    });
  },

  /** Folded where it follows a base layer that nothing else reads. */
  batchNorm: (s) => {
    const input = s.dice.chance(50) ? s.pick() : s.conv(s.pick(), 3, s.dice.between(1, 4));
    return s.b.positionwise({ name: 'bn', op: 'BatchNormalization' }, input);
  },

  relu: (s) => s.relu(s.pick()),

  denseOnMap: (s) =>
    dense(s.b, 'dense', s.pick(), { outputFeatures: s.dice.between(1, 6), bias: s.dice.chance(50) }),

  pool: (s) => {
    const input = s.pick();
    return pooling(s.b, 'pool', input, {
      op: s.dice.of(['MaxPool', 'AveragePool']),
      windows: SPATIAL.map((axis) => s.window(input.dims[axis]!)),
      spatialAxes: SPATIAL,
      ceil: s.dice.chance(30),
    });
  },

  /** Any two OFMs whose shapes fit; the last one with itself, if no other. */
  addBranches: (s) => {
    const left = s.pick();
    const partners = s.pool.filter(({ dims }) => broadcastDims([left.dims, dims]) !== undefined);
    return elementwise(s.b, 'add', s.dice.of(['Add', 'Mul']), [s.dice.of(partners), left]);
  },

  /** A row, a column or one position, sliced or reduced, broadcast over the map that it came from. */
  addBroadcast: (s) => {
    const input = s.pick();
    const thin = s.dice.of([[0], [1], [0, 1]]).reduce((tensor, axis) => {
      if (s.dice.chance(50)) return reduce(s.b, { name: 'mean', op: 'ReduceMean' }, tensor, [axis]);
      const start = s.dice.between(0, tensor.dims[axis]! - 1);
      return slice(s.b, 'line', tensor, { axis, start, size: 1 });
    }, input);
    const branch = s.dice.chance(50) ? s.conv(thin, 1, input.dims[2]!) : thin;
    return elementwise(s.b, 'add', 'Add', s.dice.chance(50) ? [branch, input] : [input, branch]);
  },

  concatChannels: (s) => {
    const left = s.pick();
    const right = s.pick();
    const height = Math.min(left.dims[0]!, right.dims[0]!);
    const width = Math.min(left.dims[1]!, right.dims[1]!);
    return concat(s.b, 'concat', [s.cropped(left, height, width), s.cropped(right, height, width)], 2);
  },

  concatPositions: (s) => {
    const axis = s.dice.of(SPATIAL);
    const parts = Array.from({ length: s.dice.between(2, 3) }, () => s.pickSmall(6));
    const shared = Math.min(...parts.map(({ dims }) => dims[1 - axis]!));
    const fitting = parts.map((part) => {
      const own = part.dims[axis]!;
      const [height, width] = axis === 0 ? [own, shared] : [shared, own];
      const cut = s.cropped(part, height, width);
      return cut.dims[2] === 2 ? cut : s.conv(cut, 1, 2);
    });
    return concat(s.b, 'concat', fitting, axis);
  },

  pad: (s) => {
    const axis = s.dice.of(SPATIAL);
    const input = s.pickSmall(12);
    const size = input.dims[axis]!;
    // At the negative end it crops; at least one position stays.
    const before = s.dice.between(-Math.min(2, size - 1), 3);
    const after = s.dice.between(-Math.max(0, Math.min(2, size - 1 + Math.min(before, 0))), 3);
    const mode = s.dice.of(PAD_MODES);
    return pad(s.b, 'pad', input, { axis, before, after, mode });
  },

  slice: (s) => {
    const axis = s.dice.of(SPATIAL);
    const input = s.pick();
    const last = input.dims[axis]! - 1;
    const start = s.dice.between(0, last);
    const step = s.dice.of([1, -1, 2, -2, 3, -3]);
    const most = Math.floor((step > 0 ? last - start : start) / Math.abs(step)) + 1;
    return slice(s.b, 'slice', input, { axis, start, step, size: s.dice.between(1, most) });
  },

  flip: (s) => s.flipped(s.pick(), s.dice.between(0, 1)),

  gather: (s) => {
    const axis = s.dice.of(SPATIAL);
    const input = s.pick();
    const positions = Array.from({ length: s.dice.between(1, 10) }, () =>
      s.dice.between(0, input.dims[axis]! - 1),
    );
    return gather(s.b, 'gather', input, { axis, positions });
  },

  resize: (s) => {
    const input = s.pick();
    return resize(s.b, 'resize', input, {
      dims: [s.dice.between(1, 14), s.dice.between(1, 14), input.dims[2]!],
      mode: s.dice.of(['nearest', 'linear', 'cubic']),
    });
  },

  /** A stage of a decoder. */
  upsampleAndConv: (s) => {
    const input = s.pickSmall(8);
    const [height, width, channels] = [input.dims[0]!, input.dims[1]!, input.dims[2]!];
    const larger = resize(s.b, 'up', input, {
      dims: [height + s.dice.between(0, height), width + s.dice.between(0, width), channels],
      mode: s.dice.of(['nearest', 'linear', 'cubic']),
    });
    const ordered = s.dice.chance(30) ? s.flipped(larger, s.dice.between(0, 1)) : larger;
    return s.conv(ordered, s.dice.of([1, 3]), 2);
  },

  spaceToDepth: (s) => {
    const input = s.pick();
    const block = Math.min(s.dice.between(2, 3), input.dims[0]!, input.dims[1]!);
    const [height, width] = SPATIAL.map((axis) => input.dims[axis]! - (input.dims[axis]! % block));
    const batched = s.withBatch(s.cropped(input, height!, width!));
    return spaceToDepth(s.b, 'reorg', batched, { block, channelAxis: 3 });
  },

  depthToSpace: (s) => {
    const batched = s.withBatch(s.conv(s.pickSmall(8), 1, 4));
    return depthToSpace(s.b, 'shuffle', batched, { block: 2, channelAxis: 3 });
  },

  /** Merges H, W and C in some way; all of them read everything. */
  mergeAxes: (s) => {
    const input = s.pick();
    const [height, width, channels] = [input.dims[0]!, input.dims[1]!, input.dims[2]!];
    const dims = s.dice.of([
      [height * width * channels],
      [height * width, channels],
      [height, width * channels],
      [width, height, channels],
    ]);
    return reshape(s.b, 'reshape', input, dims);
  },

  swapAxes: (s) => s.b.withAxes(transpose(s.pick(), [1, 0, 2]), 0, 1),

  softmaxOverHeight: (s) => alongAxes(s.b, { name: 'softmax', op: 'Softmax' }, s.pick(), [0]),

  softmaxOverChannels: (s) => alongAxes(s.b, { name: 'softmax', op: 'Softmax' }, s.pick(), [2]),

  squeezeExcite: (s) => {
    const input = s.pick();
    const pooled = reduce(s.b, { name: 'gap', op: 'GlobalAveragePool' }, input, SPATIAL);
    const squeezed = s.relu(s.conv(pooled, 1, 2));
    return s.combined('Mul', input, s.conv(squeezed, 1, input.dims[2]!));
  },

  attention: (s) => {
    const input = s.pickSmall(4);
    const [height, width, channels] = [input.dims[0]!, input.dims[1]!, input.dims[2]!];
    const tokens = reshape(s.b, 'tokens', input, [height * width, channels]);
    const project = (name: string) => dense(s.b, name, tokens, { outputFeatures: 3 });
    const scores = matmul(s.b, 'scores', project('q'), transpose(project('k'), [1, 0]));
    const weights = alongAxes(s.b, { name: 'softmax', op: 'Softmax' }, scores, [1]);
    return dense(s.b, 'out', matmul(s.b, 'mix', weights, project('v')), { outputFeatures: 2 });
  },

  residualChain: (s) => {
    const input = s.pick();
    const channels = input.dims[2]!;
    const stride = s.dice.between(1, 2);
    let x = stride === 1 ? input : s.conv(input, 1, channels, stride);
    for (let block = s.dice.between(1, 4); block > 0; block--) {
      const deep = s.dice.chance(50) ? s.relu(s.conv(x, 3, channels)) : x;
      x = s.combined('Add', s.conv(deep, s.dice.of([3, 1]), channels), x);
      if (s.dice.chance(50)) x = s.relu(x);
    }
    return x;
  },

  denseBlock: (s) => {
    let x = s.pick();
    for (let layer = s.dice.between(1, 3); layer > 0; layer--) {
      x = concat(s.b, 'concat', [x, s.conv(x, s.dice.of([3, 1, 2]), 1)], 2);
    }
    return x;
  },

  inception: (s) => {
    const input = s.pick();
    const windows = SPATIAL.map((axis) => s.same(input.dims[axis]!, 3));
    const pooled = pooling(s.b, 'pool', input, { op: 'MaxPool', windows, spatialAxes: SPATIAL });
    const branches = [
      s.conv(input, 1, 1),
      s.conv(s.conv(input, 1, 2), 3, 1),
      s.conv(pooled, 1, 1),
      s.conv(s.conv(input, 1, 2), 5, 1),
    ];
    return concat(s.b, 'concat', branches.slice(0, s.dice.between(2, 4)), 2);
  },

  spatialPyramid: (s) => {
    const input = s.pick();
    const pooled = [3, 5, 9].map((kernel) => {
      const windows = SPATIAL.map((axis) => s.same(input.dims[axis]!, kernel));
      return pooling(s.b, 'pool', input, { op: 'MaxPool', windows, spatialAxes: SPATIAL });
    });
    return concat(s.b, 'concat', [input, ...pooled], 2);
  },

  /** Two OFMs of one step: halves of a map, each of which goes its own way. */
  split: (s) => {
    const input = s.pick();
    const axis = s.dice.of(SPATIAL);
    const size = input.dims[axis]!;
    if (size === 1) return input;
    const first = s.dice.between(1, size - 1);
    return [
      slice(s.b, 'split', input, { axis, start: 0, size: first, op: 'Split' }),
      slice(s.b, 'split', input, { axis, start: first, size: size - first, op: 'Split' }),
    ];
  },
};
