import { ClsaCimError } from '../../errors.ts';
import { buildNetwork } from '../../network/builder.ts';
import type { Network } from '../../network/network.ts';
import type { ModelBytes } from '../model-bytes.ts';
import type { LoadOptions } from '../options.ts';
import type { Program } from '../program.ts';
import { protobufRefusal } from '../refusals.ts';
import { DamagedError } from './field-walker.ts';
import { decodeModel, type Graph, type Model } from './model.ts';
import { outermostFields } from './outermost-fields.ts';
import { Recorder } from './recorder.ts';
import { Run } from './run.ts';
import { skeleton } from './skeleton.ts';

/**
 * Loads an ONNX file as a network (spec.md section 2). Neither the file's tensors nor external data are
 * read, only their shapes and the small constants that decide about shapes.
 *
 * @param path Name or path of the file: the network is called after it.
 * @throws ClsaCimError where the file cannot be read, is no valid ONNX file, or has something in it that
 *   cannot be scheduled; the error names the node.
 */
export function loadOnnx(bytes: ModelBytes, path: string, options: LoadOptions = {}): Network {
  const { graph, ...model } = parts(bytes, path, false);
  return buildNetwork(networkName(path), (builder) => {
    new Run(builder, model, options).graph(graph);
  });
}

/** A network with what its file computes. */
export interface LoadedProgram {
  /** The network, the same as without a program. */
  readonly network: Network;
  /** What the file computes. */
  readonly program: Program;
}

/**
 * {@link loadOnnx} that also keeps what the nodes compute, and where in the file the values of its tensors lie: they
 * are not read here either.
 *
 * @throws ClsaCimError as {@link loadOnnx} does.
 */
export function loadOnnxProgram(bytes: ModelBytes, path: string, options: LoadOptions = {}): LoadedProgram {
  const { graph, ...model } = parts(bytes, path, true);
  let program: Program | undefined;
  // May be called twice; the last call tells.
  const network = buildNetwork(networkName(path), (builder) => {
    program = new Run(builder, model, options, new Recorder()).graph(graph);
  });
  return { network, program: program! };
}

/** A model that has nodes. */
type Parts = Omit<Model, 'graph'> & { readonly graph: Graph };

function parts(bytes: ModelBytes, path: string, isForProgram: boolean): Parts {
  const { graph, ...model } = decode(bytes, path, isForProgram);
  if (graph !== undefined && graph.nodes.length > 0) return { ...model, graph };
  const foreign = graph === undefined ? protobufRefusal(outermostFields(bytes)) : undefined;
  if (foreign !== undefined) throw new ClsaCimError(`${path}: ${foreign}`);
  throw new ClsaCimError(`${path}: the graph has no nodes, so there is nothing to schedule`);
}

function decode(bytes: ModelBytes, path: string, isForProgram: boolean): Model {
  if (bytes.size === 0) throw new ClsaCimError(`${path}: the file is empty; give an ONNX file`);
  try {
    return decodeModel(skeleton(bytes, isForProgram), isForProgram);
  } catch (error) {
    if (error instanceof ClsaCimError) throw error;
    // Whatever a decoder throws at bytes from outside says that they are no ONNX model.
    const reason = damageIn(bytes) ?? (error instanceof Error ? error.message : String(error));
    throw new ClsaCimError(
      `${path}: this is no valid ONNX file: ${reason}; it may be damaged or only partly downloaded`,
    );
  }
}

/** What is wrong with the fields of a file, and where; undefined where all are fields. */
function damageIn(bytes: ModelBytes): string | undefined {
  try {
    skeleton(bytes, true);
    return undefined;
  } catch (error) {
    if (error instanceof DamagedError) return error.message;
    throw error;
  }
}

/** The file's name without folders and suffix. */
function networkName(path: string): string {
  const file = path.split(/[\\/]/).at(-1)!;
  return file.replace(/\.onnx$/i, '') || file;
}
