import type { Search } from './search.ts';

/** Share of the cost that a move may lose, at the start and at the end of a round. */
const HOT = 0.01;
const COLD = 0.00005;
const MOVES_PER_TURN = 16;

/**
 * Simulated annealing from where the search is: moves at random, where a worse one is taken the more rarely
 * the worse it is and the less is left of the `evaluations` of this round.
 *
 * @param heat Factor of how much worse a move may be.
 */
export function* anneal(search: Search, evaluations: number, heat: number): Generator<void, void> {
  const first = search.evaluations;
  const scale = search.cost;
  const move = new RandomMove(search);
  for (;;) {
    const done = (search.evaluations - first) / evaluations;
    if (done >= 1 || search.isOver) return;
    const temperature = scale * heat * HOT * (COLD / HOT) ** done;
    for (let i = 0; i < MOVES_PER_TURN; i++) {
      if (!move.draw()) return;
      const loss = -temperature * Math.log(1 - search.random.next());
      search.move(move.layers, move.copies, search.cost + loss);
    }
    yield;
  }
}

/** Draws are given up after so many that change nothing. */
const MAX_DRAWS = 1000;
/** Layers that are asked for copies in one move, counting those that have none to give, which are not really asked. */
const MAX_ASKED = 64;
/** Layers that are offered copies in one move. */
const MAX_OFFERED = 2;

/**
 * A move at random: one layer or two get a copy or a few, others give theirs where PEs are missing, and what is
 * left is filled up. Slow layers get with preference, and fast ones give. A copy of a layer of many PEs may take
 * one from each of a dozen others.
 */
class RandomMove {
  readonly layers: number[] = [];
  readonly copies: number[] = [];
  readonly #search: Search;
  /** PEs that are left of each class of crossbars. */
  #left: number[] = [];
  readonly #all: readonly number[];
  /** Layers that have more than one copy where the search was when it was looked at last. */
  readonly #givers: number[] = [];
  #seen: readonly number[] = [];

  /** Of each layer; those of the space are frozen, which takes longer to read. */
  readonly #work: Float64Array;
  readonly #most: Float64Array;
  readonly #pesPerCopy: Float64Array;
  readonly #crossbars: Float64Array;

  constructor(search: Search) {
    this.#search = search;
    this.#all = search.copies.map((_, layer) => layer);
    this.#work = Float64Array.from(search.space.work);
    this.#most = Float64Array.from(search.space.most);
    this.#pesPerCopy = Float64Array.from(search.space.pesPerCopy);
    this.#crossbars = Float64Array.from(search.space.crossbars);
  }

  /** Draws a move that changes something; false where there seems to be none. */
  draw(): boolean {
    for (let i = 0; i < MAX_DRAWS; i++) if (this.#tryDraw()) return true;
    return false;
  }

  #tryDraw(): boolean {
    const { random } = this.#search;
    const count = this.#most.length;
    this.layers.length = 0;
    this.copies.length = 0;
    this.#left = this.#search.pesLeft;
    this.#add(this.#pick(this.#all, 1));
    if (random.below(4) === 0) this.#add(this.#pick(this.#all, 1));
    const gaining = this.layers.length;
    if (gaining === 0 || !this.#makeUp(gaining)) return false;
    for (let i = 0; this.#hasSome(1) && i < MAX_OFFERED; i++) {
      const layer = random.below(count);
      if (this.#pesPerCopy[layer]! <= this.#leftFor(layer) && this.#copiesOf(layer) < this.#most[layer]!) {
        this.#change(layer, 1);
      }
    }
    return true;
  }

  /** Layers give copies until no PEs are missing; false where they do not. */
  #makeUp(gaining: number): boolean {
    if (!this.#isLacking) return true;
    this.#findGivers();
    const asked = (MAX_ASKED * this.#givers.length) / this.#all.length;
    for (let i = 0; i < asked; i++) {
      this.#takeFrom(this.#pick(this.#givers, -1), gaining);
      if (!this.#isLacking) return true;
    }
    return false;
  }

  #findGivers(): void {
    const { copies } = this.#search;
    if (copies === this.#seen) return;
    this.#seen = copies;
    this.#givers.length = 0;
    for (const layer of this.#all) if (copies[layer]! > 1) this.#givers.push(layer);
  }

  /** One of some layers at random, or of two the one with more (`sign` 1) or less (-1) work per copy. */
  #pick(layers: readonly number[], sign: number): number {
    const search = this.#search;
    const { random } = search;
    const work = this.#work;
    const one = layers[random.below(layers.length)]!;
    if (random.below(3) === 0) return one;
    const other = layers[random.below(layers.length)]!;
    const more = work[one]! * search.copiesOf(other) > work[other]! * search.copiesOf(one);
    return more === sign > 0 ? one : other;
  }

  /** Mostly one copy; of layers with many, sometimes a share of them. */
  #add(layer: number): void {
    const { random } = this.#search;
    const copies = this.#copiesOf(layer);
    const room = this.#most[layer]! - copies;
    if (room < 1) return;
    this.#change(layer, random.below(4) === 0 ? 1 + random.below(Math.min(room, 1 + (copies >> 2))) : 1);
  }

  get #isLacking(): boolean {
    return this.#hasSome(-1);
  }

  /** True where PEs of some class of crossbars are left (`sign` 1) or missing (-1). */
  #hasSome(sign: number): boolean {
    for (let i = 0; i < this.#left.length; i++) if (this.#left[i]! * sign > 0) return true;
    return false;
  }

  #leftFor(layer: number): number {
    return this.#left[this.#crossbars[layer]!]!;
  }

  /** Takes a copy of a layer whose PEs are missing, and that is none of the first `gaining`, which get some. */
  #takeFrom(layer: number, gaining: number): void {
    if (this.#leftFor(layer) >= 0) return;
    const place = this.layers.indexOf(layer);
    if ((place < 0 || place >= gaining) && this.#copiesOf(layer) > 1) this.#change(layer, -1);
  }

  /** The copies of a layer in this move. */
  #copiesOf(layer: number): number {
    const place = this.layers.indexOf(layer);
    return place < 0 ? this.#search.copiesOf(layer) : this.copies[place]!;
  }

  #change(layer: number, added: number): void {
    const copies = this.#copiesOf(layer) + added;
    const place = this.layers.indexOf(layer);
    if (place < 0) this.layers.push(layer);
    this.copies[place < 0 ? this.copies.length : place] = copies;
    this.#left[this.#crossbars[layer]!]! -= added * this.#pesPerCopy[layer]!;
  }
}
