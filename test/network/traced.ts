import type { NetworkBuilder } from '../../src/network/builder.ts';
import type { Network } from '../../src/network/network.ts';
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
  pad,
  reduce,
  reshape,
  resize,
  slice,
  spaceToDepth,
  transpose,
  UNIT_WINDOW,
} from '../../src/network/operators/index.ts';
import { constant, elements, type Tensor } from '../../src/network/tensor.ts';
import { positionsRead } from '../reference/reads.ts';

/**
 * A tensor together with what each of its values truly depends on: bit `i` of a mask stands for position `i`
 * of the network's input, in row-major order. Operators are computed on the masks as numpy would compute
 * them on numbers, without any notion of H and W, so that the tracking of axes can be checked against it.
 */
export interface Traced {
  readonly tensor: Tensor;
  readonly masks: readonly bigint[];
}

type Coordinates = readonly number[];

function coordinatesOf(index: number, dims: readonly number[]): number[] {
  const out = dims.map(() => 0);
  let rest = index;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    out[axis] = rest % dims[axis]!;
    rest = Math.floor(rest / dims[axis]!);
  }
  return out;
}

function indexOf(coordinates: Coordinates, dims: readonly number[]): number {
  return dims.reduce((index, size, axis) => index * size + coordinates[axis]!, 0);
}

function at({ tensor, masks }: Traced, coordinates: Coordinates): bigint {
  return masks[indexOf(coordinates, tensor.dims)]!;
}

/** The value that broadcasting puts at `coordinates` of a result of higher rank or larger size. */
function broadcastAt(traced: Traced, coordinates: Coordinates): bigint {
  const { dims } = traced.tensor;
  const own = coordinates.slice(coordinates.length - dims.length);
  return at(
    traced,
    own.map((c, axis) => (dims[axis] === 1 ? 0 : c)),
  );
}

function traced(tensor: Tensor, maskAt: (coordinates: Coordinates) => bigint): Traced {
  const { dims } = tensor;
  return {
    tensor,
    masks: Array.from({ length: elements(dims) }, (_, i) => maskAt(coordinatesOf(i, dims))),
  };
}

function union(count: number, maskAt: (i: number) => bigint): bigint {
  let mask = 0n;
  for (let i = 0; i < count; i++) mask |= maskAt(i);
  return mask;
}

const replaced = (coordinates: Coordinates, axis: number, value: number) =>
  coordinates.map((c, i) => (i === axis ? value : c));

/** The network's input with a bit for each of its positions. */
export function tracedInput(b: NetworkBuilder, dims: readonly number[], h: number, w: number): Traced {
  const width = w < 0 ? 1 : dims[w]!;
  return traced(
    b.input('input', { dims, h, w }),
    (c) => 1n << BigInt((h < 0 ? 0 : c[h]!) * width + (w < 0 ? 0 : c[w]!)),
  );
}

/** The operators of the network room on traced tensors. */
export const tracedOperators = {
  reshape: (b: NetworkBuilder, x: Traced, dims: readonly number[]): Traced => ({
    tensor: reshape(b, 'reshape', x.tensor, dims),
    masks: x.masks,
  }),

  transpose: (_: NetworkBuilder, x: Traced, permutation: readonly number[]): Traced =>
    traced(transpose(x.tensor, permutation), (c) =>
      at(
        x,
        permutation.map((_, axis) => c[permutation.indexOf(axis)]!),
      ),
    ),

  add: (b: NetworkBuilder, x: Traced, y: Traced): Traced =>
    traced(elementwise(b, 'add', 'Add', [x.tensor, y.tensor]), (c) => broadcastAt(x, c) | broadcastAt(y, c)),

  concat: (b: NetworkBuilder, x: Traced, y: Traced, axis: number): Traced => {
    const size = x.tensor.dims[axis]!;
    return traced(concat(b, 'concat', [x.tensor, y.tensor], axis), (c) =>
      c[axis]! < size ? at(x, c) : at(y, replaced(c, axis, c[axis]! - size)),
    );
  },

  reverse: (b: NetworkBuilder, x: Traced, axis: number): Traced => {
    const size = x.tensor.dims[axis]!;
    const tensor = slice(b, 'reverse', x.tensor, { axis, start: size - 1, size, step: -1 });
    return traced(tensor, (c) => at(x, replaced(c, axis, size - 1 - c[axis]!)));
  },

  everyOther: (b: NetworkBuilder, x: Traced, axis: number): Traced => {
    const size = Math.ceil(x.tensor.dims[axis]! / 2);
    const tensor = slice(b, 'slice', x.tensor, { axis, start: 0, size, step: 2 });
    return traced(tensor, (c) => at(x, replaced(c, axis, 2 * c[axis]!)));
  },

  pad: (b: NetworkBuilder, x: Traced, axis: number): Traced => {
    const size = x.tensor.dims[axis]!;
    return traced(pad(b, 'pad', x.tensor, { axis, before: 1, after: 0 }), (c) =>
      c[axis]! === 0 || c[axis]! > size ? 0n : at(x, replaced(c, axis, c[axis]! - 1)),
    );
  },

  roll: (b: NetworkBuilder, x: Traced, axis: number): Traced => {
    const size = x.tensor.dims[axis]!;
    const positions = Array.from({ length: size }, (_, i) => (i + 1) % size);
    const tensor = gather(b, 'roll', x.tensor, { axis, positions });
    return traced(tensor, (c) => at(x, replaced(c, axis, positions[c[axis]!]!)));
  },

  unroll: (b: NetworkBuilder, x: Traced, axis: number): Traced => {
    const size = x.tensor.dims[axis]!;
    const positions = Array.from({ length: size }, (_, i) => (i + size - 1) % size);
    const tensor = gather(b, 'unroll', x.tensor, { axis, positions });
    return traced(tensor, (c) => at(x, replaced(c, axis, positions[c[axis]!]!)));
  },

  sum: (b: NetworkBuilder, x: Traced, axis: number, keepDims: boolean): Traced => {
    const tensor = reduce(b, { name: 'sum', op: 'ReduceSum' }, x.tensor, [axis], { keepDims });
    return traced(tensor, (c) => {
      const full = keepDims ? c : c.toSpliced(axis, 0, 0);
      return union(x.tensor.dims[axis]!, (i) => at(x, replaced(full, axis, i)));
    });
  },

  softmax: (b: NetworkBuilder, x: Traced, axis: number): Traced =>
    traced(alongAxes(b, { name: 'softmax', op: 'Softmax' }, x.tensor, [axis]), (c) =>
      union(x.tensor.dims[axis]!, (i) => at(x, replaced(c, axis, i))),
    ),

  dense: (b: NetworkBuilder, x: Traced, axis: number, outputFeatures: number): Traced =>
    traced(dense(b, 'dense', x.tensor, { axis, outputFeatures }), (c) =>
      union(x.tensor.dims[axis]!, (i) => at(x, replaced(c, axis, i))),
    ),

  matmul: (b: NetworkBuilder, x: Traced, y: Traced): Traced =>
    traced(matmul(b, 'matmul', x.tensor, y.tensor), (c) =>
      union(x.tensor.dims.at(-1)!, (i) => {
        const left = replaced(c, c.length - 1, i);
        const right = replaced(c, c.length - 2, i);
        return broadcastAt(x, left) | broadcastAt(y, right);
      }),
    ),

  nearest: (b: NetworkBuilder, x: Traced, axis: number): Traced => {
    const dims = replaced(x.tensor.dims, axis, 2 * x.tensor.dims[axis]!);
    const tensor = resize(b, 'resize', x.tensor, { dims, mode: 'nearest' });
    return traced(tensor, (c) => at(x, replaced(c, axis, Math.floor(c[axis]! / 2))));
  },

  /** A 2x2 convolution without padding over (N, H, W, C). */
  convolution: (b: NetworkBuilder, x: Traced): Traced => {
    const window = { ...UNIT_WINDOW, kernel: 2 };
    const tensor = convolution(b, 'conv', x.tensor, {
      windows: [window, window],
      spatialAxes: [1, 2],
      channelAxis: 3,
      outputChannels: 2,
    });
    return traced(tensor, ([n, y, x0]) =>
      union(4 * x.tensor.dims[3]!, (i) => at(x, [n!, y! + (i & 1), x0! + ((i >> 1) & 1), Math.floor(i / 4)])),
    );
  },

  /** Blocks of 2x2 positions of (N, H, W, C) become channels. */
  spaceToDepth: (b: NetworkBuilder, x: Traced): Traced => {
    const channels = x.tensor.dims[3]!;
    const tensor = spaceToDepth(b, 's2d', x.tensor, { block: 2, channelAxis: 3 });
    return traced(tensor, ([n, y, x0, c]) => {
      const block = Math.floor(c! / channels);
      return at(x, [n!, 2 * y! + Math.floor(block / 2), 2 * x0! + (block % 2), c! % channels]);
    });
  },

  /** Channels of (N, H, W, C) become blocks of 2x2 positions. */
  depthToSpace: (b: NetworkBuilder, x: Traced): Traced => {
    const tensor = depthToSpace(b, 'd2s', x.tensor, { block: 2, channelAxis: 3 });
    const channels = tensor.dims[3]!;
    return traced(tensor, ([n, y, x0, c]) => {
      const block = 2 * (y! % 2) + (x0! % 2);
      return at(x, [n!, Math.floor(y! / 2), Math.floor(x0! / 2), block * channels + c!]);
    });
  },
};

/** A constant: it depends on nothing. */
export function tracedConstant(dims: readonly number[]): Traced {
  return traced(constant(dims), () => 0n);
}

/** True where broadcasting fits the two shapes together. */
export function broadcastable(x: Traced, y: Traced): boolean {
  return broadcastDims([x.tensor.dims, y.tensor.dims]) !== undefined;
}

/** For every value of `tensor`, the input positions that the network says its position depends on. */
export function trackedMasks(network: Network, tensor: Tensor): bigint[] {
  const maskOf = maskReader(network);
  const { layer } = tensor;
  return Array.from({ length: elements(tensor.dims) }, (_, i) =>
    layer === undefined ? 0n : maskOf(layer, ...positionOf(tensor, coordinatesOf(i, tensor.dims))),
  );
}

/** For every value of `tensor`, what the values of its position truly depend on, all together. */
export function trueMasks({ tensor, masks }: Traced): bigint[] {
  const places = masks.map((_, i) => positionOf(tensor, coordinatesOf(i, tensor.dims)).join());
  const together = new Map<string, bigint>();
  masks.forEach((mask, i) => {
    together.set(places[i]!, (together.get(places[i]!) ?? 0n) | mask);
  });
  return places.map((place) => together.get(place)!);
}

/** Row and column of the layer's OFM at which a value lies. */
function positionOf(tensor: Tensor, coordinates: Coordinates): [row: number, column: number] {
  if (tensor.view === undefined) {
    const { h, w } = tensor;
    return [h < 0 ? 0 : coordinates[h]!, w < 0 ? 0 : coordinates[w]!];
  }
  const position = { h: 0, w: 0, c: 0 };
  tensor.view.layout.forEach((factors, axis) => {
    const digits = coordinatesOf(
      coordinates[axis]!,
      factors.map(({ size }) => size),
    );
    factors.forEach(({ of, stride }, i) => {
      position[of] += digits[i]! * stride;
    });
  });
  return [position.h, position.w];
}

/** What position (y, x) of a layer depends on. */
function maskReader(network: Network): (index: number, y: number, x: number) => bigint {
  const memo = new Map<string, bigint>();
  const maskOf = (index: number, y: number, x: number): bigint => {
    const key = `${index}/${y}/${x}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const layer = network.layers[index]!;
    const { width } = layer.shape;
    let mask = layer.op === 'Input' ? 1n << BigInt(y * width + x) : 0n;
    for (const { from, rows, columns } of layer.inputs) {
      const { shape } = network.layers[from]!;
      for (const row of positionsRead(rows, y, shape.height)) {
        for (const column of positionsRead(columns, x, shape.width)) mask |= maskOf(from, row, column);
      }
    }
    memo.set(key, mask);
    return mask;
  };
  return maskOf;
}
