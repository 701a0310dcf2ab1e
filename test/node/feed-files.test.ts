import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Program } from '../../src/load/program.ts';
import { feedsOfFiles } from '../../src/node/feed-files.ts';
import { FLOAT, INT64 } from '../load/onnx/onnx-writer.ts';

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

/** Writes an array, and reads it as the input. */
function fed(dataType: number, type: string, shape: readonly number[], values: ArrayBufferView): number[] {
  const path = join(folder, 'x.npy');
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(',')},), }\n`;
  const size = Uint8Array.of(header.length & 255, header.length >> 8);
  const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0);
  const bytes = new Uint8Array(values.buffer);
  writeFileSync(path, Buffer.concat([magic, size, Buffer.from(header), bytes]));
  return Array.from(feedsOfFiles(program(dataType), [path]).x!);
}

const six = Float32Array.of(1, 2, 3, 4, 5, 6);

test.each([[[1, 2, 3]], [[2, 3]], [[1, 2, 1, 3]], [[6]]])('an array of shape %j is taken', (shape) => {
  expect(fed(FLOAT, '<f4', shape, six)).toEqual([1, 2, 3, 4, 5, 6]);
});

test.each([[[1, 3, 2]], [[3, 2]], [[2, 3, 1, 2]], [[5]]])(
  'an array of shape %j is refused, whose values would be mixed up',
  (shape) => {
    const count = shape.reduce((product, size) => product * size, 1);
    expect(() => fed(FLOAT, '<f4', shape, new Float32Array(count))).toThrow(
      /x\.npy: an array of shape \[.*\] does not fit input "x" of shape \[1, 2, 3\]/,
    );
  },
);

test('floats of 16 bits and integers of 64 bits are read', () => {
  expect(fed(FLOAT, '<f2', [6], Uint16Array.of(0x3c00, 0xc000, 0, 0x3800, 0x0001, 0x7c00))).toEqual([
    1,
    -2,
    0,
    0.5,
    2 ** -24,
    Infinity,
  ]);
  expect(fed(INT64, '<u8', [6], BigUint64Array.from([0n, 1n, 2n, 3n, 4n, 5n]))).toEqual([0, 1, 2, 3, 4, 5]);
});

test.each([
  ['1.5', 1.5],
  ['NaN', NaN],
  ['9007199254740992', 2 ** 53],
])('an input of integers is not given %s', (text, value) => {
  const values = Float64Array.of(0, 0, value, 0, 0, 0);
  expect(() => fed(INT64, '<f8', [6], values)).toThrow(`x.npy: the value ${text} does not fit input "x"`);
});

test('a file that is not there is named', () => {
  expect(() => feedsOfFiles(program(FLOAT), ['nowhere.npy'])).toThrow('nowhere.npy: there is no such file');
});
