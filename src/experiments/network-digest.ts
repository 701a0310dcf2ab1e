import { isBase, type Layer, type Network } from '../network/network.ts';
import type { Reads } from '../network/reads.ts';

/** Numbers for the kinds of reads. */
const KINDS: Readonly<Record<Reads['kind'], number>> = { same: 0, all: 1, window: 2, transposed: 3, list: 4 };

/**
 * A number of 53 bits for everything of a network that its schedules depend on: shapes, weights, and what layers read of
 * each other, in order. Networks with the same one make the same schedules. Layers that only pass positions on
 * (activation, bias) and those that no base layer waits for (heads) are left out, and so are all names.
 */
export function digestOf({ layers }: Network): number {
  const isNeeded = layers.map(isBase);
  for (let i = layers.length - 1; i >= 0; i--) {
    if (isNeeded[i]) for (const { from } of layers[i]!.inputs) isNeeded[from] = true;
  }
  const figures: number[] = [];
  /** Per layer the number of what it stands for among those that count. */
  const numbers: number[] = [];
  let count = 0;
  layers.forEach((layer, i) => {
    if (!isNeeded[i]) numbers.push(-1);
    else if (passesOn(layer, layers)) numbers.push(numbers[layer.inputs[0]!.from]!);
    else {
      numbers.push(count++);
      addLayer(figures, layer, numbers);
    }
  });
  return mixed(figures);
}

function addLayer(figures: number[], { shape, weights, inputs }: Layer, numbers: readonly number[]): void {
  const { rows = 0, columns = 0, groups = 0 } = weights ?? {};
  figures.push(shape.height, shape.width, shape.channels, rows, columns, groups, inputs.length);
  for (const { from, rows, columns } of inputs) {
    figures.push(numbers[from]!);
    addReads(figures, rows);
    addReads(figures, columns);
  }
}

function addReads(figures: number[], reads: Reads): void {
  figures.push(KINDS[reads.kind]);
  if (reads.kind === 'window' || reads.kind === 'transposed') {
    figures.push(reads.kernel, reads.stride, reads.dilation, reads.padding);
  } else if (reads.kind === 'list') {
    figures.push(reads.taps ?? 1, reads.positions.length);
    for (const position of reads.positions) figures.push(position);
  }
}

/** True for a layer that is not a base layer, and at every position reads the same position of one operand of its shape. */
function passesOn(layer: Layer, layers: readonly Layer[]): boolean {
  const [edge, ...others] = layer.inputs;
  if (isBase(layer) || edge === undefined || others.length > 0) return false;
  const { shape } = layers[edge.from]!;
  const { height, width, channels } = layer.shape;
  const isSame = edge.rows.kind === 'same' && edge.columns.kind === 'same';
  return isSame && shape.height === height && shape.width === width && shape.channels === channels;
}

/** Whole numbers mixed in order into one of 53 bits: two words, each multiplied by an odd number of its own and folded. */
function mixed(figures: readonly number[]): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  const mix = (word: number) => {
    low = Math.imul(low ^ word, 0x85ebca6b);
    high = Math.imul(high ^ word, 0xc2b2ae35);
    low ^= low >>> 15;
    high ^= high >>> 13;
  };
  for (const figure of figures) {
    mix(figure);
    if (figure !== (figure | 0)) mix(Math.floor(figure / 2 ** 32));
  }
  mix(high ^ (low >>> 16));
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
