import { expect, test } from 'vitest';
import type { ProgramInput } from '../../../src/load/program.ts';
import type { Image } from '../../../src/node/images/image.ts';
import { type ImageOptions, valuesOfImage } from '../../../src/node/images/image-values.ts';
import { FLOAT, INT8, INT64, UINT8 } from '../../load/onnx/onnx-writer.ts';
import { messageOf } from '../../thrown.ts';

/** Two pixels: red 255, green 51, blue 0; and all 102. */
const colours: Image = { width: 2, height: 1, channels: 3, pixels: Uint8Array.of(255, 51, 0, 102, 102, 102) };
const grey: Image = { width: 2, height: 1, channels: 1, pixels: Uint8Array.of(51, 255) };

function input(dims: readonly number[], more: Partial<ProgramInput> = {}): ProgramInput {
  return { id: 0, name: 'x', layer: 'x', dataType: FLOAT, dims, h: -1, w: -1, isConstant: false, ...more };
}

function values(of: ProgramInput, image: Image, options: ImageOptions = {}): number[] {
  return [...valuesOfImage(of, image, options)].map((value) => Number(value.toPrecision(6)));
}

test.each<[string, ProgramInput, number[]]>([
  ['channels in front', input([1, 3, 1, 2], { h: 2, w: 3 }), [1, 0.4, 0.2, 0.4, 0, 0.4]],
  ['channels behind', input([1, 1, 2, 3], { h: 1, w: 2 }), [1, 0.2, 0, 0.4, 0.4, 0.4]],
  ['no batch', input([3, 1, 2]), [1, 0.4, 0.2, 0.4, 0, 0.4]],
])('%s', (_, of, wanted) => {
  expect(values(of, colours)).toEqual(wanted);
});

test('levels of grey are the luma of colours, and colours of grey are three alike', () => {
  // (19595·255 + 38470·51 + 32768) / 65536 = 106.7
  expect(values(input([1, 1, 1, 2]), colours)).toEqual([0.415686, 0.4]);
  const two = { width: 1, height: 2, channels: 3 as const, pixels: colours.pixels };
  expect(values(input([2, 1]), two)).toEqual([0.415686, 0.4]);
  expect(values(input([1, 1, 2, 3], { h: 1, w: 2 }), grey)).toEqual([0.2, 0.2, 0.2, 1, 1, 1]);
});

test('inputs of integers get levels as they are', () => {
  for (const dataType of [UINT8, INT64]) {
    expect(values(input([1, 3, 1, 2], { dataType }), colours)).toEqual([255, 102, 51, 102, 0, 102]);
  }
});

test('a mean is taken off, and what is left is divided', () => {
  const of = input([1, 3, 1, 2], { h: 2, w: 3 });
  expect(values(of, colours, { mean: [0.5], std: [0.5] })).toEqual([1, -0.2, -0.6, -0.2, -1, -0.2]);
  expect(values(of, colours, { mean: [1, 0.2, 0.4], std: [1, 2, 0.1] })).toEqual([0, -0.6, 0, 0.1, -4, 0]);
  expect(values(of, colours, { std: [1 / 255] })).toEqual([255, 102, 51, 102, 0, 102]);
});

test.each<[string, ProgramInput, ImageOptions, string]>([
  ['is a vector', input([1, 784]), {}, 'input "x" of shape [1, 784] is none for an image'],
  [
    'has two channels',
    input([1, 2, 5, 5], { h: 2, w: 3 }),
    {},
    'which has height, width and 1 or 3 channels; give a .npy file',
  ],
  ['has five axes', input([1, 3, 2, 5, 5]), {}, 'is none for an image'],
  ['has two images', input([2, 3, 5, 5], { h: 2, w: 3 }), {}, 'is none for an image'],
  [
    'has bytes with a sign',
    input([1, 3, 1, 2], { dataType: INT8 }),
    {},
    'integers from -128 to 127, and pixels are from 0 to 255',
  ],
  [
    'has integers that are normalised',
    input([1, 3, 1, 2], { dataType: UINT8 }),
    { mean: [0.5] },
    'leave mean and std out',
  ],
  [
    'has another number of channels than means',
    input([1, 3, 1, 2]),
    { mean: [1, 2] },
    'mean has 2 numbers, and input "x" has 3 channels',
  ],
  [
    'has another number of channels than deviations',
    input([1, 1, 1, 2]),
    { std: [1, 2, 3] },
    'std has 3 numbers, and input "x" has 1 channel;',
  ],
  [
    'has no floats as large as pixels by a deviation',
    input([1, 3, 1, 2], { dataType: 10 }),
    { std: [1e-5] },
    'with a mean of 0 and a std of 0.00001 pixels are no floats of input "x"',
  ],
  ['would be infinite', input([1, 3, 1, 2]), { std: [1e-300] }, 'pixels are no floats of input "x"'],
])('an input that %s is refused', (_, of, options, message) => {
  expect(messageOf(() => valuesOfImage(of, colours, options))).toContain(message);
});
