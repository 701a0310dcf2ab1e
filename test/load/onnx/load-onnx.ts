import { bytesInMemory } from '../../../src/load/model-bytes.ts';
import { loadOnnx as loadSource } from '../../../src/load/onnx/index.ts';
import type { LoadOptions } from '../../../src/load/options.ts';
import type { Network } from '../../../src/network/network.ts';
import { withFile } from '../../../src/node/file-bytes.ts';

/** Loads an ONNX file, whatever its content looks like. */
export function loadOnnx(path: string, options: LoadOptions = {}): Network {
  return withFile(path, (bytes) => loadSource(bytes, path, options));
}

/** Loads the content of an ONNX file, whatever it looks like. */
export function loadOnnxBytes(bytes: Uint8Array, name: string, options: LoadOptions = {}): Network {
  return loadSource(bytesInMemory(bytes), name, options);
}
