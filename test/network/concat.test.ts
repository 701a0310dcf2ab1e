import { describe, expect, test } from 'vitest';
import { buildNetwork, NetworkBuilder } from '../../src/network/builder.ts';
import { concat, convolution, reshape, transpose, UNIT_WINDOW } from '../../src/network/operators/index.ts';
import { ALL, SAME } from '../../src/network/reads.ts';
import { constant } from '../../src/network/tensor.ts';
import { thrownBy } from '../thrown.ts';
import { opsOf } from './computed.ts';

test('shapes of another rank do not fit, fewer axes neither', () => {
  const b = new NetworkBuilder('test');
  const x = b.input('x', { dims: [1, 5, 4, 8], h: 1, w: 2 });
  const { code, message } = thrownBy(() => concat(b, 'cat', [x, constant([1, 5, 4])], 3));
  expect(code).toBe('INVALID_INPUT');
  expect(message).toContain('layer cat (Concat): the shapes [1, 5, 4, 8] and [1, 5, 4]');
});

describe('features that are put together', () => {
  test('of tokens of the same map keep the map', () => {
    const b = new NetworkBuilder('test');
    const tokens = reshape(b, 'tokens', b.input('x', { dims: [1, 5, 4, 8], h: 1, w: 2 }), [1, 20, 8]);
    concat(b, 'cat', [tokens, tokens], 2);
    const network = b.build();
    expect(opsOf(network)).toEqual(['Input', 'Concat']);
    expect(network.layers[1]!.shape).toEqual({ height: 5, width: 4, channels: 16 });
    const same = { from: 0, rows: SAME, columns: SAME };
    expect(network.layers[1]!.inputs).toEqual([same, same]);
  });

  test('of a map and its transpose wait for all of what lies elsewhere, which is put in order once', () => {
    const b = new NetworkBuilder('test');
    const x = b.input('x', { dims: [1, 4, 4, 2], h: 1, w: 2 });
    concat(b, 'cat', [x, transpose(x, [0, 2, 1, 3])], 3);
    const network = b.build();
    expect(opsOf(network)).toEqual(['Input', 'Reshape', 'Concat']);
    expect(network.layers[1]!.inputs).toEqual([{ from: 0, rows: ALL, columns: ALL }]);
    expect(network.layers[2]!.inputs).toEqual([
      { from: 0, rows: SAME, columns: SAME },
      { from: 1, rows: SAME, columns: SAME },
    ]);
  });
});

test('an input lies as the reader takes it that is put together with another, whatever it was supposed to be', () => {
  const supposed = [
    { dims: [1, 20, 8], h: 1, w: -1 },
    { dims: [1, 5, 4, 8], h: 1, w: 2 },
  ];
  for (const output of supposed) {
    const { layers } = buildNetwork('test', (b) => {
      const tokens = reshape(b, 'tokens', b.input('x', output), [1, 20, 8]);
      const longer = concat(b, 'cat', [tokens, constant([1, 20, 3])], 2);
      // Conv1D reads (N, C, L).
      convolution(b, 'conv', longer, {
        windows: [{ ...UNIT_WINDOW, kernel: 3 }],
        spatialAxes: [2],
        channelAxis: 1,
        outputChannels: 6,
      });
    });
    expect(layers.map(({ name, shape }) => [name, ...Object.values(shape)])).toEqual([
      ['x', 1, 8, 20],
      ['cat', 1, 11, 20],
      ['conv', 1, 9, 6],
    ]);
  }
});
