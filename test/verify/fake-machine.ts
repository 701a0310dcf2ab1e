import { type LayerMachine, MissingValue } from '../../src/execute/layer-machine.ts';
import type { TileRange } from '../../src/map/tile-range.ts';
import { type Edge, isInput, type Layer, type Network } from '../../src/network/network.ts';
import { visitPositionsRead } from '../../src/network/positions-read.ts';
import { inferencesInFlight, publishedLayers, type Timeline } from '../../src/verify/index.ts';

/** Values are whole numbers below this. */
const MODULUS = 1_000_003;

/**
 * A machine whose layers have one whole number per position: of everything that the position reads by the network, and of
 * how many weights its PEs hold. So it needs no weights, and notices a wrong order, stale values and missing PEs.
 */
export class FakeMachine implements LayerMachine {
  readonly #layers: readonly FakeLayer[];
  readonly #byName: ReadonlyMap<string, FakeLayer>;
  /** Layers that were unloaded, in order. */
  readonly unloaded: string[] = [];

  /**
   * @param published Names of the layers that are run set by set; all others are computed when they are read.
   * @param slots Inferences that there is room for, and of inputs, which may run ahead.
   */
  constructor(network: Network, published: ReadonlySet<string>, slots: { layers: number; inputs: number }) {
    this.#layers = network.layers.map((layer, index) => {
      const own = isInput(layer) ? slots.inputs : slots.layers;
      return new FakeLayer(network, layer, index, published.has(layer.name), own);
    });
    this.#byName = new Map(this.#layers.map((layer) => [layer.name, layer]));
  }

  has(layer: string): boolean {
    return this.#byName.has(layer);
  }

  run(layer: string, inference: number, positions: Int32Array, pes: readonly TileRange[]): void {
    const own = this.#byName.get(layer)!;
    for (const position of positions) own.add(inference, position, this.#sum(own, inference, position), pes);
  }

  publish(layer: string, inference: number, positions: Int32Array): void {
    const own = this.#byName.get(layer)!;
    for (const position of positions) own.publish(inference, position);
  }

  unload(layer: string): void {
    this.unloaded.push(layer);
  }

  /** All values of a layer. */
  values(layer: number, inference: number): number[] {
    const { layer: own } = this.#layers[layer]!;
    return Array.from({ length: own.shape.height * own.shape.width }, (_, position) =>
      this.#value(layer, inference, position),
    );
  }

  #value(index: number, inference: number, position: number): number {
    const layer = this.#layers[index]!;
    const at = layer.placeOf(inference, position);
    if (layer.epochs[at] !== inference + 1) {
      if (layer.isPublished) throw new MissingValue(layer.name, position, layer.epochs[at]! - 1);
      layer.values[at] = layer.whole(this.#sum(layer, inference, position));
      layer.epochs[at] = inference + 1;
    }
    return layer.values[at]!;
  }

  /** Of all that a position reads; what is read matters, and where. */
  #sum(layer: FakeLayer, inference: number, position: number): number {
    if (layer.edges.length === 0) return (position * 31 + inference * 977 + layer.index * 7 + 1) % MODULUS;
    const { width } = layer.layer.shape;
    let sum = layer.index + 1;
    let weight = 1;
    for (const { from, rows, columns, width: ifmWidth } of layer.edges) {
      for (const y of rows[Math.floor(position / width)]!) {
        for (const x of columns[position % width]!) {
          sum += weight * this.#value(from, inference, y * ifmWidth + x);
          weight = (weight * 3 + 1) % 101;
        }
      }
    }
    return sum % MODULUS;
  }
}

class FakeLayer {
  readonly layer: Layer;
  readonly name: string;
  readonly index: number;
  readonly isPublished: boolean;
  readonly positions: number;
  readonly edges: readonly FakeEdge[];
  readonly values: Float64Array;
  /** Per slot and position: the inference whose value is there, plus 1; 0 for none. */
  readonly epochs: Int32Array;
  /** The same for what PEs have contributed: of how many weights, and the sum of it. */
  readonly #partEpochs: Int32Array;
  readonly #parts: Float64Array;
  readonly #held: Float64Array;
  readonly #weights: number;
  readonly #slots: number;

  constructor(network: Network, layer: Layer, index: number, isPublished: boolean, slots: number) {
    this.layer = layer;
    this.name = layer.name;
    this.index = index;
    this.isPublished = isPublished;
    this.positions = layer.shape.height * layer.shape.width;
    this.edges = layer.inputs.map((edge) => edgeOf(network, layer, edge));
    this.values = new Float64Array(slots * this.positions);
    this.epochs = new Int32Array(slots * this.positions);
    this.#partEpochs = new Int32Array(slots * this.positions);
    this.#parts = new Float64Array(slots * this.positions);
    this.#held = new Float64Array(slots * this.positions);
    const { rows = 0, columns = 0, groups = 0 } = layer.weights ?? {};
    this.#weights = rows * columns * groups;
    this.#slots = slots;
  }

  placeOf(inference: number, position: number): number {
    return (inference % this.#slots) * this.positions + position;
  }

  /** The value of a position whose sum is known, with all weights of the layer. */
  whole(sum: number): number {
    return this.#weights === 0 ? sum : (sum * this.#weights) % MODULUS;
  }

  add(inference: number, position: number, sum: number, pes: readonly TileRange[]): void {
    const at = this.placeOf(inference, position);
    if (this.#partEpochs[at] !== inference + 1) {
      this.#partEpochs[at] = inference + 1;
      this.#parts[at] = 0;
      this.#held[at] = 0;
    }
    const weights = this.#weights === 0 ? 1 : weightsOn(pes);
    this.#parts[at]! += sum * weights;
    this.#held[at]! += weights;
  }

  publish(inference: number, position: number): void {
    const at = this.placeOf(inference, position);
    const expected = Math.max(1, this.#weights);
    if (this.#partEpochs[at] !== inference + 1 || this.#held[at] !== expected) {
      const words = `layer ${this.name}, position ${position} of inference ${inference}`;
      throw new Error(`${words}: partial sums of ${this.#held[at]} of ${expected} weights`);
    }
    this.values[at] = this.#parts[at]! % MODULUS;
    this.epochs[at] = inference + 1;
  }
}

/** An operand, with the positions that every output row and column reads of it. */
interface FakeEdge {
  readonly from: number;
  readonly width: number;
  readonly rows: readonly (readonly number[])[];
  readonly columns: readonly (readonly number[])[];
}

function edgeOf(network: Network, { shape }: Layer, { from, rows, columns }: Edge): FakeEdge {
  const ifm = network.layers[from]!.shape;
  const read = (reads: Edge['rows'], count: number, size: number) =>
    Array.from({ length: count }, (_, p) => {
      const own: number[] = [];
      visitPositionsRead(reads, p, size, (q) => own.push(q));
      return own;
    });
  return {
    ...{ from, width: ifm.width },
    rows: read(rows, shape.height, ifm.height),
    columns: read(columns, shape.width, ifm.width),
  };
}

const size = ({ from, to }: { from: number; to: number }) => to - from;

function weightsOn(pes: readonly TileRange[]): number {
  return pes.reduce((sum, { groups, rows, columns }) => sum + size(groups) * size(rows) * size(columns), 0);
}

/** The machine for a timeline, and what it computed of the outputs of each inference. */
export function machineOf(network: Network, timeline: Timeline): FakeMachine {
  const slots = { layers: inferencesInFlight(timeline), inputs: timeline.inferences };
  return new FakeMachine(network, publishedLayers(timeline), slots);
}

/** The outputs of a network, computed without any timeline. */
export function expectedOutputs(network: Network, inferences: number): number[][][] {
  const machine = new FakeMachine(network, new Set(), { layers: inferences, inputs: inferences });
  return Array.from({ length: inferences }, (_, inference) =>
    network.outputs.map((output) => machine.values(output, inference)),
  );
}
