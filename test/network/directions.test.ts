import { describe, expect, test } from 'vitest';
import { NetworkBuilder, type Output } from '../../src/network/builder.ts';
import { areSwapped } from '../../src/network/operators/directions.ts';
import { convolution, UNIT_WINDOW } from '../../src/network/operators/index.ts';
import { SAME } from '../../src/network/reads.ts';
import { computed } from './computed.ts';

describe('two axes that a window slides along, the first and the second, are swapped', () => {
  // Axes 1 and 2 are meant; H and W have more than one position but for axis 0 (and -1), which have one.
  test.each<[string, boolean, Output]>([
    ['where H is the second and W the first', true, { dims: [1, 5, 4, 3], h: 2, w: 1 }],
    ['where W is the first, and H has one row', true, { dims: [1, 5, 4, 3], h: 0, w: 1 }],
    ['where W is the first, and there is no H', true, { dims: [1, 5, 4, 3], h: -1, w: 1 }],
    ['where H is the second, and W has one column', true, { dims: [1, 5, 4, 3], h: 2, w: 0 }],
    ['but not where they are H and W', false, { dims: [1, 5, 4, 3], h: 1, w: 2 }],
    ['but not where W is the first, and rows lie elsewhere', false, { dims: [1, 5, 4, 3], h: 3, w: 1 }],
    ['but not where H is the second, and columns lie elsewhere', false, { dims: [1, 5, 4, 3], h: 2, w: 3 }],
    ['but not where there is a single position', false, { dims: [1, 1, 1, 3], h: 2, w: 1 }],
  ])('%s', (_, expected, output) => {
    const b = new NetworkBuilder('test');
    expect(areSwapped(b, computed(b, output), 1, 2)).toBe(expected);
  });

  test('but not where the map is there at time 0', () => {
    const b = new NetworkBuilder('test');
    expect(areSwapped(b, b.input('x', { dims: [1, 5, 4, 3], h: 2, w: 1 }), 1, 2)).toBe(false);
  });
});

test('a convolution along columns that are the first of its axes leaves them columns', () => {
  const b = new NetworkBuilder('test');
  const x = computed(b, { dims: [1, 5, 4, 3], h: -1, w: 1 });
  const options = {
    windows: [{ ...UNIT_WINDOW, kernel: 2 }, UNIT_WINDOW],
    spatialAxes: [1, 2],
    channelAxis: 3,
  };
  b.output(convolution(b, 'conv', x, { ...options, outputChannels: 6 }));
  const { layers } = b.build();
  // What lay in channels along the second axis becomes rows; a column still comes from that column alone.
  expect(layers.map(({ op }) => op)).toEqual(['Input', 'Conv2D', 'Reshape', 'Conv2D']);
  expect(layers[2]).toMatchObject({
    shape: { height: 4, width: 5 },
    inputs: [{ rows: SAME, columns: SAME }],
  });
  expect(layers[3]!.shape).toEqual({ height: 4, width: 4, channels: 6 });
});
