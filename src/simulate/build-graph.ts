import {
  type AnyArchitecture,
  type NormalArchitecture,
  normalArchitecture,
} from '../architecture/normal-architecture.ts';
import { gpeuOperationsPerCycleOf } from '../architecture/normal-chip.ts';
import { ClsaCimError } from '../errors.ts';
import { checkedLater, type OptionSchemas, optionsOf, STEP_OPTIONS } from '../input/options.ts';
import { oneLine } from '../input/show.ts';
import type { Mapping } from '../map/mapping.ts';
import { isBase, type Layer, type Network } from '../network/network.ts';
import { type Granularity, granularitySchema, setShape } from '../schedule/granularity.ts';
import { type Scheduling, schedulingSchema } from '../schedule/schedule.ts';
import { chipOf } from './chip.ts';
import { type CopiesOf, placedCopies } from './copies.ts';
import { gpeuOperations } from './gpeu-work.ts';
import type { SimulationEdge, SimulationGraph, SimulationNode } from './graph.ts';
import type { Placement } from './placement.ts';
import { checkPlacementName, optimisedGraph, type PlacementName } from './placement-name.ts';
import { areSameLists, classesOf, SetListComposer, type SetLists } from './set-lists.ts';
import { distinct, type Source, scaled, sourcesThrough } from './sources.ts';
import { int32, spread, timesPixels } from './spread.ts';
import { topologyOf } from './topology.ts';
import { elements } from './values.ts';

/** How a network runs on a chip. */
export interface GraphOptions {
  /** How OFMs are cut into sets; `pixel` by default, and always under `lbl`. */
  readonly granularity?: Granularity | undefined;
  /** `xinf` by default. */
  readonly scheduling?: Scheduling | undefined;
  /** Inferences one after the other; 1 by default. */
  readonly batch?: number | undefined;
  /**
   * Where copies lie: along a `snake` through the mesh (the default), `optimised` such that fewer bits go over
   * fewer links, the order in which they take tiles, or a function.
   */
  readonly placement?: PlacementName | Placement | readonly number[] | undefined;
}

/** What the options of a graph have to be. */
export const graphSchemas: OptionSchemas<GraphOptions> = {
  granularity: granularitySchema,
  scheduling: schedulingSchema,
  batch: checkedLater,
  placement: checkedLater,
};
const checkedOptions = optionsOf<GraphOptions>('buildGraph', graphSchemas, STEP_OPTIONS);

const MAX_BATCH = 2 ** 20;
/** More sets than this, or rows and columns of maps, no memory holds. */
const MAX_SETS = 2 ** 26;
const MAX_POSITIONS = 2 ** 24;

/** A node in the making; the rest is known when all layers have been seen. */
interface Draft {
  readonly kind: SimulationNode['kind'];
  readonly layer: number;
  readonly setRows: number;
  readonly setColumns: number;
  /** Per set. */
  readonly pixels: Int32Array;
  /** Index of the last base layer that it depends on, or that it is; -1 for none. */
  readonly lastBase: number;
  /** Per set, filled in as fused layers are met. */
  readonly gpeuCycles: Int32Array;
}

/**
 * The graph that a simulation plays: sets, what they read of each other, what that moves, and where everything
 * is (docs/simulation.md sections 3 and 4).
 *
 * @throws ClsaCimError where the chip has too few PEs or no way between tiles, an option is out of range, or
 * sets do not fit memory or 32 bits.
 */
export function buildGraph(
  network: Network,
  mapping: Mapping,
  architecture: AnyArchitecture,
  options: GraphOptions = {},
): SimulationGraph {
  return buildTrusted(network, mapping, normalArchitecture(architecture), checkedOptions(options));
}

/** {@link buildGraph} for options that were checked where they came in, among others. */
export function buildTrusted(
  network: Network,
  mapping: Mapping,
  architecture: NormalArchitecture,
  options: GraphOptions,
): SimulationGraph {
  const { scheduling = 'xinf', batch = 1 } = options;
  if (!Number.isSafeInteger(batch) || batch < 1 || batch > MAX_BATCH) {
    throw new ClsaCimError(`batch: must be a whole number from 1 to ${MAX_BATCH}, found ${batch}`, 'usage');
  }
  const granularity = scheduling === 'lbl' ? 'pixel' : (options.granularity ?? 'pixel');
  const graph = new GraphBuilder(network, architecture, granularity);
  network.layers.forEach((_, index) => {
    graph.addLayer(index);
  });
  for (const index of network.outputs) graph.addOutput(index);
  const topology = topologyOf(architecture, mapping.totalPes);
  const chip = chipOf(architecture.chip, topology);
  const placed = (placement?: Placement | readonly number[]): SimulationGraph => {
    const copies = placedCopies(network, mapping, architecture, topology, placement);
    const nodes = graph.nodes(copies, chip.offChipTile, batch);
    return { nodes, edges: graph.edges, chip, mvmCycles: architecture.mvmCycles, batch, scheduling };
  };
  const { placement } = options;
  if (typeof placement !== 'string') return placed(placement);
  checkPlacementName(placement);
  return placement === 'snake' ? placed() : optimisedGraph(placed, topology).graph;
}

/** Takes the layers of a network in order and turns them into nodes and edges. */
class GraphBuilder {
  readonly edges: SimulationEdge[] = [];
  readonly #network: Network;
  readonly #architecture: NormalArchitecture;
  readonly #granularity: Granularity;
  readonly #composer = new SetListComposer();
  readonly #drafts: Draft[] = [];
  /** Per layer: what its OFM has from nodes. */
  readonly #offers: (readonly Source[])[] = [];
  /** Per node whose result leaves the chip: bits of every set. */
  readonly #outputBits = new Map<number, Int32Array>();
  #sets = 0;
  #positions = 0;

  constructor(network: Network, architecture: NormalArchitecture, granularity: Granularity) {
    this.#network = network;
    this.#architecture = architecture;
    this.#granularity = granularity;
  }

  /** Takes layer `index`, the one after the last. */
  addLayer(index: number): void {
    const layer = this.#network.layers[index]!;
    this.#positions += layer.shape.height + layer.shape.width;
    if (this.#positions > MAX_POSITIONS)
      throw tooLarge(layer, 'rows and columns', 'simulate a smaller input');
    const reads = layer.inputs.map((edge) =>
      sourcesThrough(this.#composer, edge, layer, this.#offers[edge.from]!),
    );
    if (isBase(layer)) this.#addBase(index, layer, reads.flat());
    else if (layer.inputs.length === 0) this.#addInput(index, layer);
    else if (layer.inputs.length > 1 && layer.op !== 'Concat') this.#addJoin(index, layer, reads.flat());
    else this.#addFused(layer, reads.flat());
  }

  /** Takes layer `index` as an output of the network, after all layers; a set that several need leaves once. */
  addOutput(index: number): void {
    for (const source of this.#offers[index]!) {
      if (!isReading(source)) continue;
      const bits = this.#spreadBits(source.node, source.fewestValues);
      const before = this.#outputBits.get(source.node) ?? bits;
      const most = before === bits ? bits : bits.map((size, k) => Math.max(size, before[k]!));
      this.#outputBits.set(source.node, most);
    }
  }

  /** The finished nodes. */
  nodes(copiesOf: CopiesOf, offChipTile: number, batch: number): SimulationNode[] {
    return this.#drafts.map((draft, number): SimulationNode => {
      const { kind, layer, lastBase, setRows, setColumns, pixels, gpeuCycles } = draft;
      const { name, op } = this.#network.layers[layer]!;
      const tile =
        kind === 'input' ? offChipTile : lastBase < 0 ? 0 : copiesOf(lastBase, 1)[0]!.tiles.at(-1)!;
      // Copies beyond the last set of the batch are never used.
      const copies =
        kind === 'base'
          ? copiesOf(layer, pixels.length * batch)
          : [{ tiles: [tile], partialBitsPerPixel: [] }];
      const outputBits = this.#outputBits.get(number);
      return {
        ...{ kind, layer, name, op, setRows, setColumns },
        durations: this.#durations(draft),
        gpeuCycles,
        resultBits: this.#spreadBits(number, elements(this.#network.layers[layer]!)),
        copies,
        ...(outputBits === undefined ? {} : { outputBits }),
      };
    });
  }

  #addBase(index: number, layer: Layer, sources: readonly Source[]): void {
    const { height, width } = setShape(this.#granularity, layer.shape);
    const read = sources.map((source) => ({
      ...source,
      rows: this.#composer.blocks(source.rows, height),
      columns: this.#composer.blocks(source.columns, width),
    }));
    this.#addRectangles('base', index, layer, index);
    this.#addEdges(read);
  }

  #addInput(index: number, layer: Layer): void {
    this.#addRectangles('input', index, layer, -1);
  }

  #addJoin(index: number, layer: Layer, sources: readonly Source[]): void {
    const rows = classesOf(sources.map((source) => source.rows));
    const columns = classesOf(sources.map((source) => source.columns));
    const read = sources.map((source) => ({
      ...source,
      rows: rows.firsts.map((position) => source.rows[position]!),
      columns: columns.firsts.map((position) => source.columns[position]!),
    }));
    const lastBase = Math.max(...sources.map(({ node }) => this.#drafts[node]!.lastBase));
    const at = { kind: 'join', layer: index, lastBase } as const;
    this.#addNode(at, layer, countEach(rows.classes), countEach(columns.classes), {
      rows: this.#composer.own(layer.shape.height, (y) => rows.classes[y]!),
      columns: this.#composer.own(layer.shape.width, (x) => columns.classes[x]!),
    });
    this.#addEdges(read);
  }

  #addFused(layer: Layer, sources: readonly Source[]): void {
    const operand = layer.op === 'Concat' ? undefined : this.#network.layers[layer.inputs[0]!.from]!;
    const offers = distinct(
      operand === undefined ? sources : sources.map((source) => scaled(source, operand, layer)),
    );
    this.#offers.push(offers);
    this.#addWork(Math.max(...offers.map(({ node }) => node)), layer);
  }

  /** A node whose sets are rectangles of its map. */
  #addRectangles(kind: 'base' | 'input', index: number, layer: Layer, lastBase: number): void {
    const { height, width } = layer.shape;
    const set = setShape(this.#granularity, layer.shape);
    this.#addNode({ kind, layer: index, lastBase }, layer, cut(height, set.height), cut(width, set.width), {
      rows: this.#composer.own(height, (y) => Math.floor(y / set.height)),
      columns: this.#composer.own(width, (x) => Math.floor(x / set.width)),
    });
  }

  /** @param rows Heights of the rows of sets, and so on. */
  #addNode(
    at: Pick<Draft, 'kind' | 'layer' | 'lastBase'>,
    layer: Layer,
    rows: Int32Array,
    columns: Int32Array,
    own: { readonly rows: SetLists; readonly columns: SetLists },
  ): void {
    this.#sets += rows.length * columns.length;
    if (this.#sets > MAX_SETS) throw tooLarge(layer, 'sets', 'use larger ones, such as row');
    const pixels = products(rows, columns);
    const gpeuCycles = new Int32Array(pixels.length);
    const size = { setRows: rows.length, setColumns: columns.length };
    const node = this.#drafts.push({ ...at, ...size, pixels, gpeuCycles }) - 1;
    const values = elements(layer);
    this.#offers.push([{ node, ...own, values, fewestValues: values }]);
  }

  /** Edges to the last node; equal ones count once, with the most values that one of them takes. */
  #addEdges(sources: readonly Source[]): void {
    const to = this.#drafts.length - 1;
    const kept: Source[] = [];
    for (const source of sources) {
      if (!isReading(source)) continue;
      const equal = kept.findIndex(
        (other) =>
          other.node === source.node &&
          areSameLists(other.rows, source.rows) &&
          areSameLists(other.columns, source.columns),
      );
      if (equal < 0) kept.push(source);
      else if (kept[equal]!.fewestValues < source.fewestValues) kept[equal] = source;
    }
    for (const { node: from, rows, columns, fewestValues } of kept) {
      const bits = this.#spreadBits(from, fewestValues);
      this.edges.push({ from, to, rows, columns, bits });
    }
  }

  /** Shares of equal totals are one array. */
  readonly #shares = new Map<string, Int32Array>();

  #spreadBits(node: number, values: number): Int32Array {
    const { activationBits } = this.#architecture;
    const key = `${node} ${values}`;
    const { pixels, layer } = this.#drafts[node]!;
    const bits = this.#shares.get(key) ?? spread(values * activationBits, pixels, this.#what(layer, 'bits'));
    this.#shares.set(key, bits);
    return bits;
  }

  /** Adds the GPEU work of a fused layer to the node that it belongs to. */
  #addWork(node: number, layer: Layer): void {
    const { pixels, gpeuCycles } = this.#drafts[node]!;
    const cycles = this.#gpeuCycles(layer);
    if (cycles === 0) return;
    const what = this.#what(this.#drafts[node]!.layer, 'GPEU cycles');
    const shares = spread(cycles, pixels, what);
    for (let k = 0; k < shares.length; k++) gpeuCycles[k] = int32(gpeuCycles[k]! + shares[k]!, what);
  }

  /** Cycles of the GPEU for one inference of a fused layer or join. */
  #gpeuCycles(layer: Layer): number {
    const perCycle = gpeuOperationsPerCycleOf(this.#architecture.chip, layer.op);
    return perCycle === undefined ? 0 : Math.ceil(gpeuOperations(this.#network, layer) / perCycle);
  }

  #durations({ kind, layer, pixels }: Draft): Int32Array {
    const what = this.#what(layer, 'cycles');
    const cycles = this.#architecture.mvmCycles;
    if (kind === 'base') return timesPixels(cycles, pixels, what);
    if (kind === 'input') return new Int32Array(pixels.length);
    return spread(this.#gpeuCycles(this.#network.layers[layer]!), pixels, what);
  }

  #what(layer: number, quantity: string): string {
    return `layer ${oneLine(this.#network.layers[layer]!.name)}: the ${quantity}`;
  }
}

function isReading({ rows, columns }: Source): boolean {
  return rows.some((list) => list.length > 0) && columns.some((list) => list.length > 0);
}

/** `size` positions cut into pieces, the last one short. */
function cut(size: number, piece: number): Int32Array {
  const pieces = new Int32Array(Math.ceil(size / piece)).fill(piece);
  pieces[pieces.length - 1] = size - (pieces.length - 1) * piece;
  return pieces;
}

/** Every row times every column, row by row. */
function products(rows: Int32Array, columns: Int32Array): Int32Array {
  const all = new Int32Array(rows.length * columns.length);
  let k = 0;
  for (let r = 0; r < rows.length; r++) {
    for (let c = 0; c < columns.length; c++) all[k++] = rows[r]! * columns[c]!;
  }
  return all;
}

/** How often every class occurs. */
function countEach(classes: Int32Array): Int32Array {
  const counts = new Int32Array(classes.reduce((most, number) => Math.max(most, number + 1), 0));
  for (const number of classes) counts[number]! += 1;
  return counts;
}

function tooLarge(layer: Layer, what: string, remedy: string): ClsaCimError {
  return new ClsaCimError(
    `layer ${oneLine(layer.name)}: up to here the network has more ${what} than the memory of a simulation holds; ${remedy}`,
  );
}
