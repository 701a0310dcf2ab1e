import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../../network/builder.ts';
import { constant, elements } from '../../network/tensor.ts';
import type { LoadOptions } from '../options.ts';
import type { Dimension, Graph, GraphInput } from './model.ts';
import { isIntegerType } from './tensor-data.ts';
import type { Value } from './value.ts';

/** Sizes of 2^31 and more are no sizes of a feature map, but damage. */
const MAX_SIZE = 2 ** 31 - 1;

/** So many inputs or sizes are named in a message. */
const MAX_LISTED = 4;

/** How exporters name a batch that they leave open. */
const BATCH_NAME = /batch|^(n|b|bs|unk__\d+|none|\?)$/i;

/** Inputs of these operators, from the second on, are weights even where the file has no values for them. */
const WEIGHTED_OPERATORS = new Set(['Conv', 'ConvTranspose', 'Gemm', 'BatchNormalization']);

/** The inputs of a graph, and the batch that the file gives them. */
export interface Inputs {
  readonly values: ReadonlyMap<string, Value>;
  /** 1 where the file leaves it open. */
  readonly fileBatch: number;
}

/**
 * Creates the inputs of the network: the batch becomes 1, open dimensions get the sizes of `options.dims`
 * (spec.md section 2), inputs that are weights become constants.
 *
 * @throws ClsaCimError that lists all open dimensions that are not given, or a size that is none.
 */
export function createInputs(b: NetworkBuilder, graph: Graph, options: LoadOptions): Inputs {
  const initialized = new Set(graph.initializers.map(({ name }) => name));
  const inputs = graph.inputs.filter(({ name }) => !initialized.has(name));
  const weights = weightInputs(graph);
  const sizes = new Sizes(inputs, options, weights);
  const values = new Map<string, Value>();
  for (const input of inputs) {
    const isWeight = weights.has(input.name);
    const dims = sizes.of(input, isWeight);
    if (dims === undefined) continue;
    if (isWeight) {
      b.warnings.push(`input ${input.name} is used as a weight only and is taken as a constant`);
      values.set(input.name, constant(dims));
    } else if (elements(dims) === 0) values.set(input.name, constant(dims));
    else values.set(input.name, b.input(input.name, { dims, ...mapAxes(input, dims, sizes) }));
  }
  sizes.check();
  warnOfSequences(
    b,
    inputs.filter(({ name }) => values.has(name) && !weights.has(name)),
    options,
  );
  return { values, fileBatch: sizes.fileBatch };
}

/** Names of the inputs that are read as weights or biases, and as nothing else. */
function weightInputs(graph: Graph): Set<string> {
  const weights = new Set<string>();
  const others = new Set<string>(graph.outputs);
  for (const node of graph.nodes) {
    const weighted = node.domain === '' && WEIGHTED_OPERATORS.has(node.op);
    node.inputs.forEach((name, i) => {
      if (weighted && i > 0) weights.add(name);
      else others.add(name);
    });
  }
  return new Set([...weights].filter((name) => !others.has(name)));
}

/** Says which inputs might as well have been batches, in one line. */
function warnOfSequences(b: NetworkBuilder, inputs: readonly GraphInput[], { batchAxis }: LoadOptions): void {
  const sequences = inputs.filter(isSequenceOrBatch);
  if (batchAxis || sequences.length === 0) return;
  const list = sequences.map(({ name, dims = [] }) => {
    return `${name} [${dims.map((dimension) => dimension.name ?? dimension.size ?? '?').join(', ')}]`;
  });
  b.warnings.push(
    `axis 0 of ${some(list)} is taken as a sequence, a row a token; give batchAxis (--batch-axis) if it is a batch, ` +
      'which counts as 1',
  );
}

/** True for an input of rank 2 whose first size is fixed above 1: nothing says what lies along it. */
function isSequenceOrBatch({ dims }: GraphInput): boolean {
  const [first] = dims ?? [];
  return dims?.length === 2 && isSize(first) && first.size > 1;
}

/** Where H and W of an input lie if none of its readers says (spec.md section 2: a sequence is a map with H = S). */
function mapAxes(input: GraphInput, dims: readonly number[], sizes: Sizes): { h: number; w: number } {
  switch (dims.length) {
    case 0:
      return { h: -1, w: -1 };
    case 1:
      return { h: 0, w: -1 };
    case 2: {
      if (!isIntegerType(input.dataType)) return { h: 0, w: -1 };
      const first = input.dims?.[0];
      return dims[0] === 1 || sizes.isBatch(first) ? { h: 1, w: -1 } : { h: 0, w: 1 };
    }
    case 3:
      return { h: 1, w: -1 };
    default:
      return { h: dims.length - 2, w: dims.length - 1 };
  }
}

/** Works out the sizes of all inputs and remembers what is missing. */
class Sizes {
  fileBatch = 1;
  readonly #given: Readonly<Record<string, number>>;
  readonly #batchAxis: boolean;
  readonly #used = new Set<string>();
  readonly #batchNames = new Set<string>();
  /** The key to give an open dimension with -> where it is open. */
  readonly #open = new Map<string, string[]>();
  readonly #missing = new Set<string>();

  constructor(
    inputs: readonly GraphInput[],
    { dims: given = {}, batchAxis = false }: LoadOptions,
    weights: ReadonlySet<string>,
  ) {
    this.#given = given;
    this.#batchAxis = batchAxis;
    for (const input of inputs) {
      const first = input.dims?.[0];
      if (!this.#hasBatch(input) || weights.has(input.name)) continue;
      if (first?.name !== undefined) this.#batchNames.add(first.name);
      if (isSize(first) && this.fileBatch === 1) this.fileBatch = first.size;
    }
  }

  /** True where axis 0 is the batch whatever the file calls it. */
  #hasBatch(input: GraphInput): boolean {
    return (input.dims?.length ?? 0) >= 3 || (this.#batchAxis && isSequenceOrBatch(input));
  }

  /** True for a first dimension of an input of rank 1 or 2 that is a batch which the file leaves open. */
  isBatch(dimension: Dimension | undefined): boolean {
    if (dimension === undefined || isSize(dimension)) return false;
    const { name } = dimension;
    return name === undefined || BATCH_NAME.test(name) || this.#batchNames.has(name);
  }

  /** The dimensions of an input, or undefined where some are missing. Weights have no batch. */
  of(input: GraphInput, isWeight: boolean): number[] | undefined {
    const { name, dataType } = input;
    if (dataType === 0 && input.dims === undefined) {
      throw new ClsaCimError(`input ${name} is not a tensor; only tensors can be the input of a network`);
    }
    const dims = input.dims ?? this.#shapeFromOptions(name);
    const sizes = dims.map((dimension, axis) => {
      const isBatch = !isWeight && this.#isBatchAxis({ ...input, dims }, axis);
      return isBatch ? this.#batch(name, dimension, axis) : this.#size(name, dimension, axis);
    });
    return sizes.every((size) => size !== undefined) ? sizes : undefined;
  }

  /** An input without a shape can be given one, axis by axis. */
  #shapeFromOptions(name: string): Dimension[] {
    const dims: Dimension[] = [];
    while (Object.hasOwn(this.#given, `${name}:${dims.length}`)) dims.push({});
    if (dims.length > 0) return dims;
    const image = Object.fromEntries([1, 3, 224, 224].map((size, axis) => [`${name}:${axis}`, size]));
    throw new ClsaCimError(`input ${name} has no shape in the file; give every axis with dims`, 'input', {
      code: 'OPEN_SIZES',
      dims: image,
    });
  }

  #isBatchAxis(input: GraphInput, axis: number): boolean {
    const dimension = input.dims![axis]!;
    if (axis === 0 && (this.#hasBatch(input) || this.isBatch(dimension))) return true;
    return dimension.name !== undefined && this.#batchNames.has(dimension.name);
  }

  #size(input: string, dimension: Dimension, axis: number): number | undefined {
    const unnamed = `${input}:${axis}`;
    const key = dimension.name ?? unnamed;
    if (isSize(dimension)) return dimension.size;
    if (dimension.size !== undefined && dimension.size > 0) {
      throw new ClsaCimError(
        `input ${input} has ${dimension.size} along axis ${axis}; a dimension is at most ${MAX_SIZE}`,
      );
    }
    const places = this.#open.get(key) ?? [];
    this.#open.set(key, [...places, `axis ${axis} of ${input}`]);
    const given = [unnamed, key].find((option) => Object.hasOwn(this.#given, option));
    if (given === undefined) {
      this.#missing.add(key);
      return undefined;
    }
    this.#used.add(given);
    const size = this.#given[given]!;
    if (Number.isSafeInteger(size) && size >= 0 && size <= MAX_SIZE) return size;
    throw new ClsaCimError(
      `the size ${size} given for dimension ${given} is none; give a whole number up to ${MAX_SIZE}`,
      'usage',
    );
  }

  /** The batch may be given all the same, as what it is. */
  #batch(input: string, dimension: Dimension, axis: number): 1 {
    const unnamed = `${input}:${axis}`;
    for (const key of [dimension.name ?? unnamed, unnamed]) {
      if (!Object.hasOwn(this.#given, key)) continue;
      this.#used.add(key);
      if (this.#given[key] === 1) continue;
      throw new ClsaCimError(
        `dimension ${key} is the batch, which counts as 1; leave ${key}=${this.#given[key]} out`,
        'usage',
      );
    }
    return 1;
  }

  /** @throws ClsaCimError where open dimensions are not given, or given ones are not open. */
  check(): void {
    if (this.#missing.size > 0) {
      const missing = [...this.#missing];
      const list = missing.map((key) => `${key} (${some(this.#open.get(key)!)})`);
      throw new ClsaCimError(
        `the file leaves ${list.length === 1 ? 'a dimension' : 'dimensions'} open: ${some(list)}; ` +
          `give ${list.length === 1 ? 'it' : 'them'} with dims`,
        'input',
        { code: 'OPEN_SIZES', dims: Object.fromEntries(missing.map((key) => [key, 128])) },
      );
    }
    const unknown = Object.keys(this.#given).find((key) => !this.#used.has(key));
    if (unknown === undefined) return;
    const open = [...this.#open.keys()];
    throw new ClsaCimError(
      `the model has no open dimension ${unknown}; ` +
        (open.length > 0 ? `it leaves open: ${open.join(', ')}` : 'it leaves none open, so give none'),
      'usage',
      { code: 'UNKNOWN_NAME', given: unknown, known: open },
    );
  }
}

/** True for a dimension that the file gives; 0 and -1 are how some exporters write an open one. */
function isSize(dimension: Dimension | undefined): dimension is Dimension & { size: number } {
  const size = dimension?.size;
  return size !== undefined && size >= 1 && size <= MAX_SIZE;
}

/** The first of many, as a list in a message. */
function some(names: readonly string[]): string {
  return [...names.slice(0, MAX_LISTED), ...(names.length > MAX_LISTED ? ['…'] : [])].join(', ');
}
