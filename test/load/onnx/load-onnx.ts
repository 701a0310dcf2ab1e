import { loadOnnx as loadSource } from '../../../src/load/onnx/index.ts';
import { beginsAsModel } from '../../../src/load/onnx/skeleton.ts';
import type { LoadOptions } from '../../../src/load/options.ts';
import { bytesSource } from '../../../src/load/source.ts';
import type { Network } from '../../../src/network/network.ts';
import { withFile } from '../../../src/node/file-source.ts';

/** Loads an ONNX file, whatever its content looks like. */
export function loadOnnx(path: string, options: LoadOptions = {}): Network {
  return withFile(path, (source) => loadSource(source, path, options));
}

/** Loads the content of an ONNX file, whatever it looks like. */
export function loadOnnxBytes(bytes: Uint8Array, name: string, options: LoadOptions = {}): Network {
  return loadSource(bytesSource(bytes), name, options);
}

/** True for a file that begins as an ONNX file does. */
export function looksLikeOnnx(path: string): boolean {
  return withFile(path, beginsAsModel);
}
