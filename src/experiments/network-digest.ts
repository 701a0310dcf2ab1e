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
  const digest = new Digest();
  /** Per layer the number of what it stands for among those that count. */
  const numbers: number[] = [];
  let count = 0;
  layers.forEach((layer, i) => {
    if (!isNeeded[i]) numbers.push(-1);
    else if (passesOn(layer, layers)) numbers.push(numbers[layer.inputs[0]!.from]!);
    else {
      numbers.push(count++);
      addLayer(digest, layer, numbers);
    }
  });
  return digest.value;
}

function addLayer(digest: Digest, { shape, weights, inputs }: Layer, numbers: readonly number[]): void {
  digest.add(shape.height);
  digest.add(shape.width);
  digest.add(shape.channels);
  digest.add(weights?.rows ?? 0);
  digest.add(weights?.columns ?? 0);
  digest.add(weights?.groups ?? 0);
  digest.add(inputs.length);
  for (const { from, rows, columns } of inputs) {
    digest.add(numbers[from]!);
    addReads(digest, rows);
    addReads(digest, columns);
  }
}

function addReads(digest: Digest, reads: Reads): void {
  digest.add(KINDS[reads.kind]);
  if (reads.kind === 'window' || reads.kind === 'transposed') {
    digest.add(reads.kernel);
    digest.add(reads.stride);
    digest.add(reads.dilation);
    digest.add(reads.padding);
  } else if (reads.kind === 'list') {
    digest.add(reads.taps ?? 1);
    digest.add(reads.positions.length);
    for (const position of reads.positions) digest.add(position);
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

/** Mixes whole numbers, in order, into one: two words as MurmurHash3 mixes one, with other constants in each. */
class Digest {
  #low = 0xdeadbeef;
  #high = 0x41c6ce57;

  add(value: number): void {
    this.#word(value | 0);
    this.#word(Math.floor(value / 2 ** 32) | 0);
  }

  /** 53 bits. */
  get value(): number {
    return (finished(this.#high) >>> 11) * 2 ** 32 + finished(this.#low);
  }

  #word(word: number): void {
    this.#low = rotated(this.#low ^ Math.imul(rotated(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593), 13);
    this.#low = (Math.imul(this.#low, 5) + 0xe6546b64) | 0;
    this.#high = rotated(this.#high ^ Math.imul(rotated(Math.imul(word, 0x239b961b), 16), 0xab0e9789), 19);
    this.#high = (Math.imul(this.#high, 5) + 0x561ccd1b) | 0;
  }
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** A word every bit of which depends on all bits of another, from 0 on. */
function finished(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
