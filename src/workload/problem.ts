import * as layout from '../../assembly/schedule/layout.ts';
import { ClsaCimError } from '../errors.ts';
import { isBase, type Layer, type Network } from '../network/network.ts';
import type { Reads } from '../network/reads.ts';
import { type Granularity, setShape } from './granularity.ts';

/** A network at one granularity as the engine takes it. It can be sent to worker threads as it is. */
export interface Problem {
  /** How OFMs are cut into sets. */
  readonly granularity: Granularity;
  /** The words described in assembly/schedule/layout.ts. */
  readonly words: Int32Array;
  /** For every base layer of the network, in order: its index among the problem's layers. */
  readonly baseLayers: readonly number[];
}

const INT32_MAX = 2 ** 31 - 1;

/**
 * Lowers a network to flat arrays: all layers that some base layer depends on, in order, with what they
 * read of each other. What follows the last base layer takes no time and is left out.
 */
export function lower(network: Network, granularity: Granularity): Problem {
  const needed = neededLayers(network);
  const kept = network.layers.filter((_, index) => needed[index]);
  const newIndex = new Int32Array(network.layers.length);
  let count = 0;
  needed.forEach((isNeeded, index) => {
    if (isNeeded) newIndex[index] = count++;
  });
  const edgeCount = kept.reduce((sum, layer) => sum + layer.inputs.length, 0);
  const listWords = kept.reduce((sum, layer) => sum + listLength(layer), 0);
  const edgesAt = layout.Header.WORDS + kept.length * layout.Layer.WORDS;
  const listsAt = edgesAt + edgeCount * layout.Edge.WORDS;
  const words = new Int32Array(listsAt + listWords);
  words[layout.Header.MAGIC] = layout.Format.MAGIC;
  words[layout.Header.VERSION] = layout.Format.VERSION;
  words[layout.Header.LAYERS] = kept.length;
  words[layout.Header.EDGES] = edgeCount;
  words[layout.Header.LIST_WORDS] = listWords;

  const lists = { words, start: listsAt, used: 0 };
  const baseLayers: number[] = [];
  let edgeIndex = 0;
  kept.forEach((layer, index) => {
    const record = layout.Header.WORDS + index * layout.Layer.WORDS;
    writeLayer(words, record, layer, granularity);
    words[record + layout.Layer.FIRST_EDGE] = edgeIndex;
    words[record + layout.Layer.EDGE_COUNT] = layer.inputs.length;
    for (const edge of layer.inputs) {
      const at = edgesAt + edgeIndex++ * layout.Edge.WORDS;
      words[at + layout.Edge.FROM] = newIndex[edge.from]!;
      writeReads(lists, at + layout.Edge.ROWS, edge.rows, layer.shape.height, layer);
      writeReads(lists, at + layout.Edge.COLUMNS, edge.columns, layer.shape.width, layer);
    }
    if (isBase(layer)) baseLayers.push(index);
  });
  return { granularity, words, baseLayers };
}

function neededLayers(network: Network): boolean[] {
  const needed = network.layers.map(isBase);
  for (let index = needed.length - 1; index >= 0; index--) {
    if (!needed[index]) continue;
    for (const edge of network.layers[index]!.inputs) needed[edge.from] = true;
  }
  return needed;
}

/** Words of a layer's lists: as many as they have taps for every output position in their direction. */
function listLength({ inputs, shape }: Layer): number {
  const length = (reads: Reads, size: number) => (reads.kind === 'list' ? size * (reads.taps ?? 1) : 0);
  return inputs.reduce(
    (sum, { rows, columns }) => sum + length(rows, shape.height) + length(columns, shape.width),
    0,
  );
}

function writeLayer(words: Int32Array, record: number, layer: Layer, granularity: Granularity): void {
  const set = isBase(layer) ? setShape(granularity, layer.shape) : { height: 1, width: 1 };
  words[record + layout.Layer.HEIGHT] = layer.shape.height;
  words[record + layout.Layer.WIDTH] = layer.shape.width;
  words[record + layout.Layer.IS_BASE] = isBase(layer) ? 1 : 0;
  words[record + layout.Layer.SET_HEIGHT] = set.height;
  words[record + layout.Layer.SET_WIDTH] = set.width;
  words[record + layout.Layer.COPIES] = 1;
}

/** Where the positions of `list` reads go: behind each other, from word `start` on. */
interface Lists {
  readonly words: Int32Array;
  readonly start: number;
  used: number;
}

function writeReads(lists: Lists, at: number, reads: Reads, outputSize: number, layer: Layer): void {
  const { words } = lists;
  switch (reads.kind) {
    case 'same':
      words[at + layout.Reads.KIND] = layout.ReadsKind.SAME;
      break;
    case 'all':
      words[at + layout.Reads.KIND] = layout.ReadsKind.ALL;
      break;
    case 'window':
    case 'transposed':
      words[at + layout.Reads.KIND] =
        reads.kind === 'window' ? layout.ReadsKind.WINDOW : layout.ReadsKind.TRANSPOSED;
      words[at + layout.Reads.KERNEL] = int32(reads.kernel, 1, 'kernel', layer);
      words[at + layout.Reads.STRIDE] = int32(reads.stride, 1, 'stride', layer);
      words[at + layout.Reads.DILATION] = int32(reads.dilation, 1, 'dilation', layer);
      words[at + layout.Reads.PADDING] = int32(reads.padding, -INT32_MAX, 'padding', layer);
      break;
    case 'list':
      words[at + layout.Reads.KIND] = layout.ReadsKind.LIST;
      words[at + layout.ListReads.POSITIONS] = lists.used;
      words[at + layout.ListReads.TAPS] = reads.taps ?? 1;
      writeList(lists, reads.positions, outputSize * (reads.taps ?? 1));
      break;
  }
}

/** Positions that a list leaves out read nothing. */
function writeList(lists: Lists, positions: readonly number[], length: number): void {
  const start = lists.start + lists.used;
  lists.words.fill(-1, start, start + length);
  lists.words.set(positions.slice(0, length), start);
  lists.used += length;
}

function int32(value: number, minimum: number, what: string, layer: Layer): number {
  if (Number.isInteger(value) && value >= minimum && value <= INT32_MAX) return value;
  throw new ClsaCimError(
    `layer ${layer.name} (${layer.op}): its ${what} is ${value}; it must be a whole number from ${minimum} to 2^31 - 1`,
  );
}
