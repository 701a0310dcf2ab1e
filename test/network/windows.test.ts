import { describe, expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import type { Network } from '../../src/network/network.ts';
import { opsOf } from './computed.ts';
import { tracedOperators as ops, type Traced, tracedInput, trackedMasks, trueMasks } from './traced.ts';

/** Builds a network from one map (1, H, W, C) and checks what every position of its result waits for. */
function expectExact(
  [height, width, channels]: readonly [number, number, number],
  build: (b: NetworkBuilder, x: Traced) => Traced,
): { network: Network; result: Traced; read: bigint[] } {
  const b = new NetworkBuilder('test');
  const result = build(b, tracedInput(b, [1, height, width, channels], 1, 2));
  const network = b.build();
  const read = trackedMasks(network, result.tensor);
  expect(read).toEqual(trueMasks(result));
  return { network, result, read };
}

/** How many input positions a value depends on. */
const count = (mask: bigint) => [...mask.toString(2)].filter((digit) => digit === '1').length;

/** Multi-head self-attention along the second last axis of (batch, tokens, channels), between dense layers. */
function attention(b: NetworkBuilder, x: Traced, heads: number): Traced {
  const [batch, tokens, channels] = x.tensor.dims as [number, number, number];
  const project = () => {
    const projected = ops.dense(b, ops.softmax(b, x, 2), 2, channels);
    const split = ops.reshape(b, projected, [batch, tokens, heads, channels / heads]);
    return ops.transpose(b, split, [0, 2, 1, 3]);
  };
  const [query, key, value] = [project(), project(), project()];
  const scores = ops.softmax(b, ops.matmul(b, query, ops.transpose(b, key, [0, 1, 3, 2])), 3);
  const context = ops.transpose(b, ops.matmul(b, scores, value), [0, 2, 1, 3]);
  return ops.dense(b, ops.reshape(b, context, [batch, tokens, channels]), 2, channels);
}

/** The same with the heads beside the batch, as PyTorch's multi-head attention has them: (tokens, batch, channels). */
function attentionByTokens(b: NetworkBuilder, x: Traced, heads: number): Traced {
  const [tokens, batch, channels] = x.tensor.dims as [number, number, number];
  const project = () =>
    ops.transpose(
      b,
      ops.reshape(b, ops.dense(b, x, 2, channels), [tokens, batch * heads, channels / heads]),
      [1, 0, 2],
    );
  const scores = ops.softmax(b, ops.matmul(b, project(), ops.transpose(b, project(), [0, 2, 1])), 2);
  const context = ops.transpose(b, ops.matmul(b, scores, project()), [1, 0, 2]);
  return ops.dense(b, ops.reshape(b, context, [tokens, batch, channels]), 2, channels);
}

/** The map (1, H, W, C) as windows (windows, tokens, C); `inner` says which part of H and W a window has. */
const split = (h: number, w: number, size: number, channels: number) =>
  [1, h / size, size, w / size, size, channels] as const;

const toWindows = (b: NetworkBuilder, x: Traced, size: number) => {
  const [, h, w, c] = x.tensor.dims as [number, number, number, number];
  const cut = ops.transpose(b, ops.reshape(b, x, split(h, w, size, c)), [0, 1, 3, 2, 4, 5]);
  return ops.reshape(b, cut, [(h * w) / size ** 2, size ** 2, c]);
};

const fromWindows = (b: NetworkBuilder, x: Traced, [h, w]: readonly [number, number], size: number) => {
  const c = x.tensor.dims.at(-1)!;
  const cut = ops.reshape(b, x, [1, h / size, w / size, size, size, c]);
  return ops.reshape(b, ops.transpose(b, cut, [0, 1, 3, 2, 4, 5]), [1, h, w, c]);
};

describe('attention within parts of a map', () => {
  test('windows (Swin): a token waits for its window', () => {
    const { network, read } = expectExact([8, 8, 4], (b, x) => {
      const mixed = attention(b, toWindows(b, x, 4), 2);
      return ops.add(b, x, fromWindows(b, mixed, [8, 8], 4));
    });
    expect(read.every((mask) => count(mask) === 16)).toBe(true);
    expect(
      network.layers.filter(({ weights }) => weights).map(({ shape }) => [shape.height, shape.width]),
    ).toEqual([0, 1, 2, 3].map(() => [8, 8]));
  });

  test('shifted windows in tokens, an MLP between, and merged patches (Swin)', () => {
    const { read } = expectExact([8, 8, 4], (b, x) => {
      const tokens = ops.reshape(b, x, [1, 64, 4]);
      const map = ops.reshape(b, ops.softmax(b, tokens, 2), [1, 8, 8, 4]);
      const shifted = ops.roll(b, ops.roll(b, map, 1), 2);
      const mixed = fromWindows(b, attention(b, toWindows(b, shifted, 4), 2), [8, 8], 4);
      const back = ops.unroll(b, ops.unroll(b, mixed, 1), 2);
      const sum = ops.add(b, tokens, ops.reshape(b, back, [1, 64, 4]));
      const mlp = ops.add(b, sum, ops.dense(b, ops.dense(b, sum, 2, 8), 2, 4));
      const merged = ops.transpose(b, ops.reshape(b, mlp, [1, 4, 2, 4, 2, 4]), [0, 1, 3, 4, 2, 5]);
      return ops.dense(b, ops.reshape(b, merged, [1, 4, 4, 16]), 3, 8);
    });
    // A patch of four tokens lies in one shifted window, in two, or in four.
    expect([...new Set(read.map(count))].sort((p, q) => p - q)).toEqual([16, 32, 64]);
  });

  test('a grid (MaxViT): a token waits for those that lie in steps from it', () => {
    const { read } = expectExact([8, 12, 4], (b, x) => {
      const grid = ops.transpose(b, ops.reshape(b, x, [1, 4, 2, 4, 3, 4]), [0, 2, 4, 1, 3, 5]);
      const mixed = attention(b, ops.reshape(b, grid, [6, 16, 4]), 2);
      const cut = ops.transpose(b, ops.reshape(b, mixed, [1, 2, 3, 4, 4, 4]), [0, 3, 1, 4, 2, 5]);
      return ops.reshape(b, cut, [1, 8, 12, 4]);
    });
    expect(read.every((mask) => count(mask) === 16)).toBe(true);
  });

  test.each([
    ['rows', [0, 1, 2, 3], 12],
    ['columns', [0, 2, 1, 3], 8],
  ] as const)('axial, along %s', (_, permutation, tokens) => {
    const { network, read } = expectExact([8, 12, 4], (b, x) => {
      const turned = ops.transpose(b, x, permutation);
      const lines = ops.reshape(b, turned, turned.tensor.dims.slice(1));
      const mixed = ops.reshape(b, attention(b, lines, 2), turned.tensor.dims);
      return ops.add(b, x, ops.transpose(b, mixed, permutation));
    });
    expect(read.every((mask) => count(mask) === tokens)).toBe(true);
    expect(opsOf(network)).not.toContain('Reshape');
  });

  test('axial, with the heads beside the lines', () => {
    const { read } = expectExact([8, 4, 4], (b, x) => {
      const lines = ops.transpose(b, ops.reshape(b, x, [8, 4, 4]), [1, 0, 2]);
      return ops.transpose(b, attentionByTokens(b, lines, 2), [1, 0, 2]);
    });
    expect(read.every((mask) => count(mask) === 4)).toBe(true);
  });
});

describe('positions that become channels, and back', () => {
  test.each(['blocks', 'parts'] as const)('PixelUnshuffle by reshapes, of %s of rows and columns', (kind) => {
    const { network, read } = expectExact([8, 12, 2], (b, x) => {
      const first = ops.transpose(b, x, [0, 3, 1, 2]);
      const isBlock = kind === 'blocks';
      const cut = ops.reshape(b, first, isBlock ? [1, 2, 4, 2, 6, 2] : [1, 2, 2, 4, 2, 6]);
      const turned = ops.transpose(b, cut, isBlock ? [0, 1, 3, 5, 2, 4] : [0, 1, 2, 4, 3, 5]);
      const small = ops.reshape(b, turned, [1, 8, 4, 6]);
      return ops.convolution(b, ops.transpose(b, small, [0, 2, 3, 1]));
    });
    expect(opsOf(network)).toEqual(['Input', 'Reshape', 'Conv2D']);
    expect(read.every((mask) => count(mask) === 16)).toBe(true);
  });

  test('PixelShuffle by reshapes', () => {
    const { network } = expectExact([3, 4, 8], (b, x) => {
      const cut = ops.reshape(b, ops.transpose(b, x, [0, 3, 1, 2]), [1, 2, 2, 2, 3, 4]);
      const turned = ops.transpose(b, cut, [0, 1, 4, 2, 5, 3]);
      return ops.convolution(b, ops.transpose(b, ops.reshape(b, turned, [1, 2, 6, 8]), [0, 2, 3, 1]));
    });
    expect(network.layers[1]).toMatchObject({ op: 'Reshape', shape: { height: 6, width: 8, channels: 2 } });
    expect(network.layers[1]!.inputs[0]).toMatchObject({
      rows: { kind: 'transposed', kernel: 2, stride: 2 },
      columns: { kind: 'transposed', kernel: 2, stride: 2 },
    });
  });

  test('space to depth by slices (Focus)', () => {
    const { read } = expectExact([8, 6, 3], (b, x) => {
      const part = (reverseRows: boolean, reverseColumns: boolean) => {
        const rows = ops.everyOther(b, reverseRows ? ops.reverse(b, x, 1) : x, 1);
        return ops.everyOther(b, reverseColumns ? ops.reverse(b, rows, 2) : rows, 2);
      };
      const halves = [part(false, false), part(true, false), part(false, true), part(true, true)];
      return ops.convolution(
        b,
        halves.reduce((all, half) => ops.concat(b, all, half, 3)),
      );
    });
    expect(read.length).toBe(3 * 2 * 2);
  });

  test('space to depth by picking from a split axis', () => {
    const { read } = expectExact([8, 6, 3], (b, x) => {
      const cut = ops.reshape(b, x, [1, 4, 2, 3, 2, 3]);
      const picked = ops.everyOther(b, ops.everyOther(b, cut, 2), 4);
      return ops.convolution(b, ops.reshape(b, picked, [1, 4, 3, 3]));
    });
    expect(read.every((mask) => count(mask) === 4)).toBe(true);
  });

  test('patches of a ViT by reshapes are one MVM each', () => {
    const { network, read } = expectExact([8, 12, 3], (b, x) => {
      const cut = ops.transpose(b, ops.reshape(b, x, [1, 2, 4, 3, 4, 3]), [0, 1, 3, 2, 4, 5]);
      return ops.dense(b, ops.reshape(b, cut, [1, 6, 48]), 2, 8);
    });
    expect(network.layers.at(-1)).toMatchObject({
      shape: { height: 2, width: 3, channels: 8 },
      weights: { rows: 48, columns: 8 },
    });
    expect(read.every((mask) => count(mask) === 16)).toBe(true);
  });

  test('four tokens that become one', () => {
    const b = new NetworkBuilder('test');
    const x = tracedInput(b, [1, 16, 3], 1, -1);
    const result = ops.dense(b, ops.reshape(b, x, [1, 4, 12]), 2, 5);
    expect(trackedMasks(b.build(), result.tensor)).toEqual(trueMasks(result));
  });

  test('a map whose columns and channels are features of its rows', () => {
    const { network } = expectExact([4, 6, 3], (b, x) => ops.dense(b, ops.reshape(b, x, [1, 4, 18]), 2, 5));
    expect(network.layers.at(-1)!.shape).toEqual({ height: 4, width: 1, channels: 5 });
  });
});

describe('rows and columns that are swapped', () => {
  test('stay rows and columns where a convolution slides along them', () => {
    const { network, read } = expectExact([4, 6, 2], (b, x) => {
      const turned = ops.transpose(b, ops.dense(b, x, 3, 2), [0, 2, 1, 3]);
      return ops.convolution(b, turned);
    });
    expect(opsOf(network)).toEqual(['Input', 'Dense', 'Conv2D']);
    expect(network.layers.at(-1)!.shape).toEqual({ height: 3, width: 5, channels: 2 });
    expect(read.every((mask) => count(mask) === 4)).toBe(true);
  });

  test('stay where channels become blocks of them', () => {
    expectExact([4, 6, 8], (b, x) => {
      const turned = ops.transpose(b, ops.dense(b, x, 3, 8), [0, 2, 1, 3]);
      return ops.depthToSpace(b, turned);
    });
  });
});

describe('where positions cannot stay apart', () => {
  test('a map and its transpose, added: everything', () => {
    const b = new NetworkBuilder('test');
    const x = ops.dense(b, tracedInput(b, [1, 4, 4, 2], 1, 2), 3, 2);
    ops.add(b, x, ops.transpose(b, x, [0, 2, 1, 3]));
    const sum = b.build().layers.at(-1)!;
    expect(sum.inputs[1]).toMatchObject({ rows: { kind: 'all' }, columns: { kind: 'all' } });
  });

  test('tokens beside a class token wait for everything of the map', () => {
    const b = new NetworkBuilder('test');
    const x = tracedInput(b, [1, 4, 6, 2], 1, 2);
    const tokens = ops.reshape(b, x, [1, 24, 2]);
    ops.concat(b, ops.everyOther(b, tokens, 1), tokens, 1);
    const [, reshape] = b.build().layers;
    expect(reshape).toMatchObject({ op: 'Reshape', shape: { height: 24, width: 1, channels: 2 } });
    expect(reshape!.inputs[0]).toMatchObject({ rows: { kind: 'all' }, columns: { kind: 'all' } });
  });
});
