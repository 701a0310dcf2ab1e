import { ClsaCimError } from '../../errors.ts';
import { buildNetwork } from '../../network/builder.ts';
import type { Network } from '../../network/network.ts';
import type { LoadOptions } from '../options.ts';
import { protobufRefusal } from '../refusals.ts';
import { decodeModel, type Model } from './model.ts';
import { Run } from './run.ts';
import { beginsAsModel, outermostFields, skeleton } from './skeleton.ts';
import { bytesSource, type Source, withFile } from './source.ts';

/**
 * Loads an ONNX file as a network (spec.md section 2). Neither the file's tensors nor external data are
 * read, only their shapes and the small constants that decide about shapes.
 *
 * @throws ClsaCimError where the file cannot be read, is no valid ONNX file, or has something in it that
 *   cannot be scheduled; the error names the node.
 */
export function loadOnnx(path: string, options: LoadOptions = {}): Network {
  return withFile(path, (source) => load(source, path, options));
}

/**
 * Loads an ONNX file that lies in memory; `name` stands for its path.
 *
 * @throws ClsaCimError as {@link loadOnnx} does.
 */
export function loadOnnxBytes(bytes: Uint8Array, name: string, options: LoadOptions = {}): Network {
  return load(bytesSource(bytes), name, options);
}

/**
 * True for a file that begins as an ONNX file does. Reads only a few bytes of it.
 *
 * @throws ClsaCimError where the file cannot be read.
 */
export function looksLikeOnnx(path: string): boolean {
  return withFile(path, beginsAsModel);
}

function load(source: Source, path: string, options: LoadOptions): Network {
  const { graph, ...model } = decode(source, path);
  if (graph === undefined || graph.nodes.length === 0) {
    const foreign = graph === undefined ? protobufRefusal(outermostFields(source)) : undefined;
    if (foreign !== undefined) throw new ClsaCimError(`${path}: ${foreign}`);
    throw new ClsaCimError(`${path}: the graph has no nodes, so there is nothing to schedule`);
  }
  return buildNetwork(networkName(path), (builder) => new Run(builder, model, options).graph(graph));
}

function decode(source: Source, path: string): Model {
  if (source.size === 0) throw new ClsaCimError(`${path}: the file is empty; give an ONNX file`);
  try {
    return decodeModel(skeleton(source));
  } catch (error) {
    if (error instanceof ClsaCimError) throw error;
    // Whatever a decoder throws at bytes from outside says that they are no ONNX model.
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClsaCimError(
      `${path}: this is no valid ONNX file: ${reason}; it may be damaged or only partly downloaded`,
    );
  }
}

/** The file's name without folders and suffix. */
function networkName(path: string): string {
  const file = path.split(/[\\/]/).at(-1)!;
  return file.replace(/\.onnx$/i, '') || file;
}
