import * as ort from 'onnxruntime-web';
import { BOOL, FLOAT, INT8, INT32, INT64, UINT8 } from '../onnx-writer.ts';

// One thread, so that nothing depends on the machine; the Wasm file comes with the package.
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** A tensor of ONNX Runtime, with its values as numbers. */
export interface Output {
  readonly type: string;
  readonly dims: readonly number[];
  readonly values: ArrayLike<number | bigint>;
}

export interface Feed {
  readonly dims: readonly number[];
  /** A number of TensorProto.DataType. */
  readonly type: number;
  readonly values: readonly number[];
}

/** Runs a model again and again with other inputs. */
export interface Runner {
  run(feeds: Readonly<Record<string, Feed>>): Promise<ReadonlyMap<string, Output>>;
  release(): Promise<void>;
}

/** A model in ONNX Runtime, run as it is written: nothing is fused or folded. */
export async function runner(bytes: Uint8Array): Promise<Runner> {
  const session = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  });
  return {
    run: async (feeds) => {
      const tensors = Object.entries(feeds).map(([name, feed]) => [name, tensorOf(feed)] as const);
      const results = await session.run(Object.fromEntries(tensors));
      return new Map(Object.entries(results).map(([name, result]) => [name, outputOf(result)]));
    },
    release: () => session.release(),
  };
}

function outputOf({ type, dims, data }: ort.Tensor): Output {
  if (!ArrayBuffer.isView(data)) throw new Error(`an output is a tensor of ${type}`);
  return { type, dims, values: data as unknown as ArrayLike<number | bigint> };
}

function tensorOf({ dims, type, values }: Feed): ort.Tensor {
  switch (type) {
    case FLOAT:
      return new ort.Tensor('float32', Float32Array.from(values), dims);
    case UINT8:
      return new ort.Tensor('uint8', Uint8Array.from(values), dims);
    case INT8:
      return new ort.Tensor('int8', Int8Array.from(values), dims);
    case INT32:
      return new ort.Tensor('int32', Int32Array.from(values), dims);
    case INT64:
      return new ort.Tensor('int64', BigInt64Array.from(values.map(BigInt)), dims);
    case BOOL:
      return new ort.Tensor('bool', Uint8Array.from(values), dims);
    default:
      throw new Error(`no tensors of type ${type} are fed`);
  }
}
