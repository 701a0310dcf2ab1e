import { describe, expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { reduce, reshape } from '../../src/network/operators/index.ts';
import { ALL, SAME } from '../../src/network/reads.ts';
import { layoutOf } from '../../src/network/tensor.ts';
import { opsOf } from './computed.ts';
import { c, h, w } from './digits.ts';

const KIND = { name: 'mean', op: 'ReduceMean' };

/** A map of 4 x 6 with 8 channels in other dimensions, reduced over some axes. */
function reduced(dims: readonly number[], axes: readonly number[], o?: Parameters<typeof reduce>[4]) {
  const b = new NetworkBuilder('test');
  const x = b.input('x', { dims: [1, 4, 6, 8], h: 1, w: 2 });
  const out = reduce(b, KIND, reshape(b, 'shape', x, dims), axes, o);
  const network = b.build();
  const layer = network.layers.at(-1)!;
  return {
    out,
    ops: opsOf(network),
    layer,
    reads: layer.inputs.map(({ rows, columns }) => ({ rows, columns })),
  };
}

const window = (kernel: number) => ({ kind: 'window', kernel, stride: kernel, dilation: 1, padding: 0 });

describe('a mean over', () => {
  test('H and channels reads everything', () => {
    expect(reduced([1, 4, 6, 8], [1, 3]).reads).toEqual([{ rows: ALL, columns: ALL }]);
  });

  test('channels alone reads the same position', () => {
    expect(reduced([1, 4, 6, 8], [0, 3]).reads).toEqual([{ rows: SAME, columns: SAME }]);
  });

  // Windows of 2 rows and 3 columns: axes 2 and 4 are within them.
  test('windows of a map reads each window', () => {
    const { out, ops, layer, reads } = reduced([1, 2, 2, 2, 3, 8], [2, 4]);
    expect(ops).toEqual(['Input', 'ReduceMean']);
    expect(layer).toMatchObject({ ...KIND, shape: { height: 2, width: 2, channels: 8 } });
    expect(out).toMatchObject({ dims: [1, 2, 1, 2, 1, 8], h: 1, w: 3 });
    expect(reads).toEqual([{ rows: window(2), columns: window(3) }]);
  });

  test('windows of a map leaves out their axes where it is told', () => {
    const { out, reads } = reduced([1, 2, 2, 2, 3, 8], [2, 4], { keepDims: false });
    expect(out).toMatchObject({ dims: [1, 2, 2, 8], h: 1, w: 2 });
    expect(reads).toEqual([{ rows: window(2), columns: window(3) }]);
  });

  test.each([
    [true, [1, 24, 1], [[], [h(4, 1), w(6, 1)], []]],
    [false, [1, 24], [[], [h(4, 1), w(6, 1)]]],
  ])('features of tokens keeps the map (keepDims %s)', (keepDims, dims, layout) => {
    const { out, ops, layer, reads } = reduced([1, 24, 8], [2], { keepDims });
    expect(ops).toEqual(['Input', 'ReduceMean']);
    expect(out.dims).toEqual(dims);
    expect(layoutOf(out)).toEqual(layout);
    expect(layer.shape).toEqual({ height: 4, width: 6, channels: 1 });
    expect(reads).toEqual([{ rows: SAME, columns: SAME }]);
  });
});

test('the best of the features of tokens are channels', () => {
  const { out, layer } = reduced([1, 24, 8], [2], { size: 3 });
  expect(out.dims).toEqual([1, 24, 3]);
  expect(layoutOf(out)).toEqual([[], [h(4, 1), w(6, 1)], [c(3)]]);
  expect(layer.shape).toEqual({ height: 4, width: 6, channels: 3 });
});
