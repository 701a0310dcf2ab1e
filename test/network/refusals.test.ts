import { expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import {
  type ConvolutionOptions,
  concat,
  convolution,
  reshape,
  UNIT_WINDOW,
} from '../../src/network/operators/index.ts';
import { SAME } from '../../src/network/reads.ts';
import { constant } from '../../src/network/tensor.ts';

/** A builder with a map of 5 x 4 positions and 8 channels. */
function onMap() {
  const b = new NetworkBuilder('test');
  return { b, x: b.input('input', { dims: [1, 5, 4, 8], h: 1, w: 2 }) };
}

test.each([
  [[1, 5, 4, 8, 1], 3],
  [[1, 5, 3, 8], 3],
  [[1, 3, 4, 2], 3],
])('Concat with %j along axis %d is refused', (dims, axis) => {
  const { b, x } = onMap();
  expect(() => concat(b, 'cat', [x, constant(dims)], axis)).toThrow(
    `layer cat (Concat): the shapes [1, 5, 4, 8] and [${dims.join(', ')}] do not fit together along axis ${axis}`,
  );
});

test('Concat along an axis takes any size of it', () => {
  const { b, x } = onMap();
  const out = concat(b, 'cat', [x, constant([1, 5, 4, 3])], 3);
  expect(out.dims).toEqual([1, 5, 4, 11]);
  b.output(out);
  expect(b.build().layers.at(-1)).toMatchObject({ name: 'cat', op: 'Concat' });
});

test('Concat over features of tokens of a map keeps the map', () => {
  const { b, x } = onMap();
  const tokens = reshape(b, 'tokens', x, [1, 20, 8]);
  const out = concat(b, 'cat', [tokens, constant([1, 20, 3]), tokens], 2);
  expect(out.dims).toEqual([1, 20, 19]);
  b.output(out);
  const { layers } = b.build();
  // The tokens of the output are made of it at the end.
  expect(layers.map(({ op }) => op)).toEqual(['Input', 'Concat', 'Reshape']);
  expect(layers[1]).toMatchObject({ shape: { height: 5, width: 4, channels: 19 } });
  expect(layers[1]!.inputs.map(({ rows, columns }) => [rows, columns])).toEqual([
    [SAME, SAME],
    [SAME, SAME],
  ]);
});

test.each([
  [0, 8],
  [3, 6],
  [4, 6],
  [-2, 8],
])('a convolution of 8 channels in %d groups with %d outputs is refused', (groups, outputChannels) => {
  const { b, x } = onMap();
  const options: ConvolutionOptions = {
    ...{ windows: [UNIT_WINDOW, UNIT_WINDOW], spatialAxes: [1, 2], channelAxis: 3 },
    ...{ outputChannels, groups },
  };
  expect(() => convolution(b, 'conv', x, options)).toThrow(
    `layer conv: 8 input and ${outputChannels} output channels cannot be split into ${groups} groups`,
  );
});

test('a transposed convolution, and one whose kernel is computed, keep their names', () => {
  const { b, x } = onMap();
  const options = {
    windows: [UNIT_WINDOW, UNIT_WINDOW],
    spatialAxes: [1, 2],
    channelAxis: 3,
    outputChannels: 8,
  };
  const out = convolution(b, 'up', x, { ...options, transposed: true });
  b.output(convolution(b, 'dynamic', out, { ...options, kernel: out }));
  const layers = b.build().layers.map(({ name, op }) => [name, op]);
  expect(layers).toEqual([
    ['input', 'Input'],
    ['up', 'Conv2DTranspose'],
    ['dynamic', 'Conv2D'],
  ]);
});
