import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { afterAll, expect, test } from 'vitest';
import { ClsaCimError } from '../../../src/errors.ts';
import { cpuMs } from '../../cpu-ms.ts';
import { layerOf } from './helpers.ts';
import { loadOnnx } from './load-onnx.ts';
import { model, node } from './onnx-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Bytes of a message field's tag and length, in front of content that is not written. */
function head(field: number, length: number): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish();
}

/** A model with one weight of 1.9 GB, which is a hole in the file. */
function writeSparseModel(path: string): void {
  const columns = 475_000;
  const bytes = 4 * 1000 * columns;
  const shape = new BinaryWriter()
    .tag(1, WireType.Varint)
    .int64(1000)
    .tag(1, WireType.Varint)
    .int64(columns)
    .tag(2, WireType.Varint)
    .int32(1)
    .tag(8, WireType.LengthDelimited)
    .string('w')
    .finish();
  const rest = model({ inputs: { x: [4, 1000] }, nodes: [node('MatMul', 'x w', 'y', {}, 'y')] });
  // Behind ir_version (2 bytes) come tag and length of the graph; its content goes into ours.
  const graphLength = rest[3]!;
  const graph = rest.subarray(4, 4 + graphLength);
  const raw = head(9, bytes);
  const tensorLength = shape.length + raw.length + bytes;
  const tensorHead = head(5, tensorLength);
  const file = openSync(path, 'w');
  const parts = [
    rest.subarray(0, 2),
    rest.subarray(4 + graphLength),
    head(7, graph.length + tensorHead.length + tensorLength),
    graph,
    tensorHead,
    shape,
    raw,
  ];
  let size = bytes;
  for (const part of parts) {
    writeSync(file, part);
    size += part.length;
  }
  ftruncateSync(file, size);
  closeSync(file);
}

test('a file of 1.9 GB loads without its tensors', () => {
  const path = join(folder, 'large.onnx');
  writeSparseModel(path);
  const before = process.memoryUsage().rss;
  const start = cpuMs();
  const network = loadOnnx(path, {});
  expect(cpuMs() - start).toBeLessThan(1000);
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
  expect(layerOf(network, 'y').weights).toEqual({ rows: 1000, columns: 475_000, groups: 1 });
});

test('files that are none are one clear error', () => {
  expect(() => loadOnnx(join(folder, 'missing.onnx'), {})).toThrow(/there is no such file/);
  expect(() => loadOnnx(folder, {})).toThrow(ClsaCimError);
  const empty = join(folder, 'empty.onnx');
  writeFileSync(empty, '');
  expect(() => loadOnnx(empty, {})).toThrow(/is empty/);
});

test('an ONNX file whose graph comes first loads', () => {
  const path = join(folder, 'graph-first.onnx');
  const bytes = model({ inputs: { x: [1, 3, 4, 4] }, nodes: [node('Relu', 'x', 'y')] });
  writeFileSync(path, bytes.subarray(2));
  expect(loadOnnx(path, {}).layers).toHaveLength(2);
});
