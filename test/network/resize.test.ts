import { describe, expect, test } from 'vitest';
import { NetworkBuilder, type Output } from '../../src/network/builder.ts';
import { depthToSpace, expectResized, resize, spaceToDepth } from '../../src/network/operators/index.ts';
import { SAME } from '../../src/network/reads.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import { thrownBy } from '../thrown.ts';
import { computed, opsOf } from './computed.ts';
import { c, h, w } from './digits.ts';

/** Layers of what `build` makes of a map that a base layer computes. */
function layersFrom(output: Output, build: (b: NetworkBuilder, x: Tensor) => Tensor) {
  const b = new NetworkBuilder('test');
  const out = build(b, computed(b, output));
  const network = b.build();
  return { out, ops: opsOf(network), layer: network.layers.at(-1)! };
}

const map = { dims: [1, 8, 4, 6], h: 2, w: 3 };
const blocks = { block: 2, channelAxis: 1 };

describe('a map that is resized', () => {
  test('keeps what does not change its size', () => {
    const options = { dims: [1, 3, 8, 6], mode: 'nearest' } as const;
    const { layer } = layersFrom({ dims: [1, 3, 4, 6], h: 2, w: 3 }, (b, x) => resize(b, 'up', x, options));
    expect(layer).toMatchObject({ name: 'up', op: 'Resize', shape: { height: 8, width: 6, channels: 3 } });
    const positions = [0, 0, 1, 1, 2, 2, 3, 3];
    expect(layer.inputs).toEqual([{ from: 1, rows: { kind: 'list', positions }, columns: SAME }]);
  });

  test.each([
    [{ dims: [4, 3], h: 0, w: -1 }, [2, 3], { rows: { kind: 'list', positions: [0, 2] }, columns: SAME }],
    [{ dims: [4, 3], h: -1, w: 0 }, [2, 3], { rows: SAME, columns: { kind: 'list', positions: [0, 2] } }],
  ])('may have %j alone', (output, dims, reads) => {
    const { out, layer } = layersFrom(output, (b, x) => resize(b, 'down', x, { dims, mode: 'nearest' }));
    expect(out).toMatchObject({ ...output, dims });
    expect(layer.inputs).toEqual([{ from: 1, ...reads }]);
  });

  test('is what its file calls it', () => {
    const options = { dims: [1, 8, 8, 12], mode: 'nearest', op: 'Upsample' } as const;
    expect(layersFrom(map, (b, x) => resize(b, 'up', x, options)).layer.op).toBe('Upsample');
  });
});

describe('the axes that change their size', () => {
  const wanted = (dims: readonly number[]) => {
    const b = new NetworkBuilder('test');
    const x = b.input('input', { dims: [1, 8, 4, 6], h: 1, w: 2 });
    expectResized(b, x, dims);
    return b.misplacedInputs().get(0);
  };

  test('are H and W where there are two', () => {
    expect(wanted([1, 8, 8, 12])).toEqual([[], [c(8)], [h(4, 1)], [w(6, 1)]]);
    expect(wanted([1, 4, 4, 12])).toEqual([[], [h(8, 1)], [c(4)], [w(6, 1)]]);
  });

  test('tell nothing where there is one, or none', () => {
    expect(wanted([1, 8, 4, 12])).toBeUndefined();
    expect(wanted([1, 8, 4, 6])).toBeUndefined();
  });

  test('are those of the map that is resized', () => {
    const b = new NetworkBuilder('test');
    const x = b.input('input', { dims: [1, 8, 4, 6], h: 1, w: 2 });
    resize(b, 'up', x, { dims: [1, 8, 8, 12], mode: 'linear' });
    expect(b.misplacedInputs().get(0)).toEqual([[], [c(8)], [h(4, 1)], [w(6, 1)]]);
  });
});

describe('blocks of positions and channels', () => {
  test('have the name that they are given, and another op where the file has one', () => {
    const summary = (op: object) =>
      [spaceToDepth, depthToSpace].map((operator) => {
        const { layer } = layersFrom(map, (b, x) => operator(b, 'blocks', x, { ...blocks, ...op }));
        return [layer.name, layer.op, Object.values(layer.shape)];
      });
    expect(summary({})).toEqual([
      ['blocks', 'SpaceToDepth', [2, 3, 32]],
      ['blocks', 'DepthToSpace', [8, 12, 2]],
    ]);
    expect(summary({ op: 'Reorg' }).map(([, op]) => op)).toEqual(['Reorg', 'Reorg']);
  });

  test.each([
    [[1, 8, 5, 6], '5 positions', 'blocks of 2'],
    [[1, 8, 4, 7], '7 positions', 'blocks of 2'],
  ])('a map of %j that blocks do not fill is refused', (dims, positions, size) => {
    const { code, message } = thrownBy(() =>
      layersFrom({ ...map, dims }, (b, x) => spaceToDepth(b, 'reorg', x, blocks)),
    );
    expect(code).toBe('INVALID_INPUT');
    expect(message).toMatch(new RegExp(`layer reorg: .*${positions}.*${size}`));
  });

  test('channels that are no whole blocks are refused', () => {
    const { code, message } = thrownBy(() =>
      layersFrom({ ...map, dims: [1, 6, 4, 6] }, (b, x) => depthToSpace(b, 'shuffle', x, blocks)),
    );
    expect(code).toBe('INVALID_INPUT');
    expect(message).toMatch(/layer shuffle: .*6 channels.*2 x 2/);
  });

  test.each([[[1, 8]], [[1, 8, 4]], [[1, 8, 4, 6, 2]]])('a map of %j has not two directions', (dims) => {
    for (const operator of [spaceToDepth, depthToSpace]) {
      const { code, message } = thrownBy(() =>
        layersFrom({ dims, h: -1, w: -1 }, (b, x) => operator(b, 'blocks', x, blocks)),
      );
      expect(code).toBe('INVALID_INPUT');
      expect(message).toContain(`layer blocks: its input [${dims.join(', ')}] has rank ${dims.length}`);
    }
  });

  test.each([
    ['none', { h: -1, w: -1 }],
    ['H where W is read', { h: 3, w: -1 }],
    ['W where H is read', { h: -1, w: 2 }],
  ])('values with %s get the positions that are read', (_, axes) => {
    const { out, ops } = layersFrom({ dims: [1, 8, 4, 6], ...axes }, (b, x) =>
      depthToSpace(b, 'shuffle', x, blocks),
    );
    expect(ops).toEqual(['Input', 'Conv2D', 'Reshape', 'DepthToSpace']);
    expect(out).toMatchObject({ dims: [1, 2, 8, 12], h: 2, w: 3 });
  });

  test('a map that was transposed stays so', () => {
    const { out, ops, layer } = layersFrom({ dims: [1, 8, 4, 6], h: 3, w: 2 }, (b, x) =>
      spaceToDepth(b, 'reorg', x, blocks),
    );
    expect(ops).toEqual(['Input', 'Conv2D', 'SpaceToDepth']);
    expect(out).toMatchObject({ dims: [1, 32, 2, 3], h: 3, w: 2 });
    expect(layer.shape).toEqual({ height: 3, width: 2, channels: 32 });
  });
});
