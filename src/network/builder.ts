import { ClsaCimError } from '../errors.ts';
import { canonicalise } from './canonicalise.ts';
import { type Axes, InputAxes, sameDirection } from './input-axes.ts';
import {
  type Edge,
  isInput,
  type Layer,
  MAX_POSITIONS,
  type Network,
  unreadLayers,
  type WeightMatrix,
} from './network.ts';
import { ALL, type Reads, SAME } from './reads.ts';
import { constant, elements, isConstant, isEmpty, type Tensor } from './tensor.ts';

/** One operand of a new layer, with what each output position reads of it. */
export interface Operand {
  readonly tensor: Tensor;
  readonly rows: Reads;
  readonly columns: Reads;
}

/** The output of a new layer, in the terms of {@link Tensor}. */
export interface Output {
  readonly dims: readonly number[];
  readonly h: number;
  readonly w: number;
}

/** What a new layer is, besides its operands and its output. */
export interface LayerKind {
  readonly name: string;
  readonly op: string;
  readonly weights?: WeightMatrix;
  readonly bias?: boolean;
  /** See {@link Layer.operations}. */
  readonly operations?: number;
}

/**
 * Collects the layers of a network in topological order. Loaders and the zoo call the functions of
 * `operators/`, which call {@link NetworkBuilder.layer}.
 */
export class NetworkBuilder {
  readonly warnings: string[] = [];
  readonly #name: string;
  readonly #layers: Layer[] = [];
  /** Per layer: whether it is a base layer or depends on one. */
  readonly #waitsForBase: boolean[] = [];
  readonly #names = new Set<string>();
  readonly #nextSuffix = new Map<string, number>();
  readonly #outputs = new Set<number>();
  readonly #inputAxes = new InputAxes();
  readonly #given: ReadonlyMap<number, Axes>;

  /** @param given H and W of inputs, by their layers, in place of what the loader supposes; see {@link buildNetwork}. */
  constructor(name: string, given: ReadonlyMap<number, Axes> = new Map()) {
    this.#name = name;
    this.#given = given;
  }

  /** An input of the network: there at time 0. */
  input(name: string, output: Output): Tensor {
    const given = this.#given.get(this.#layers.length);
    const tensor = this.#append({ name, op: 'Input' }, [], { ...output, ...given });
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

  /** H and W of the inputs as their readers take them, where that is not how they lie. */
  misplacedInputs(): ReadonlyMap<number, Axes> | undefined {
    return this.#inputAxes.misplaced();
  }

  /**
   * Appends a layer and returns its OFM. Operands that are constants are there from the start and leave no
   * trace; a non-base layer of nothing but constants is a constant itself, and so is one without values that
   * reads one without values.
   *
   * @throws ClsaCimError where a dimension is no positive integer or the map has 2^31 positions or more.
   */
  layer(kind: LayerKind, operands: readonly Operand[], output: Output): Tensor {
    const live = operands.filter((operand) => !isConstant(operand.tensor));
    const ofNothing = isEmpty(output) && operands.some(({ tensor }) => isEmpty(tensor));
    if (live.length === 0 || (ofNothing && kind.weights === undefined)) return constant(output.dims);
    const edges = live.map(({ tensor, rows, columns }) => ({ from: tensor.layer!, rows, columns }));
    const appended = this.#append(kind, edges, output);
    if (!this.waitsForBase(appended)) {
      const tensors = live.map(({ tensor }) => tensor);
      this.#inputAxes.layer(appended.layer!, tensors, output.dims.length);
    }
    return appended;
  }

  /** Appends a layer of which every output position reads everything of every operand. */
  everything(kind: LayerKind, tensors: readonly Tensor[], output: Output): Tensor {
    const operands = tensors.map((tensor) => ({ tensor, rows: ALL, columns: ALL }));
    return this.layer(kind, operands, output);
  }

  /** Appends a layer of which every output position reads the same position of `tensor`. */
  positionwise(kind: LayerKind, tensor: Tensor, output: Output = tensor): Tensor {
    return this.layer(kind, [{ tensor, rows: SAME, columns: SAME }], output);
  }

  /**
   * Says that the OFM is a result of the network, whoever else reads it. Constants and inputs of the network are
   * outside already and are none. Where nothing is said, the layers that nobody reads are the outputs.
   */
  output({ layer }: Tensor): void {
    if (layer !== undefined && !isInput(this.#layers[layer]!)) this.#outputs.add(layer);
  }

  /**
   * The same values with H and W on the given axes. Costs nothing where they are there already; otherwise
   * the positions of the map are not those of the OFM, and a `Reshape` that reads everything stands between.
   */
  withAxes(tensor: Tensor, h: number, w: number): Tensor {
    if (isConstant(tensor)) return { ...tensor, h, w };
    if (sameDirection(tensor, tensor.h, h) && sameDirection(tensor, tensor.w, w)) return { ...tensor, h, w };
    return this.everything({ name: `${this.nameOf(tensor)}_reshape`, op: 'Reshape' }, [tensor], {
      dims: tensor.dims,
      h,
      w,
    });
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
    const outputs = this.#outputs.size > 0 ? [...this.#outputs].sort((a, b) => a - b) : unreadLayers(layers);
    return canonicalise({ name: this.#name, layers, outputs, warnings: this.warnings });
  }

  #append(kind: LayerKind, inputs: Edge[], output: Output): Tensor {
    const { dims, h, w } = output;
    const bad = dims.findIndex((size) => !Number.isSafeInteger(size) || size < 1);
    if (bad >= 0) {
      throw new ClsaCimError(
        `layer ${kind.name} (${kind.op}): its output shape [${dims.join(', ')}] has ${dims[bad]} along axis ` +
          `${bad}; every dimension must be at least 1, so check the shape of the network's input`,
      );
    }
    const height = h < 0 ? 1 : dims[h]!;
    const width = w < 0 ? 1 : dims[w]!;
    if (height * width > MAX_POSITIONS || !Number.isSafeInteger(elements(dims))) {
      throw new ClsaCimError(
        `layer ${kind.name} (${kind.op}): its output shape [${dims.join(', ')}] is too large; ` +
          'at most 2^31 - 1 positions of a feature map can be scheduled',
      );
    }
    if (kind.weights !== undefined) checkWeights(kind, kind.weights);
    const channels = elements(dims) / (height * width);
    const layer = { ...kind, name: this.#uniqueName(kind.name), shape: { height, width, channels }, inputs };
    this.#layers.push(layer);
    this.#waitsForBase.push(
      kind.weights !== undefined || inputs.some(({ from }) => this.#waitsForBase[from]!),
    );
    return { dims, h, w, layer: this.#layers.length - 1 };
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
 * Builds a network whose inputs lie as their readers take them: where `add` finds out that one lies otherwise, it is
 * called again with another builder, and that input in its place.
 *
 * @throws ClsaCimError as `add` does.
 */
export function buildNetwork(name: string, add: (builder: NetworkBuilder) => void): Network {
  const first = new NetworkBuilder(name);
  add(first);
  const axes = first.misplacedInputs();
  if (axes === undefined) return first.build();
  const second = new NetworkBuilder(name, axes);
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
