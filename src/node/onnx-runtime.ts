import { createRequire } from 'node:module';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { ClsaCimError } from '../errors.ts';
import * as types from '../execute/data-types.ts';
import { float16Bits, toFloat16 } from '../execute/half-floats.ts';
import type { Feeds } from '../execute/machine.ts';
import { oneLine } from '../input/show.ts';
import type { ModelBytes } from '../load/model-bytes.ts';
import { float16 } from '../load/onnx/tensor-data.ts';
import type { Program, ProgramInput } from '../load/program.ts';
import type { WeightSource } from '../load/weight-source.ts';
import { elements } from '../network/tensor.ts';
import type { Expected } from '../verify/expected.ts';

/** The package that has the runtime; nobody gets it who does not install it. */
const PACKAGE = 'onnxruntime-web';
/** Fields of ModelProto, GraphProto and ValueInfoProto. */
const GRAPH = 7;
const OUTPUT = 12;
const NAME = 1;

/** True where ONNX Runtime is installed. */
export function hasOnnxRuntime(): boolean {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE) !== '';
  } catch {
    return false;
  }
}

/** ONNX Runtime with a model in it. */
export interface OpenRuntime {
  /**
   * What it computes of some inferences.
   *
   * @throws ClsaCimError with the runtime's own words where it does not run the model.
   */
  expected(feeds: readonly Feeds[]): Promise<Expected>;
  close(): Promise<void>;
}

/**
 * Opens a model in ONNX Runtime, one thread, as it is written: nothing is fused or folded.
 *
 * @param names Tensors of the graph that are wanted besides its outputs.
 * @throws ClsaCimError with the runtime's own words where it does not take the model.
 */
export async function openOnnxRuntime(
  source: WeightSource,
  program: Program,
  names: readonly string[],
): Promise<OpenRuntime> {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  // What goes wrong is said by the error.
  ort.env.logLevel = 'fatal';
  const session = await asking(() =>
    ort.InferenceSession.create(withOutputs(allOf(source.model), program, names), {
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 4,
      externalData: externalFiles(source, program),
    }),
  );
  return {
    expected: (feeds) => asking(() => run(session, ort.Tensor, program, names, feeds)),
    close: () => session.release(),
  };
}

/** What ONNX Runtime computes of some inferences of a model: {@link openOnnxRuntime} for once. */
export async function expectedOfRuntime(
  source: WeightSource,
  program: Program,
  names: readonly string[],
  feeds: readonly Feeds[],
): Promise<Expected> {
  const opened = await openOnnxRuntime(source, program, names);
  try {
    return await opened.expected(feeds);
  } finally {
    await opened.close();
  }
}

/** What goes wrong in the runtime is an error of its input. */
async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ClsaCimError) throw error;
    throw new ClsaCimError(
      `ONNX Runtime does not run the model, so that there is nothing to compare with (${oneLine(error instanceof Error ? error.message : String(error))}); give other inputs, or use --against layers`,
      'input',
      { code: 'INVALID_INPUT' },
    );
  }
}

async function run(
  session: InferenceSession,
  TensorOf: typeof Tensor,
  program: Program,
  names: readonly string[],
  feeds: readonly Feeds[],
): Promise<Expected> {
  const shapes = shapesOf(program);
  let tensors: ReadonlyMap<string, ArrayLike<number>> = new Map();
  const outputs: ReadonlyMap<string, ArrayLike<number>>[] = [];
  for (const [inference, feed] of feeds.entries()) {
    const fed = program.inputs.map((input): [string, Tensor] => [
      input.name,
      tensorOf(TensorOf, input, feed[input.name]!, sizesOf(session, input, program.fileBatch)),
    ]);
    const wanted = [
      ...new Set([...program.outputs.map(({ name }) => name), ...(inference === 0 ? names : [])]),
    ];
    const results = await session.run(Object.fromEntries(fed), wanted, { logSeverityLevel: 4 });
    const values = new Map(
      wanted.map((name) => [name, firstOf(name, results[name]!, shapes.get(name)!, program.fileBatch)]),
    );
    if (inference === 0) tensors = new Map(names.map((name) => [name, values.get(name)!]));
    outputs.push(values);
  }
  return { outputs, tensors };
}

/** The shapes of outputs, and of tensors of the graph, with a batch of 1. */
function shapesOf({ inputs, constants, steps, outputs }: Program): ReadonlyMap<string, readonly number[]> {
  const computed = [...inputs, ...steps.flatMap((step) => step.outputs)];
  const byId = new Map(computed.map(({ id, dims }) => [id, dims]));
  const named = computed.flatMap(({ name, dims }): [string, readonly number[]][] =>
    name === undefined ? [] : [[name, dims]],
  );
  const ofOutputs = outputs.map(({ name, id }): [string, readonly number[]] => [
    name,
    byId.get(id) ?? constants.get(id)!.dims,
  ]);
  return new Map([...named, ...ofOutputs]);
}

/** The shape that the runtime wants of an input: where it has the file's batch, that one instead of 1. */
function sizesOf(
  { inputMetadata }: InferenceSession,
  { name, dims }: ProgramInput,
  batch: number,
): readonly number[] {
  const wanted = inputMetadata.find((input) => input.name === name);
  const first = wanted?.isTensor ? wanted.shape[0] : undefined;
  const isOfBatch = dims[0] === 1 && (typeof first === 'string' || first === batch);
  return isOfBatch ? [batch, ...dims.slice(1)] : dims;
}

/** The file's batch counts as 1 here: the runtime gets the same input so often. */
function tensorOf(
  TensorOf: typeof Tensor,
  { dims, dataType }: ProgramInput,
  values: ArrayLike<number>,
  sizes: readonly number[],
): Tensor {
  const copies = elements(sizes) / elements(dims);
  const all = Array.from({ length: copies }, () => Array.from(values)).flat();
  switch (dataType) {
    case types.FLOAT:
      return new TensorOf('float32', Float32Array.from(all), sizes);
    case types.FLOAT16:
      return new TensorOf(
        'float16',
        Uint16Array.from(all, (value) => float16Bits(toFloat16(value))),
        sizes,
      );
    case types.DOUBLE:
      return new TensorOf('float64', Float64Array.from(all), sizes);
    case types.UINT8:
      return new TensorOf('uint8', Uint8Array.from(all), sizes);
    case types.INT8:
      return new TensorOf('int8', Int8Array.from(all), sizes);
    case types.UINT16:
      return new TensorOf('uint16', Uint16Array.from(all), sizes);
    case types.INT16:
      return new TensorOf('int16', Int16Array.from(all), sizes);
    case types.INT32:
      return new TensorOf('int32', Int32Array.from(all), sizes);
    case types.UINT32:
      return new TensorOf('uint32', Uint32Array.from(all), sizes);
    case types.INT64:
      return new TensorOf('int64', BigInt64Array.from(all, BigInt), sizes);
    case types.UINT64:
      return new TensorOf('uint64', BigUint64Array.from(all, BigInt), sizes);
    case types.BOOL:
      return new TensorOf('bool', Uint8Array.from(all), sizes);
    default:
      throw new ClsaCimError(
        `the model has an input of element type ${dataType}, which ONNX Runtime is not fed with; use --against layers`,
      );
  }
}

/**
 * The values of the first inference of a batch: along the axis that is longer by the batch, or all of them where there is none.
 *
 * @throws ClsaCimError where the batch is on no axis.
 */
function firstOf(name: string, tensor: Tensor, own: readonly number[], batch: number): Float64Array {
  const values = numbersOf(tensor);
  const { dims } = tensor;
  if (batch === 1 || values.length === elements(own)) return values;
  const axis = dims.findIndex((size, i) => size !== own[i]);
  const expected = own.map((size, i) => (i === axis ? size * batch : size));
  if (dims.length !== own.length || expected.some((size, i) => size !== dims[i])) {
    throw new ClsaCimError(
      `ONNX Runtime computes ${oneLine(name)} of shape [${dims.join(', ')}], in which the file's batch of ${batch} is on no axis of [${own.join(', ')}]; ` +
        'write the file with a batch of 1, or use --against layers',
    );
  }
  const inner = elements(own.slice(axis));
  return Float64Array.from(
    { length: elements(own) },
    (_, i) => values[i + Math.floor(i / inner) * inner * (batch - 1)]!,
  );
}

function numbersOf({ type, data }: Tensor): Float64Array {
  if (!ArrayBuffer.isView(data)) throw new ClsaCimError('an output is no tensor of numbers');
  // Where JavaScript has no floats of 16 bits, these are their bits.
  if (type === 'float16' && data instanceof Uint16Array) return Float64Array.from(data, float16);
  return Float64Array.from(data as unknown as ArrayLike<number | bigint>, Number);
}

/**
 * A model with further outputs. Messages of a field that is there twice are one message to who reads the file, so that
 * outputs can be added behind its end.
 */
function withOutputs(model: Uint8Array, program: Program, names: readonly string[]): Uint8Array {
  const known = new Set(program.outputs.map(({ name }) => name));
  const writer = new BinaryWriter();
  writer.uint32((GRAPH << 3) | 2).fork();
  for (const name of names) {
    if (known.has(name)) continue;
    writer.uint32((OUTPUT << 3) | 2).fork();
    writer.uint32((NAME << 3) | 2).string(name);
    writer.join();
  }
  writer.join();
  const added = writer.finish();
  const all = new Uint8Array(model.length + added.length);
  all.set(model);
  all.set(added, model.length);
  return all;
}

/** The files beside the model that its tensors lie in. */
function externalFiles(source: WeightSource, { constants }: Program): { path: string; data: Uint8Array }[] {
  const locations = new Set<string>();
  for (const { external } of constants.values()) if (external !== undefined) locations.add(external.location);
  return [...locations].map((path) => ({ path, data: allOf(source.external(path)) }));
}

function allOf(file: ModelBytes): Uint8Array {
  const all = new Uint8Array(file.size);
  if (file.readInto !== undefined) file.readInto(all, 0);
  else all.set(file.read(0, file.size));
  return all;
}
