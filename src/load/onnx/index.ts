import { ClsaCimError } from '../../errors.ts';
import { buildNetwork } from '../../network/builder.ts';
import type { Network } from '../../network/network.ts';
import type { ModelBytes } from '../model-bytes.ts';
import type { LoadOptions } from '../options.ts';
import { protobufRefusal } from '../refusals.ts';
import { decodeModel, type Model } from './model.ts';
import { Run } from './run.ts';
import { outermostFields, skeleton } from './skeleton.ts';

/**
 * Loads an ONNX file as a network (spec.md section 2). Neither the file's tensors nor external data are
 * read, only their shapes and the small constants that decide about shapes.
 *
 * @param path Name or path of the file: the network is called after it.
 * @throws ClsaCimError where the file cannot be read, is no valid ONNX file, or has something in it that
 *   cannot be scheduled; the error names the node.
 */
export function loadOnnx(bytes: ModelBytes, path: string, options: LoadOptions = {}): Network {
  const { graph, ...model } = decode(bytes, path);
  if (graph === undefined || graph.nodes.length === 0) {
    const foreign = graph === undefined ? protobufRefusal(outermostFields(bytes)) : undefined;
    if (foreign !== undefined) throw new ClsaCimError(`${path}: ${foreign}`);
    throw new ClsaCimError(`${path}: the graph has no nodes, so there is nothing to schedule`);
  }
  return buildNetwork(networkName(path), (builder) => new Run(builder, model, options).graph(graph));
}

function decode(bytes: ModelBytes, path: string): Model {
  if (bytes.size === 0) throw new ClsaCimError(`${path}: the file is empty; give an ONNX file`);
  try {
    return decodeModel(skeleton(bytes));
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
