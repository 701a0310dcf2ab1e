import { ClsaCimError } from '../errors.ts';
import { canonicalise } from './canonicalise.ts';
import { type AxisOperand, InputAxes } from './input-axes.ts';
import type { Layout } from './layout.ts';
import {
  type Edge,
  isInput,
  type Layer,
  MAX_POSITIONS,
  type Network,
  unreadLayers,
  type WeightMatrix,
} from './network.ts';
import { pair, type Step, steps } from './pairing.ts';
import { ALL, type Reads, SAME } from './reads.ts';
import {
  type Arrangement,
  arranged,
  constant,
  elements,
  isConstant,
  isEmpty,
  isSameAxis,
  layoutOf,
  ofmExtent,
  type Tensor,
} from './tensor.ts';

/** Lists of positions are kept one number each; all of a real network's together stay far below. */
const MAX_LISTED_IN_ALL = 2 ** 23;

/** One operand of a new layer, with what each output position reads of it. */
export interface Operand {
  /** What is read. */
  readonly tensor: Tensor;
  /** What an output row reads of its rows. */
  readonly rows: Reads;
  /** What an output column reads of its columns. */
  readonly columns: Reads;
}

/** The output of a new layer, in the terms of {@link Tensor}. */
export interface Output {
  /** Its dimensions, all of them known. */
  readonly dims: readonly number[];
  /** The axis that is H; -1 where there is none, and H is 1. */
  readonly h: number;
  /** The axis that is W; -1 where there is none, and W is 1. */
  readonly w: number;
}

/** What a new layer is, besides its operands and its output. */
export interface LayerKind {
  /** What it is to be called; a suffix makes it unique. */
  readonly name: string;
  /** What it does, in one word. */
  readonly op: string;
  /** The weights of a base layer. */
  readonly weights?: WeightMatrix;
  /** See {@link Layer.weightBits}. */
  readonly weightBits?: number;
  /** See {@link Layer.activationBits}. */
  readonly activationBits?: number;
  /** Whether a bias is added. */
  readonly bias?: boolean;
  /** See {@link Layer.operations}. */
  readonly operations?: number;
}

/** A layer as it was appended. */
export interface AppendedLayer {
  /** Its name, which no other layer has. */
  readonly name: string;
  /** What it does, in one word. */
  readonly op: string;
  /** True where it has weights on crossbars. */
  readonly isBase: boolean;
  /** How its output lies in its OFM. */
  readonly arrangement: Arrangement;
}

/** Bits of what a base layer multiplies, where a file quantises it. */
export type Bits = Pick<LayerKind, 'weightBits' | 'activationBits'>;

/**
 * Collects the layers of a network in topological order. Loaders and the zoo call the functions of
 * `operators/`, which call {@link NetworkBuilder.layer}.
 */
export class NetworkBuilder {
  /** What had to be assumed, one sentence each; `build` hands them on. */
  readonly warnings: string[] = [];
  /**
   * Is told of every layer that is appended from now on.
   *
   * @internal
   */
  onLayer: ((layer: AppendedLayer) => void) | undefined;
  readonly #name: string;
  readonly #layers: Layer[] = [];
  /** Per layer: whether it is a base layer or depends on one. */
  readonly #waitsForBase: boolean[] = [];
  readonly #names = new Set<string>();
  readonly #nextSuffix = new Map<string, number>();
  readonly #outputs = new Set<number>();
  readonly #inputAxes = new InputAxes();
  readonly #given: ReadonlyMap<number, Layout>;
  #inputs = 0;
  #listed = 0;
  #bits: Bits = {};
  readonly #plain = new WeakMap<Tensor, Tensor>();

  /** @param given How inputs lie, by their number, in place of what the loader supposes; see {@link buildNetwork}. */
  constructor(name: string, given: ReadonlyMap<number, Layout> = new Map()) {
    this.#name = name;
    this.#given = given;
  }

  /** An input of the network: there at time 0. */
  input(name: string, output: Output): Tensor {
    const given = this.#given.get(this.#inputs++);
    const lies = given === undefined ? output : arranged(output.dims, given, `${name}_reshape`);
    const tensor = this.#append({ name, op: 'Input' }, [], lies);
    this.#inputAxes.input(tensor);
    return tensor;
  }

  /**
   * Says that a reader takes these axes of a tensor as H and W (-1 for none), which tells where those of the
   * network's inputs lie that the tensor is made of; see {@link buildNetwork}.
   */
  expectAxes(tensor: Tensor, h: number, w: number): void {
    this.#inputAxes.expect(tensor, { h, w });
  }

  /** How the inputs lie as their readers take them, by their number, where that is not how they were supposed to. */
  misplacedInputs(): ReadonlyMap<number, Layout> {
    return this.#inputAxes.misplaced();
  }

  /**
   * Appends a layer and returns its OFM. Operands that are constants are there from the start and leave no
   * trace; a non-base layer of nothing but constants is a constant itself, and so is one without values that
   * reads one without values.
   *
   * @throws ClsaCimError where a dimension is no positive integer, the map has 2^31 positions or more, or lists of
   *   positions grow beyond 2^23 numbers in all.
   */
  layer(kind: LayerKind, operands: readonly Operand[], { dims, h, w }: Output): Tensor {
    if (hasNoOperands(kind, operands, dims)) return constant(dims);
    const live = operands.filter((operand) => !isConstant(operand.tensor));
    const edges = live.map(({ tensor, rows, columns }) => {
      // Everything of a tensor is the same, however it lies.
      const { layer } = isAll(rows, columns) ? tensor : this.plain(tensor);
      return { from: layer!, rows, columns };
    });
    const aligned = live.filter(({ tensor, rows, columns }) => {
      const isOfAxes = !isAll(rows, columns) || tensor.dims.every((size, axis) => size === dims[axis]);
      return tensor.dims.length === dims.length && isOfAxes;
    });
    return this.#appendTo(aligned, kind, edges, { dims, h, w });
  }

  /**
   * Appends a layer of which every output position reads, of every operand, what lies at the same index along every
   * axis (counted from the last one), and all along the axes that are summed. Views are read where they are.
   */
  byAxes(kind: LayerKind, operands: readonly AxisOperand[], output: Arrangement): Tensor {
    if (hasNoOperands(kind, operands, output.dims)) return constant(output.dims);
    const live = operands.filter((operand) => !isConstant(operand.tensor));
    const layout = layoutOf(output);
    const { height, width } = ofmExtent(output);
    const edges = live.map(({ tensor, summed }) => {
      const from = tensor.layer!;
      const { h, w } = pair(layout, layoutOf(tensor), summed);
      if (summed && h.bound.length + w.bound.length === 0) return { from, rows: ALL, columns: ALL };
      const ifm = this.#layers[from]!.shape;
      const rows = steps(kind.name, h, ifm.height, height);
      return this.#chain(kind.name, from, rows, steps(kind.name, w, ifm.width, width));
    });
    return this.#appendTo(live, kind, edges, output);
  }

  /** Appends a layer of which every output position reads everything of every operand. */
  everything(kind: LayerKind, tensors: readonly Tensor[], output: Output): Tensor {
    const operands = tensors.map((tensor) => ({ tensor, rows: ALL, columns: ALL }));
    return this.layer(kind, operands, output);
  }

  /** Appends a layer that reads positions of the OFM of its operand, however the tensor lies in it. */
  onOfm(kind: LayerKind, { tensor, rows, columns }: Operand, output: Arrangement): Tensor {
    if (hasNoOperands(kind, [{ tensor }], output.dims)) return constant(output.dims);
    return this.#appendTo([{ tensor }], kind, [{ from: tensor.layer!, rows, columns }], output);
  }

  /**
   * Appends a layer of which every output position reads the same position of `tensor`. The output is arranged
   * as the tensor is; where it is given as a view, it must be one of the same positions.
   */
  positionwise(kind: LayerKind, tensor: Tensor, output: Arrangement = tensor): Tensor {
    const operand = { tensor, rows: SAME, columns: SAME };
    return output.view === undefined
      ? this.layer(kind, [operand], output)
      : this.onOfm(kind, operand, output);
  }

  /** What `build` returns; the base layers that it appends have these bits. */
  withBits<T>(bits: Bits, build: () => T): T {
    const outer = this.#bits;
    this.#bits = bits;
    try {
      return build();
    } finally {
      this.#bits = outer;
    }
  }

  /**
   * Says that the OFM is a result of the network, whoever else reads it. Constants and inputs of the network are
   * outside already and are none. Where nothing is said, the layers that nobody reads are the outputs.
   */
  output(tensor: Tensor): void {
    const { layer } = this.plain(tensor);
    if (layer !== undefined && !isInput(this.#layers[layer]!)) this.#outputs.add(layer);
  }

  /**
   * The same values with H and W on the given axes. Costs nothing where they are there already. Otherwise a `Reshape`
   * stands between, which reads what its positions hold; everything, where its rows would read other columns.
   */
  withAxes(tensor: Tensor, h: number, w: number): Tensor {
    if (isConstant(tensor)) return { ...tensor, h, w };
    const { view, dims } = tensor;
    const isThere = view === undefined && isSameAxis(tensor, tensor.h, h) && isSameAxis(tensor, tensor.w, w);
    if (isThere) return { ...tensor, h, w };
    const kind = { name: view?.name ?? `${this.nameOf(tensor)}_reshape`, op: 'Reshape' };
    const output = { dims, h, w };
    const { isExact } = pair(layoutOf(output), layoutOf(tensor));
    return isExact ? this.byAxes(kind, [{ tensor }], output) : this.everything(kind, [tensor], output);
  }

  /** The same values with H and W on axes of their own. */
  plain(tensor: Tensor): Tensor {
    if (tensor.view === undefined) return tensor;
    const known = this.#plain.get(tensor) ?? this.withAxes(tensor, tensor.h, tensor.w);
    this.#plain.set(tensor, known);
    return known;
  }

  /** True for a tensor that depends on some base layer, so that it is not there at time 0. */
  waitsForBase(tensor: Tensor): boolean {
    return tensor.layer !== undefined && this.#waitsForBase[tensor.layer]!;
  }

  /** Name of the layer whose OFM `tensor` is. */
  nameOf(tensor: Tensor): string {
    return tensor.layer === undefined ? 'constant' : this.#layers[tensor.layer]!.name;
  }

  /** The finished network, canonicalised (spec.md section 2). */
  build(): Network {
    const layers = this.#layers;
    const outputs = this.#outputs.size > 0 ? [...this.#outputs] : unreadLayers(layers);
    return canonicalise({ name: this.#name, layers, outputs, warnings: this.warnings });
  }

  /** Appends a layer that has the axes of these operands. */
  #appendTo(operands: readonly AxisOperand[], kind: LayerKind, inputs: Edge[], output: Arrangement): Tensor {
    const tensor = this.#append(kind, inputs, output);
    if (!this.waitsForBase(tensor)) this.#inputAxes.layer(tensor.layer!, operands);
    return tensor;
  }

  #append(kind: LayerKind, inputs: Edge[], output: Arrangement): Tensor {
    const { dims, h, w, view } = output;
    const bad = dims.findIndex((size) => !Number.isSafeInteger(size) || size < 1);
    if (bad >= 0) {
      throw new ClsaCimError(
        `layer ${kind.name} (${kind.op}): its output shape [${dims.join(', ')}] has ${dims[bad]} along axis ` +
          `${bad}; every dimension must be at least 1, so check the shape of the network's input`,
      );
    }
    const { height, width } = ofmExtent(output);
    if (height * width > MAX_POSITIONS || !Number.isSafeInteger(elements(dims))) {
      throw new ClsaCimError(
        `layer ${kind.name} (${kind.op}): its output shape [${dims.join(', ')}] is too large; ` +
          'at most 2^31 - 1 positions of a feature map can be scheduled',
        'input',
        { code: 'TOO_LARGE' },
      );
    }
    if (kind.weights !== undefined) checkWeights(kind, kind.weights);
    for (const { rows, columns } of inputs) this.#countListed(kind, rows, columns);
    const channels = elements(dims) / (height * width);
    const bits = kind.weights === undefined ? {} : this.#bits;
    const layer = {
      ...bits,
      ...kind,
      name: this.#uniqueName(kind.name),
      shape: { height, width, channels },
      inputs,
    };
    this.#layers.push(layer);
    this.onLayer?.({
      name: layer.name,
      op: layer.op,
      isBase: kind.weights !== undefined,
      arrangement: view === undefined ? { dims, h, w } : { dims, h, w, view },
    });
    this.#waitsForBase.push(
      kind.weights !== undefined || inputs.some(({ from }) => this.#waitsForBase[from]!),
    );
    const tensor = { dims, h, w, layer: this.#layers.length - 1 };
    return view === undefined ? tensor : { ...tensor, view };
  }

  /** The edge of a layer called `name` that ends a chain of steps in both directions; layers for all others. */
  #chain(name: string, from: number, rows: readonly Step[], columns: readonly Step[]): Edge {
    const before = Math.max(rows.length, columns.length) - 1;
    let last = from;
    for (let i = 0; i < before; i++) {
      const { shape } = this.#layers[last]!;
      // The shorter chain starts later.
      const step = (chain: readonly Step[], size: number) =>
        chain[i + chain.length - 1 - before] ?? { reads: SAME, size };
      const [row, column] = [step(rows, shape.height), step(columns, shape.width)];
      const dims = [row.size, column.size, shape.channels * taps(row) * taps(column)];
      const edge = { from: last, rows: row.reads, columns: column.reads };
      last = this.#append({ name: `${name}/blocks`, op: 'Reshape' }, [edge], { dims, h: 0, w: 1 }).layer!;
    }
    return { from: last, rows: rows.at(-1)!.reads, columns: columns.at(-1)!.reads };
  }

  #countListed(kind: LayerKind, ...directions: readonly Reads[]): void {
    for (const reads of directions) if (reads.kind === 'list') this.#listed += reads.positions.length;
    if (this.#listed <= MAX_LISTED_IN_ALL) return;
    throw new ClsaCimError(
      `layer ${kind.name} (${kind.op}): the positions that the network picks one by one are more than ${MAX_LISTED_IN_ALL} ` +
        'in all, so check the sizes and repeats of its layers',
      'input',
      { code: 'TOO_LARGE' },
    );
  }

  #uniqueName(wanted: string): string {
    let name = wanted;
    while (this.#names.has(name)) {
      const suffix = (this.#nextSuffix.get(wanted) ?? 0) + 1;
      this.#nextSuffix.set(wanted, suffix);
      name = `${wanted}_${suffix}`;
    }
    this.#names.add(name);
    return name;
  }
}

/**
 * True for a layer that is a constant: one of nothing but constants, or one without values that reads one without
 * values. Weights always are of something.
 */
function hasNoOperands(kind: LayerKind, operands: readonly AxisOperand[], dims: readonly number[]): boolean {
  const tensors = operands.map(({ tensor }) => tensor);
  const isOfNothing = isEmpty({ dims }) && tensors.some(isEmpty) && kind.weights === undefined;
  return isOfNothing || tensors.every(isConstant);
}

function isAll(rows: Reads, columns: Reads): boolean {
  return rows.kind === 'all' && columns.kind === 'all';
}

/** Positions that one position of a step reads. */
function taps({ reads }: Step): number {
  return reads.kind === 'window' ? reads.kernel : 1;
}

/**
 * Builds a network whose inputs lie as their readers take them: where `add` finds out that one lies otherwise, it is
 * called again with another builder, and that input in its place.
 *
 * @throws ClsaCimError as `add` does.
 */
export function buildNetwork(name: string, add: (builder: NetworkBuilder) => void): Network {
  const first = new NetworkBuilder(name);
  add(first);
  const layouts = first.misplacedInputs();
  if (layouts.size === 0) return first.build();
  const second = new NetworkBuilder(name, layouts);
  add(second);
  return second.build();
}

function checkWeights(kind: LayerKind, { rows, columns, groups }: WeightMatrix): void {
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1;
  if ([rows, columns, groups, rows * columns * groups].every(isCount)) return;
  throw new ClsaCimError(
    `layer ${kind.name} (${kind.op}): ${groups} groups of ${rows} x ${columns} weights; every number must be at ` +
      'least 1 and all together below 2^53, so check its kernel and channels',
  );
}
