import { ClsaCimError } from '../errors.ts';
import { oneLine } from '../input/show.ts';
import { isBase, type Layer, type Network } from '../network/network.ts';
import type { Flow, FlowEdge, FlowNode } from './flow.ts';
import { type Granularity, setShape } from './granularity.ts';
import { distinct, type Offer, offersThrough, scaled } from './offers.ts';
import { areSameLists, classesOf, SetListComposer } from './set-lists.ts';
import { elements } from './values.ts';

/** More rows and columns of maps no memory holds. */
const MAX_POSITIONS = 2 ** 24;

/** A node in the making; the rest is known when all layers have been seen. */
type Draft = FlowNode & { readonly fused: number[]; readonly outputValues: number[] };

/**
 * Cuts a network into sets and finds what they read of each other (docs/simulation.md section 3).
 *
 * @throws ClsaCimError where there are more rows or columns than memory holds.
 */
export function buildFlow(network: Network, granularity: Granularity): Flow {
  const builder = new FlowBuilder(network, granularity);
  network.layers.forEach((_, index) => {
    builder.addLayer(index);
  });
  for (const index of network.outputs) builder.addOutput(index);
  return { nodes: builder.nodes, edges: builder.edges };
}

/** Takes the layers of a network in order and turns them into nodes and edges. */
class FlowBuilder {
  readonly nodes: Draft[] = [];
  readonly edges: FlowEdge[] = [];
  readonly #network: Network;
  readonly #granularity: Granularity;
  readonly #composer = new SetListComposer();
  /** Per layer: what its OFM has from nodes. */
  readonly #offers: (readonly Offer[])[] = [];
  #positions = 0;

  constructor(network: Network, granularity: Granularity) {
    this.#network = network;
    this.#granularity = granularity;
  }

  /** Takes layer `index`, the one after the last. */
  addLayer(index: number): void {
    const layer = this.#network.layers[index]!;
    this.#positions += layer.shape.height + layer.shape.width;
    if (this.#positions > MAX_POSITIONS) throw tooLarge(layer);
    const offers = layer.inputs.flatMap((edge) =>
      offersThrough(this.#composer, edge, layer, this.#offers[edge.from]!),
    );
    const reading = offers.filter(isReading);
    // Work that reads nothing at all is done where its operands are.
    const read = reading.length > 0 ? reading : offers;
    if (isBase(layer)) this.#addBase(index, layer, read);
    else if (layer.inputs.length === 0) this.#addRectangles('input', index, layer, -1);
    else if (layer.inputs.length > 1 && layer.op !== 'Concat') this.#addJoin(index, layer, read);
    else this.#addFused(index, layer, read);
  }

  /** Takes layer `index` as an output of the network, after all layers; a set that several need leaves once. */
  addOutput(index: number): void {
    for (const offer of this.#offers[index]!) {
      if (isReading(offer)) this.nodes[offer.node]!.outputValues.push(offer.fewestValues);
    }
  }

  #addBase(index: number, layer: Layer, offers: readonly Offer[]): void {
    const { height, width } = setShape(this.#granularity, layer.shape);
    const read = offers.map((offer) => ({
      ...offer,
      rows: this.#composer.blocks(offer.rows, height),
      columns: this.#composer.blocks(offer.columns, width),
    }));
    this.#addRectangles('base', index, layer, index);
    this.#addEdges(read);
  }

  #addJoin(index: number, layer: Layer, offers: readonly Offer[]): void {
    const rows = classesOf(offers.map((offer) => offer.rows));
    const columns = classesOf(offers.map((offer) => offer.columns));
    const read = offers.map((offer) => ({
      ...offer,
      rows: rows.firsts.map((position) => offer.rows[position]!),
      columns: columns.firsts.map((position) => offer.columns[position]!),
    }));
    const lastBase = largest(offers.map(({ node }) => this.nodes[node]!.lastBase));
    const at = { kind: 'join', layer: index, lastBase } as const;
    this.#addNode(at, layer, rows.classes, columns.classes);
    this.#addEdges(read);
  }

  #addFused(index: number, layer: Layer, read: readonly Offer[]): void {
    const operand = layer.op === 'Concat' ? undefined : this.#network.layers[layer.inputs[0]!.from]!;
    const offers = distinct(
      operand === undefined ? read : read.map((offer) => scaled(offer, operand, layer)),
    );
    this.#offers.push(offers);
    this.nodes[largest(offers.map(({ node }) => node))]!.fused.push(index);
  }

  /** A node whose sets are rectangles of its map. */
  #addRectangles(kind: 'base' | 'input', index: number, layer: Layer, lastBase: number): void {
    const { height, width } = layer.shape;
    const set = setShape(this.#granularity, layer.shape);
    const at = { kind, layer: index, lastBase };
    this.#addNode(at, layer, cut(height, set.height), cut(width, set.width));
  }

  /** @param rows Per row of the OFM the row of sets that it lies in, and so on. */
  #addNode(
    at: Pick<FlowNode, 'kind' | 'layer' | 'lastBase'>,
    layer: Layer,
    rows: Int32Array,
    columns: Int32Array,
  ): void {
    const heights = countEach(rows);
    const widths = countEach(columns);
    const size = { setRows: heights.length, setColumns: widths.length };
    let pixels: Int32Array | undefined;
    const draft: Draft = {
      ...{ ...at, rows, columns, ...size, fused: [], outputValues: [] },
      // Simulations ask for it; schedules may have more sets than they do.
      get pixels() {
        pixels ??= products(heights, widths);
        return pixels;
      },
    };
    const node = this.nodes.push(draft) - 1;
    const values = elements(layer);
    const own = { rows: this.#composer.own(rows), columns: this.#composer.own(columns) };
    this.#offers.push([{ node, ...own, values, fewestValues: values }]);
  }

  /** Edges to the last node; equal ones count once, with the most values that one of them takes. */
  #addEdges(offers: readonly Offer[]): void {
    const to = this.nodes.length - 1;
    const kept: Offer[] = [];
    /** Indices of those kept by their node: a layer may read thousands. */
    const ofNode = new Map<number, number[]>();
    for (const offer of offers) {
      if (!isReading(offer)) continue;
      const others = ofNode.get(offer.node) ?? [];
      const equal = others.find((index) => {
        const { rows, columns } = kept[index]!;
        return areSameLists(rows, offer.rows) && areSameLists(columns, offer.columns);
      });
      if (equal === undefined) {
        others.push(kept.push(offer) - 1);
        ofNode.set(offer.node, others);
      } else if (kept[equal]!.fewestValues < offer.fewestValues) kept[equal] = offer;
    }
    for (const { node: from, rows, columns, fewestValues: values } of kept)
      this.edges.push({ from, to, rows, columns, values });
  }
}

/** The largest of some numbers; there may be more of them than a call takes arguments. */
function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), Number.NEGATIVE_INFINITY);
}

function isReading({ rows, columns }: Offer): boolean {
  return rows.some((list) => list.length > 0) && columns.some((list) => list.length > 0);
}

/** `size` positions cut into pieces, the last one short: the piece that each lies in. */
function cut(size: number, piece: number): Int32Array {
  return new Int32Array(size).map((_, position) => Math.floor(position / piece));
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

function tooLarge(layer: Layer): ClsaCimError {
  return new ClsaCimError(
    `layer ${oneLine(layer.name)}: up to here the network has more rows and columns than the memory of a simulation holds; simulate a smaller input`,
    'input',
    { code: 'TOO_LARGE' },
  );
}
