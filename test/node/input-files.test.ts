import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'jpeg-js';
import { afterAll, expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { BFLOAT16, FLOAT16 } from '../../src/execute/data-types.ts';
import type { Program } from '../../src/load/program.ts';
import { type InputFiles, openInputs } from '../../src/node/input-files.ts';
import { FLOAT, INT64 } from '../load/onnx/onnx-writer.ts';
import { plainPng } from './images/png-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'feeds-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program of which only its inputs matter: x of shape [1, 2, 3], with elements of this type. */
function program(dataType: number): Program {
  const input = { ...{ id: 0, name: 'x', layer: 'x', dataType }, dims: [1, 2, 3], h: 1, w: -1 };
  return {
    ...{ steps: [], outputs: [], otherLayers: [], constants: new Map(), fileBatch: 1, leftOut: [] },
    inputs: [{ ...input, isConstant: false }],
  };
}

/** What stands in front of the values of an array. */
function npyHeader(type: string, shape: readonly number[]): Buffer {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(',')},), }\n`;
  const size = Uint8Array.of(header.length & 255, header.length >> 8);
  const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0);
  return Buffer.concat([magic, size, Buffer.from(header)]);
}

/** A JPEG image of one level of grey. */
function jpegOf(value: number): Buffer {
  const data = new Uint8Array(4 * 64).fill(value);
  return encode({ width: 8, height: 8, data }, 100).data;
}

/** Writes an array, and reads it as the input. */
async function fed(
  dataType: number,
  type: string,
  shape: readonly number[],
  values: ArrayBufferView,
): Promise<number[]> {
  const path = join(folder, 'x.npy');
  writeFileSync(path, Buffer.concat([npyHeader(type, shape), new Uint8Array(values.buffer)]));
  const inputs = await openInputs(program(dataType), [path]);
  return Array.from(inputs.at(0).x!);
}

const six = Float32Array.of(1, 2, 3, 4, 5, 6);

test.each([[[1, 2, 3]], [[2, 3]], [[1, 2, 1, 3]], [[6]]])('an array of shape %j is taken', async (shape) => {
  expect(await fed(FLOAT, '<f4', shape, six)).toEqual([1, 2, 3, 4, 5, 6]);
});

test.each([[[1, 3, 2]], [[3, 2]], [[2, 3, 1, 2]], [[5]]])(
  'an array of shape %j is refused, whose values would be mixed up',
  async (shape) => {
    const count = shape.reduce((product, size) => product * size, 1);
    await expect(fed(FLOAT, '<f4', shape, new Float32Array(count))).rejects.toThrow(
      /x\.npy: an array of shape \[.*\] does not fit input "x" of shape \[1, 2, 3\]/,
    );
  },
);

test('floats of 16 bits and integers of 64 bits are read', async () => {
  expect(await fed(FLOAT, '<f2', [6], Uint16Array.of(0x3c00, 0xc000, 0, 0x3800, 0x0001, 0x7c00))).toEqual([
    1,
    -2,
    0,
    0.5,
    2 ** -24,
    Infinity,
  ]);
  expect(await fed(INT64, '<u8', [6], BigUint64Array.from([0n, 1n, 2n, 3n, 4n, 5n]))).toEqual([
    0, 1, 2, 3, 4, 5,
  ]);
});

test.each([
  ['1.5', 1.5],
  ['NaN', NaN],
  ['9007199254740992', 2 ** 53],
])('an input of integers is not given %s', async (text, value) => {
  const values = Float64Array.of(0, 0, value, 0, 0, 0);
  await expect(fed(INT64, '<f8', [6], values)).rejects.toThrow(
    `x.npy: the value ${text} does not fit input "x"`,
  );
});

test.each([
  [
    'an input of float32',
    FLOAT,
    1e300,
    '1e+300 does not fit input "x", which has floats from -3.4028234663852886e+38',
  ],
  ['an input of bfloat16', BFLOAT16, 3.4e38, '3.4e+38 does not fit input "x", which has floats from -3.38'],
  [
    'an input of float16',
    FLOAT16,
    -65_520,
    '-65520 does not fit input "x", which has floats from -65504 to 65504',
  ],
])('%s is not given what becomes infinite in it', async (_, dataType, value, message) => {
  const values = Float64Array.of(0, 0, value, 0, 0, 0);
  await expect(fed(dataType, '<f8', [6], values)).rejects.toThrow(message);
});

test('an infinite float that is given stays one', async () => {
  const values = Float64Array.of(0, 0, -Infinity, 0, 0, 0);
  expect(await fed(FLOAT, '<f8', [6], values)).toEqual([0, 0, -Infinity, 0, 0, 0]);
});

test('a file that is not there is named', async () => {
  await expect(openInputs(program(FLOAT), ['nowhere.npy'])).rejects.toThrow(
    '"nowhere.npy" cannot be read (there is no such file); give the path of a .npy file, an image or a folder of these',
  );
});

/** A program with inputs for images. */
const images = (...names: string[]) => ({
  inputs: names.map((name, id) => ({
    ...{ id, name, layer: name, dataType: FLOAT, dims: [1, 1, 2, 2], h: 2, w: 3, isConstant: false },
  })),
});

/** Writes files into a folder of their own. */
function folderOf(name: string, files: Readonly<Record<string, Uint8Array | null>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [file, bytes] of Object.entries(files)) {
    if (bytes === null) mkdirSync(join(path, file));
    else writeFileSync(join(path, file), bytes);
  }
  return path;
}

const level = (value: number) => plainPng(2, 2, [value, value, value, value]);
const firstOf = (inputs: InputFiles) =>
  Array.from({ length: inputs.count + 1 }, (_, i) => inputs.at(i).x![0]);

test('a folder has an input in each of its files, by their names; others are told', async () => {
  const array = Buffer.concat([npyHeader('<f4', [2, 2]), new Uint8Array(Float32Array.of(9, 0, 0, 0).buffer)]);
  const path = folderOf('mixed', {
    ...{ 'b.PNG': level(255), 'a.npy': array, 'c.jpeg': jpegOf(51), '.hidden': level(0) },
    ...{ 'labels.txt': level(0), 'more.png': null },
  });
  const inputs = await openInputs(images('x'), [path]);
  expect(inputs).toMatchObject({ count: 3, isFolder: true });
  expect(firstOf(inputs)).toEqual([9, 1, expect.closeTo(0.2, 2), 9]);
  expect(inputs.leftOut).toEqual([
    `${path}: what is no .npy, .png, .jpg, .jpeg is left out: labels.txt, more.png`,
  ]);
});

test('a link of a folder that leads to itself or nowhere is left out, others are followed', async () => {
  const path = folderOf('links', { 'a.png': level(255) });
  symlinkSync('loop.png', join(path, 'loop.png'));
  symlinkSync('nowhere', join(path, 'nowhere.png'));
  symlinkSync('a.png', join(path, 'b.png'));
  const inputs = await openInputs(images('x'), [path]);
  expect(firstOf(inputs)).toEqual([1, 1, 1]);
  expect(inputs.leftOut).toEqual([expect.stringContaining('left out: loop.png, nowhere.png')]);
});

test('what a file is, its content says', async () => {
  const path = folderOf('misnamed', { 'x.jpg': level(51) });
  expect(firstOf(await openInputs(images('x'), [join(path, 'x.jpg')]))).toEqual([
    expect.closeTo(0.2, 6),
    expect.closeTo(0.2, 6),
  ]);
});

test('folders of two inputs go together, and a file goes with all of a folder', async () => {
  const two = folderOf('two', { '1.png': level(0), '2.png': level(255) });
  const also = folderOf('also', { '1.png': level(255), '2.png': level(0) });
  const both = await openInputs(images('x', 'y'), [`x=${two}`, `y=${also}`]);
  expect([0, 1].map((i) => [both.at(i).x![0], both.at(i).y![0]])).toEqual([
    [0, 1],
    [1, 0],
  ]);
  const one = await openInputs(images('x', 'y'), [`x=${two}`, `y=${join(two, '2.png')}`]);
  expect([0, 1].map((i) => [one.at(i).x![0], one.at(i).y![0]])).toEqual([
    [0, 1],
    [1, 1],
  ]);
  const three = folderOf('three', { '1.png': level(0), '2.png': level(0), '3.png': level(0) });
  await expect(openInputs(images('x', 'y'), [`x=${two}`, `y=${three}`])).rejects.toThrow(
    'the folder of input "x" has 2 files, and that of another input 3; give as many of each',
  );
});

test('of names that begin alike the longest one is meant', async () => {
  const path = folderOf('named', { 'x.png': level(255) });
  const inputs = await openInputs(images('x', 'x=y'), [`x=y=${join(path, 'x.png')}`]);
  expect(Object.keys(inputs.at(0))).toEqual(['x=y']);
});

test.each<[string, string[], string]>([
  [
    'a folder without values',
    [folderOf('none', { 'a.txt': level(0) })],
    'no .npy, .png, .jpg, .jpeg is in this folder',
  ],
  [
    'a damaged file in a folder',
    [folderOf('bad', { 'a.png': level(0), 'b.png': level(0).subarray(0, 50) })],
    'b.png: the PNG image ends',
  ],
  [
    'another kind of image',
    [join(folderOf('gif', { 'a.png': Buffer.from('GIF89a....') }), 'a.png')],
    'a.png: this is a GIF image; write a .npy file (numpy.save), or a PNG or JPEG image',
  ],
  [
    'what is neither',
    [join(folderOf('text', { 'a.png': Buffer.from('hello') }), 'a.png')],
    'this is neither a .npy file nor an image',
  ],
  ['an empty file', [join(folderOf('empty', { 'a.png': new Uint8Array(0) }), 'a.png')], 'this is neither'],
  ['an input that is given twice', ['a.png', 'b.png'], 'input "x" is given twice'],
  ['no name at all', ['x='], '--input: no file is given for input "x"; name one'],
  ['a name that no system knows', ['a\0b'], 'this is no name of a file'],
])('%s is refused in one line', async (_, given, message) => {
  const error: unknown = await openInputs(images('x'), given).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ClsaCimError);
  expect(String(error)).toContain(message);
  expect(String(error)).not.toContain('\n');
});

test('options of images are of no use without one', async () => {
  const path = join(folder, 'plain.npy');
  writeFileSync(path, Buffer.concat([npyHeader('<f4', [4]), new Uint8Array(16)]));
  await expect(openInputs(images('x'), [path], { mean: [1] })).rejects.toThrow('and none is given');
});
