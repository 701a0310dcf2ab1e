import { describe, expect, test } from 'vitest';
import { NetworkBuilder, type Output } from '../../src/network/builder.ts';
import type { Layer } from '../../src/network/network.ts';
import { pooling, UNIT_WINDOW, type Window } from '../../src/network/operators/index.ts';
import { SAME } from '../../src/network/reads.ts';
import { computed, opsOf } from './computed.ts';

const window = (kernel: number, rest: Partial<Window> = {}): Window => ({ ...UNIT_WINDOW, kernel, ...rest });
const reads = (kernel: number, stride = 1, padding = 0) =>
  ({ kind: 'window', kernel, stride, dilation: 1, padding }) as const;

/** The pooling of a map, computed or an input of the network, and the layers up to it. */
function pooled(output: Output, windows: readonly Window[], spatialAxes: readonly number[], isInput = false) {
  const b = new NetworkBuilder('test');
  const x = isInput ? b.input('input', output) : computed(b, output);
  const out = pooling(b, 'pool', x, { op: 'MaxPool', windows, spatialAxes });
  const network = b.build();
  return { out, ops: opsOf(network), layer: network.layers.at(-1)! };
}

const shape = ({ shape: { height, width, channels } }: Layer) => [height, width, channels];

describe('windows along channels', () => {
  // PyTorch's local response norm is one over (N, 1, C, L).
  test('of a sequence along W stay within a position', () => {
    const { out, ops, layer } = pooled({ dims: [1, 1, 8, 20], h: -1, w: 3 }, [window(3), window(1)], [2, 3]);
    expect(ops).toEqual(['Input', 'Conv2D', 'MaxPool']);
    expect(out).toMatchObject({ dims: [1, 1, 6, 20], h: -1, w: 3 });
    expect(shape(layer)).toEqual([1, 20, 6]);
    expect(layer.inputs).toEqual([{ from: 1, rows: SAME, columns: reads(1) }]);
    // Each of 6 x 20 values is of 3.
    expect(layer.operations).toBe(360);
  });

  test('of tokens along H stay within a token', () => {
    const { out, ops, layer } = pooled(
      { dims: [1, 1, 20, 8], h: 2, w: -1 },
      [window(1), window(2, { stride: 2 })],
      [2, 3],
    );
    expect(ops).toEqual(['Input', 'Conv2D', 'MaxPool']);
    expect(out).toMatchObject({ dims: [1, 1, 20, 4], h: 2, w: -1 });
    expect(layer.inputs).toEqual([{ from: 1, rows: reads(1), columns: SAME }]);
    expect(layer.operations).toBe(160);
  });

  test('that pick every other one move along them, too', () => {
    const { ops, layer } = pooled(
      { dims: [1, 6, 4, 5], h: 2, w: 3 },
      [window(1, { stride: 2 }), window(2)],
      [1, 3],
    );
    expect(ops).toEqual(['Input', 'Conv2D', 'MaxPool']);
    expect(shape(layer)).toEqual([4, 4, 3]);
    expect(layer.inputs).toEqual([{ from: 1, rows: SAME, columns: reads(2) }]);
  });

  test('beside windows along H and W', () => {
    const { out, layer } = pooled(
      { dims: [1, 2, 7, 4, 6], h: 3, w: 4 },
      [window(3), window(2, { stride: 2 }), window(3, { before: 1, after: 1 })],
      [2, 3, 4],
      true,
    );
    expect(out).toMatchObject({ dims: [1, 2, 5, 2, 6], h: 3, w: 4 });
    expect(shape(layer)).toEqual([2, 6, 10]);
    expect(layer.inputs).toEqual([{ from: 0, rows: reads(2, 2), columns: reads(3, 1, 1) }]);
    expect(layer.operations).toBe(2 * 5 * 2 * 6 * 18);
  });

  test('alone make no positions of an H that is the first axis', () => {
    const { layer } = pooled({ dims: [20, 8], h: 0, w: -1 }, [window(3, { stride: 2 }), window(3)], [0, 1]);
    expect(shape(layer)).toEqual([9, 1, 6]);
    expect(layer.inputs).toEqual([{ from: 1, rows: reads(3, 2), columns: SAME }]);
  });
});

describe('the axes of the windows are H and W', () => {
  test('of a map that lies so, whose operations follow from its windows', () => {
    const { ops, layer } = pooled({ dims: [1, 3, 4, 6], h: 2, w: 3 }, [window(3), window(2)], [2, 3]);
    expect(ops).toEqual(['Input', 'Conv2D', 'MaxPool']);
    expect(shape(layer)).toEqual([2, 5, 3]);
    expect(layer.inputs).toEqual([{ from: 1, rows: reads(3), columns: reads(2) }]);
    expect(layer.operations).toBeUndefined();
  });

  test('of values without positions', () => {
    const { ops, layer } = pooled({ dims: [1, 3, 8, 8], h: -1, w: -1 }, [window(2), window(2)], [2, 3]);
    expect(ops).toEqual(['Input', 'Conv2D', 'Reshape', 'MaxPool']);
    expect(shape(layer)).toEqual([7, 7, 3]);
  });

  test('of an input, however it was supposed to lie', () => {
    const { out, layer } = pooled({ dims: [1, 6, 5, 4], h: 1, w: 2 }, [window(2), window(2)], [2, 3], true);
    expect(out).toMatchObject({ dims: [1, 6, 4, 3], h: 2, w: 3 });
    expect(shape(layer)).toEqual([4, 3, 6]);
    expect(layer.operations).toBeUndefined();
  });

  test('where one of them has a single position, which padding surrounds', () => {
    const around = window(3, { before: 1, after: 2 });
    const { ops, layer } = pooled({ dims: [1, 8, 20, 1], h: 2, w: -1 }, [around, around], [2, 3]);
    expect(ops).toEqual(['Input', 'Conv2D', 'MaxPool']);
    expect(shape(layer)).toEqual([21, 2, 8]);
    expect(layer.inputs).toEqual([{ from: 1, rows: reads(3, 1, 1), columns: reads(3, 1, 1) }]);
  });

  test('where no window moves along channels', () => {
    const { ops, layer } = pooled({ dims: [1, 1, 8, 20], h: -1, w: 3 }, [window(1), window(3)], [2, 3]);
    expect(ops).toEqual(['Input', 'Conv2D', 'Reshape', 'MaxPool']);
    expect(shape(layer)).toEqual([8, 18, 1]);
    expect(layer.inputs).toEqual([{ from: 2, rows: reads(1), columns: reads(3) }]);
  });
});
