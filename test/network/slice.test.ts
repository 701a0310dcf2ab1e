import { describe, expect, test } from 'vitest';
import { NetworkBuilder, type Output } from '../../src/network/builder.ts';
import { concat, gather, type PadMode, pad, reshape, slice } from '../../src/network/operators/index.ts';
import { SAME, shift } from '../../src/network/reads.ts';
import { isConstant, layoutOf, type Tensor } from '../../src/network/tensor.ts';
import { positionsRead } from '../reference/reads.ts';
import { thrownBy } from '../thrown.ts';
import { opsOf } from './computed.ts';
import { c, h, w } from './digits.ts';

/** What `build` makes of a map, (1, 6, 5, 4) with H and W on the axes 1 and 2 if nothing else is said. */
function on(build: (b: NetworkBuilder, x: Tensor) => Tensor, map: Partial<Output> = {}) {
  const b = new NetworkBuilder('test');
  const out = build(b, b.input('x', { dims: [1, 6, 5, 4], h: 1, w: 2, ...map }));
  const network = b.build();
  const layer = network.layers.at(-1)!;
  const [edge] = layer.inputs;
  return { out, ops: opsOf(network), layer, rows: edge?.rows, columns: edge?.columns };
}

const rowsOf = (...positions: number[]) => ({ kind: 'list', positions });

describe('a slice', () => {
  test.each([
    [2, shift(1, 2)],
    [-2, rowsOf(5, 3, 1)],
    [0, rowsOf(4, 4, 4)],
  ])('by steps of %d reads start + i * step', (step, rows) => {
    const start = step > 0 ? 1 : step < 0 ? 5 : 4;
    const { layer, ...read } = on((b, x) => slice(b, 'cut', x, { axis: 1, start, size: 3, step }));
    expect(read).toMatchObject({ rows, columns: SAME });
    expect(layer).toMatchObject({ name: 'cut', op: 'Slice', shape: { height: 3, width: 5, channels: 4 } });
  });

  test('of no length depends on nothing', () => {
    const { out, ops } = on((b, x) => {
      const none = slice(b, 'cut', x, { axis: 1, start: 2, size: 0 });
      expect(isConstant(none)).toBe(true);
      expect(none.dims).toEqual([1, 0, 5, 4]);
      return concat(b, 'cat', [none, x], 1);
    });
    expect(out.dims).toEqual([1, 6, 5, 4]);
    expect(ops).toEqual(['Input', 'Concat']);
  });
});

describe('a gather', () => {
  const twice = (dims: readonly number[], op?: string) =>
    on((b, x) => gather(b, 'twice', x, { axis: 1, positions: [0, 0], ...(op === undefined ? {} : { op }) }), {
      dims,
    });

  test('lists its positions', () => {
    const { layer, rows } = twice([1, 6, 5, 4]);
    expect(rows).toEqual(rowsOf(0, 0));
    expect(layer).toMatchObject({ name: 'twice', op: 'Gather' });
  });

  test('broadcasts a single row, and is what its file calls it', () => {
    const { layer, rows } = twice([1, 1, 5, 4], 'Tile');
    expect(rows).toEqual(SAME);
    expect(layer).toMatchObject({ op: 'Tile', shape: { height: 2, width: 5, channels: 4 } });
  });
});

describe('padding with copies', () => {
  const padded = (before: number, after: number, mode: PadMode, map: Partial<Output> = {}) =>
    on((b, x) => pad(b, 'pad', x, { axis: 1, before, after, mode }), map);

  test.each([
    [-1, 0, 5],
    [0, -2, 4],
    [-1, -2, 3],
  ])('of %d and %d positions is a crop', (before, after, height) => {
    const { layer, ...read } = padded(before, after, 'reflect');
    expect(layer.shape.height).toBe(height);
    expect(read.rows).toEqual({ kind: 'window', kernel: 1, stride: 1, dilation: 1, padding: before });
  });

  // As numpy.pad does after x[start:stop].
  test.each<[number, number, PadMode, number[]]>([
    [2, -2, 'wrap', [2, 3, 0, 1, 2, 3]],
    [-2, 2, 'wrap', [2, 3, 4, 5, 2, 3]],
    [-3, 2, 'reflect', [3, 4, 5, 4, 3]],
    [3, -4, 'edge', [0, 0, 0, 0, 1]],
    [3, -3, 'symmetric', [2, 1, 0, 0, 1, 2]],
    [-5, 2, 'edge', [5, 5, 5]],
    [1, -5, 'reflect', [0, 0]],
  ])('by %d and %d crops first: %s', (before, after, mode, positions) => {
    expect(padded(before, after, mode).rows).toEqual({ kind: 'list', positions });
  });

  test('that leaves nothing to copy is refused', () => {
    const { code, message } = thrownBy(() => padded(-6, 2, 'edge'));
    expect(code).toBe('INVALID_INPUT');
    expect(message).toMatch(/layer pad: cut by 6 and 0, its 6 positions/);
  });

  test('of a single row broadcasts it', () => {
    const { layer, rows } = padded(1, 1, 'edge', { dims: [1, 1, 5, 4] });
    expect(layer.shape).toEqual({ height: 3, width: 5, channels: 4 });
    expect(rows).toEqual(SAME);
  });
});

describe('parts of H and W on axes of their own', () => {
  /** Rows of a map of 6 x 5 as 2 blocks of 3: row 3 * i + j, with i on axis 1 and j on axis 2. */
  const cut = (build: (b: NetworkBuilder, x: Tensor) => Tensor) => {
    const { out, ops, layer, rows, columns } = on((b, x) =>
      build(b, reshape(b, 'split', x, [1, 2, 3, 5, 4])),
    );
    const read = Array.from({ length: layer.shape.height }, (_, y) => positionsRead(rows!, y, 6));
    return { ops, columns, read, dims: out.dims, layout: layoutOf(out) };
  };

  test('are cut where they are', () => {
    const { ops, columns, read, dims, layout } = cut((b, x) =>
      slice(b, 'cut', x, { axis: 2, start: 1, size: 2 }),
    );
    expect(ops).toEqual(['Input', 'Slice']);
    expect(dims).toEqual([1, 2, 2, 5, 4]);
    expect(layout).toEqual([[], [h(2, 2)], [h(2, 1)], [w(5, 1)], [c(4)]]);
    expect(read).toEqual([[1], [2], [4], [5]]);
    expect(columns).toEqual(SAME);
  });

  test('vanish where one position is left', () => {
    const { read, dims, layout } = cut((b, x) => slice(b, 'cut', x, { axis: 2, start: 1, size: 1 }));
    expect(dims).toEqual([1, 2, 1, 5, 4]);
    expect(layout).toEqual([[], [h(2, 1)], [], [w(5, 1)], [c(4)]]);
    expect(read).toEqual([[1], [4]]);
  });

  test.each([
    [1, [[], [], [], [0], [1], [2], [3], [4], [5]]],
    [2, [[], [0], [1], [2], [], [3], [4], [5]]],
  ])('are padded along axis %d with what reads nothing', (axis, rows) => {
    expect(cut((b, x) => pad(b, 'pad', x, { axis, before: 1, after: 0 })).read).toEqual(rows);
  });

  test('are channels where the axis holds channels, and stay so', () => {
    const { layer, out } = on((b, x) => {
      const tokens = reshape(b, 'tokens', x, [1, 30, 4]);
      const once = slice(b, 'once', tokens, { axis: 2, start: 1, size: 3 });
      return slice(b, 'twice', once, { axis: 2, start: 0, size: 2 });
    });
    expect(layoutOf(out)).toEqual([[], [h(6, 1), w(5, 1)], [c(2)]]);
    expect(layer.shape).toEqual({ height: 6, width: 5, channels: 2 });
    expect([layer.inputs[0]!.rows, layer.inputs[0]!.columns]).toEqual([SAME, SAME]);
  });

  test('get the name of what cut them where a reader needs others', () => {
    const b = new NetworkBuilder('test');
    const split = reshape(b, 'split', b.input('x', { dims: [1, 6, 5, 4], h: 1, w: 2 }), [1, 2, 3, 5, 4]);
    b.output(slice(b, 'cut', split, { axis: 2, start: 1, size: 2 }));
    expect(b.build().layers.map(({ name }) => name)).toEqual(['x', 'cut', 'cut_reshape']);
  });
});
