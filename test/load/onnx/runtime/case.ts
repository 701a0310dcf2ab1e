import { FLOAT, type ModelSpec, type NodeSpec, node, type TensorSpec } from '../onnx-writer.ts';
import { random } from './random.ts';

/** Where a map has its channels: on axis 1 as convolutions want them, or on the last axis as MatMul does. */
export type Layout = 'first' | 'last';

/** A small model around one operator, to be held against ONNX Runtime. */
export interface OperatorCase {
  readonly name: string;
  /** Inputs, nodes and outputs of the model; initializers without values get random ones. */
  readonly model: ModelSpec;
  /** Least and greatest value of an input; -6 and 6 by default. */
  readonly ranges?: Readonly<Record<string, readonly [number, number]>>;
  /** Values of inputs that stay as they are: parameters that the network gets from outside. */
  readonly fixed?: Readonly<Record<string, readonly number[]>>;
  /**
   * The base layer in front of every input of floats of rank 2 to 4: a 1 x 1 convolution (`first`) or a MatMul
   * (`last`). By default convolutions for rank 4, MatMuls for less. `none`: the input itself.
   */
  readonly input?: Layout | 'none';
  /** The base layer behind every output of rank 2 to 4, by the same rule. */
  readonly reader?: Layout | 'none';
  /** Why the network reads more than the runtime does; without, it must read exactly the same. */
  readonly coarse?: string;
}

/** The name of the base layer in front of an input. */
export function baseName(input: string): string {
  return `base:${input}`;
}

/** The name of what the base layer behind an output computes. */
export function readerName(output: string): string {
  return `reader:${output}`;
}

/** Layout of the base layer in front of an input, or undefined where there is none. */
export function inputLayout(test: OperatorCase, name: string): Layout | undefined {
  const dims = test.model.inputs![name]!;
  const isFloat = (test.model.types?.[name] ?? FLOAT) === FLOAT;
  if (!isFloat || test.fixed?.[name] !== undefined) return undefined;
  return layoutOf(test.input, dims.length);
}

export function layoutOf(wanted: Layout | 'none' | undefined, rank: number): Layout | undefined {
  if (wanted === 'none' || rank < 2 || rank > 4) return undefined;
  return wanted ?? (rank === 4 ? 'first' : 'last');
}

/**
 * The model of a case with a base layer in front of every input, which hands on what it gets: its weights are the
 * identity.
 */
export function withBases(test: OperatorCase): ModelSpec {
  const { model } = test;
  const inputs: Record<string, readonly (number | string | null)[]> = {};
  const nodes: NodeSpec[] = [];
  const initializers: Record<string, TensorSpec> = filled(model.initializers ?? {});
  const types: Record<string, number> = {};
  for (const [name, dims] of Object.entries(model.inputs ?? {})) {
    const layout = inputLayout(test, name);
    const outside = layout === undefined ? name : `outside:${name}`;
    inputs[outside] = dims;
    if (model.types?.[name] !== undefined) types[outside] = model.types[name];
    if (layout === undefined) continue;
    const channels = Number(layout === 'first' ? dims[1] : dims.at(-1));
    initializers[`identity:${name}`] = identity(channels, layout === 'first' ? dims.length : 2);
    const op = layout === 'first' ? 'Conv' : 'MatMul';
    nodes.push(node(op, `${outside} identity:${name}`, name, {}, baseName(name)));
  }
  return { ...model, inputs, types, nodes: [...nodes, ...model.nodes], initializers };
}

/** The model with a base layer behind every output whose rank allows it, and outputs of both. */
export function withReaders(
  test: OperatorCase,
  model: ModelSpec,
  shapes: ReadonlyMap<string, readonly number[]>,
): ModelSpec {
  const readers = (model.outputs ?? []).flatMap((output) => {
    const dims = shapes.get(output)!;
    const layout = layoutOf(test.reader, dims.length);
    return layout === undefined || dims.includes(0) ? [] : [{ output, dims, layout }];
  });
  return {
    ...model,
    nodes: [
      ...model.nodes,
      ...readers.flatMap(({ output, layout }) => [
        node('Cast', output, `floats:${output}`, { to: FLOAT }),
        node(
          layout === 'first' ? 'Conv' : 'MatMul',
          `floats:${output} weights:${output}`,
          readerName(output),
          {},
          readerName(output),
        ),
      ]),
    ],
    initializers: filled({
      ...model.initializers,
      ...Object.fromEntries(
        readers.map(({ output, dims, layout }) => [
          `weights:${output}`,
          {
            dims: layout === 'first' ? [3, dims[1]!, ...dims.slice(2).map(() => 1)] : [dims.at(-1)!, 3],
          },
        ]),
      ),
    }),
    outputs: [...(model.outputs ?? []), ...readers.map(({ output }) => readerName(output))],
  };
}

/** Initializers, where those without values have random ones. */
function filled(initializers: Readonly<Record<string, TensorSpec>>): Record<string, TensorSpec> {
  const next = random(7);
  const entries = Object.entries(initializers).map(([name, tensor]) => {
    if (tensor.ints !== undefined || tensor.floats !== undefined) return [name, tensor];
    const count = tensor.dims.reduce((product, size) => product * size, 1);
    return [name, { ...tensor, floats: Array.from({ length: count }, () => 0.2 + next()) }];
  });
  return Object.fromEntries(entries);
}

function identity(channels: number, rank: number): TensorSpec {
  const dims = [channels, channels, ...new Array<number>(rank - 2).fill(1)];
  const floats = Array.from({ length: channels ** 2 }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0));
  return { dims, floats };
}
