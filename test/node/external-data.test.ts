import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { checkPayloads, readPayload } from '../../src/load/onnx/payload.ts';
import type { ExternalPlace, TensorData } from '../../src/load/onnx/tensor-data.ts';
import { WeightFiles } from '../../src/node/external-data.ts';

const root = mkdtempSync(join(tmpdir(), 'clsa-cim-external-'));
afterAll(() => rmSync(root, { recursive: true }));

const folder = join(root, 'models');
mkdirSync(join(folder, 'parts'), { recursive: true });
const path = join(folder, 'm.onnx');
writeFileSync(path, 'a model');
writeFileSync(
  join(folder, 'w.bin'),
  Uint8Array.from({ length: 64 }, (_, i) => i),
);
writeFileSync(join(folder, 'parts', 'w.bin'), Uint8Array.of(9, 8, 7));
writeFileSync(join(root, 'secret'), 'abc');
symlinkSync(join(root, 'secret'), join(folder, 'out'));
symlinkSync(root, join(folder, 'up'));
symlinkSync('w.bin', join(folder, 'in'));

const bytes = (name: string, external: ExternalPlace, dims = [3]): TensorData => ({
  name,
  dims,
  dataType: 2,
  external,
});

/** Opens the files of the model for `use`. */
function withFiles<T>(use: (files: WeightFiles) => T): T {
  const files = new WeightFiles(path);
  try {
    return use(files);
  } finally {
    files.close();
  }
}

function valuesOf(data: TensorData): number[] {
  const into = new Float32Array(data.dims[0]!);
  withFiles((files) => {
    checkPayloads([data], files);
    readPayload(data, files, 0, into.length, into);
  });
  return [...into];
}

/** The one line that is said. */
function problemOf(...tensors: readonly TensorData[]): string {
  try {
    withFiles((files) => checkPayloads(tensors, files));
  } catch (error) {
    if (error instanceof ClsaCimError) return error.message;
    throw error;
  }
  return 'nothing';
}

test('values in another file are read where the model says', () => {
  expect(valuesOf(bytes('w', { location: 'w.bin', offset: '5', length: '3' }))).toEqual([5, 6, 7]);
  expect(valuesOf(bytes('w', { location: 'w.bin', offset: '61' }))).toEqual([61, 62, 63]);
  expect(valuesOf(bytes('w', { location: './parts/w.bin' }))).toEqual([9, 8, 7]);
  expect(valuesOf(bytes('w', { location: 'in', length: '3' }))).toEqual([0, 1, 2]);
});

test.each([
  ['/etc/passwd', 'its path is absolute'],
  ['C:/x', 'its path is absolute'],
  ['../secret', 'its path leaves the folder of the model'],
  ['parts/../../secret', 'its path leaves the folder of the model'],
  ['parts\\w.bin', 'its path has backslashes'],
  ['w.bin\0', 'its name has control characters'],
  ['', 'it has no name'],
  ['out', 'it is a link that leaves the folder of the model'],
  ['up/secret', 'it is a link that leaves the folder of the model'],
  ['up', 'it is a link that leaves the folder of the model'],
  ['parts', 'it is no regular file'],
])('the path %j is refused', (location, problem) => {
  expect(problemOf(bytes('w', { location }))).toBe(
    `the model keeps tensors in the file ${JSON.stringify(location)}: ${problem}; only files in the folder of the model are read`,
  );
});

test('a file that is missing is named', () => {
  expect(problemOf(bytes('w', { location: 'none.bin' }))).toBe(
    'the model keeps tensors in the file "none.bin": there is no such file; put it beside the model',
  );
});

test.each<[ExternalPlace, string]>([
  [
    { location: 'w.bin', offset: '62', length: '3' },
    'has its values at byte 62, 3 bytes, and "w.bin" has 64 bytes',
  ],
  [{ location: 'w.bin', offset: '70' }, 'has its values at byte 70, -6 bytes, and "w.bin" has 64 bytes'],
  [
    { location: 'w.bin', offset: '-1', length: '3' },
    'lies in another file at offset "-1", which is no number of bytes',
  ],
  [{ location: 'w.bin', length: '3e0' }, 'lies in another file at length "3e0", which is no number of bytes'],
  [
    { location: 'w.bin', offset: '9'.repeat(30) },
    `lies in another file at offset "${'9'.repeat(30)}", which is no number of bytes`,
  ],
  [{ location: 'w.bin', offset: '0', length: '4' }, 'has 4 bytes of values, and its shape [3] needs 3'],
  [{ location: 'w.bin' }, 'has 64 bytes of values, and its shape [3] needs 3'],
])('the place %j is one clear line', (external, problem) => {
  expect(problemOf(bytes('w', external))).toBe(`tensor "w" ${problem}`);
});

test('tensors may share all of their bytes, not some', () => {
  const at = (offset: string, location = 'w.bin') => ({ location, offset, length: '3' });
  expect(problemOf(bytes('a', at('0')), bytes('b', at('0')), bytes('c', at('3')))).toBe('nothing');
  // The same file under another name.
  expect(problemOf(bytes('a', at('4')), bytes('c', at('9')), bytes('b', at('2', 'in')))).toBe(
    'tensor "a" shares bytes of "w.bin" with tensor "b"',
  );
});

test('a file that has become shorter is said to have', () => {
  const name = join(folder, 'short.bin');
  writeFileSync(name, new Uint8Array(12));
  const data: TensorData = { name: 'w', dims: [3], dataType: 1, external: { location: 'short.bin' } };
  withFiles((files) => {
    checkPayloads([data], files);
    writeFileSync(name, '');
    expect(() => readPayload(data, files, 0, 3, new Float32Array(3))).toThrow('the file has become shorter');
  });
});
