import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ModelSpec, model, type TensorSpec } from '../../load/onnx/onnx-writer.ts';

/** Writes a model whose floats lie in a file beside it (external data), and gives its path. */
export function writtenBeside(spec: ModelSpec): string {
  const parts: Float32Array[] = [];
  let offset = 0;
  const initializers = Object.entries(spec.initializers ?? {}).map(([name, tensor]): [string, TensorSpec] => {
    if (tensor.floats === undefined) return [name, tensor];
    const part = Float32Array.from(tensor.floats);
    parts.push(part);
    const external = { location: 'weights.bin', offset, length: part.byteLength };
    offset += part.byteLength;
    return [name, { dims: tensor.dims, external }];
  });
  const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-beside-'));
  writeFileSync(join(folder, 'weights.bin'), Buffer.concat(parts.map((part) => new Uint8Array(part.buffer))));
  const path = join(folder, 'network.onnx');
  writeFileSync(path, model({ ...spec, initializers: Object.fromEntries(initializers) }));
  return path;
}
