import type { Dependencies } from '../dependencies.ts';
import { newSetTimes, tails } from '../heads-and-tails.ts';
import type { Box } from '../latency-bound.ts';
import { pesLeft, type Space } from '../space.ts';
import type { SplitLayer } from './graph.ts';
import { finishAll, passAll, raiseAfter, raiseStarts, TOO_LATE } from './recurrence.ts';
import { TimesByPes } from './times-by-pes.ts';

/** Sets that are gone through before others get their turn. */
const SETS_PER_TURN = 2 ** 18;
/** What is prepared and compared for a layer and number of PEs takes as long as so many numbers of copies. */
const PREPARING = 4;

/** What is asked: which copies of a box end at `cycles` or before? */
export interface SplitQuestion {
  readonly waits: Dependencies;
  readonly graph: readonly SplitLayer[];
  readonly space: Space;
  /** Class of crossbars whose PEs are counted; those of others are there for all layers at once. */
  readonly crossbar: number;
  readonly box: Box;
  readonly cycles: number;
}

/**
 * How the PEs beyond those of the least copies of a box are split between the layers up to one and those behind it
 * (docs/optimize.md). Heads are the earliest finishes of the sets of a layer where the layers up to it take p PEs, tails
 * what passes from their start on where it and the layers behind it have p PEs. Copies with which the end would be after `cycles`
 * are left out of both.
 */
export class Split {
  readonly question: SplitQuestion;
  /** PEs beyond those of the least copies. */
  readonly pes: number;
  /** Sets that were gone through, with what it takes to prepare them. */
  work = 0;
  readonly #pesPerCopy: readonly number[];
  readonly #heads: TimesByPes[] = [];
  readonly #tails: TimesByPes[] = [];
  readonly #simpleTails: readonly Float64Array[];
  readonly #values: Int32Array;
  readonly #limits: Int32Array;
  #turn = 0;

  constructor(question: SplitQuestion) {
    const { waits, graph, space, crossbar, box } = question;
    this.question = question;
    this.pes = pesLeft(space, box.least)[crossbar]!;
    this.#pesPerCopy = space.pesPerCopy.map((pes, i) => (space.crossbars[i] === crossbar ? pes : 0));
    const simple = newSetTimes(waits);
    tails(waits, box.most, simple);
    this.#simpleTails = simple;
    const most = graph.reduce((sets, { pixels }) => Math.max(sets, pixels.length), 0);
    this.#values = new Int32Array(most);
    this.#limits = new Int32Array(most);
  }

  /** The least cycles of any copies that may be left; Infinity where there are none. */
  *forward(): Generator<void, number> {
    const { graph } = this.question;
    let end = 0;
    for (let i = 0; i < graph.length; i++) {
      const heads = yield* this.#headsOf(i);
      if (!heads.has(this.pes)) return Infinity;
      this.#heads[i] = heads;
      if (graph[i]!.readers.length === 0) end = heads.of(this.pes).reduce((a, b) => Math.max(a, b), end);
    }
    return end;
  }

  /** What passes at least from the start of every set on, for {@link latestFinishes}; behind {@link forward}. */
  *backward(): Generator<void, true> {
    for (let i = this.question.graph.length - 1; i >= 0; i--) this.#tails[i] = yield* this.#tailsOf(i);
    return true;
  }

  /** Numbers of copies of a base layer that are looked at. */
  options({ base, isUniform }: SplitLayer): { from: number; to: number } {
    const { box } = this.question;
    const to = box.most[base]!;
    // More copies that cost nothing never delay, unless sets are cut.
    return { from: this.#pesPerCopy[base] === 0 && isUniform ? to : box.least[base]!, to };
  }

  /** PEs of so many copies of a base layer, beyond those of the least. */
  cost({ base }: SplitLayer, copies: number): number {
    return (copies - this.question.box.least[base]!) * this.#pesPerCopy[base]!;
  }

  /**
   * When the sets of layer `i` have to be finished for the end to be at `cycles`, where the layers up to it take
   * `pes` PEs; false where that cannot be.
   */
  latestFinishes(i: number, pes: number, latest: Int32Array): boolean {
    const { graph, cycles } = this.question;
    const { pixels, resultDelay, readers } = graph[i]!;
    const simple = this.#simpleTails[i]!;
    for (let k = 0; k < pixels.length; k++) latest[k] = cycles - simple[k]! + pixels[k]! + resultDelay;
    if (this.#tails.length === 0) return true;
    const left = this.pes - pes;
    if (i + 1 < graph.length && !this.#tails[i + 1]!.has(left)) return false;
    for (const { layer, sets } of readers) {
      const tail = this.#tails[layer]!.of(left);
      for (let k = 0; k < sets.length; k++) {
        const set = sets[k]!;
        if (set >= 0 && cycles - tail[k]! < latest[set]!) latest[set] = cycles - tail[k]!;
      }
    }
    return true;
  }

  *#headsOf(i: number): Generator<void, TimesByPes> {
    const layer = this.question.graph[i]!;
    const starts = this.#startsOf(i);
    if (layer.base < 0) return starts;
    const heads = new TimesByPes(this.pes, layer.pixels.length);
    const latest = this.#limits;
    const finishes = this.#values.subarray(0, layer.pixels.length);
    const options = this.options(layer);
    for (let pes = 0; pes <= this.pes; pes++) {
      const isPossible = this.latestFinishes(i, pes, latest);
      this.work += PREPARING * finishes.length;
      for (let copies = options.from; isPossible && copies <= options.to; copies++) {
        const before = pes - this.cost(layer, copies);
        if (before < 0 || !starts.has(before)) break;
        if (this.#isBehindNext(layer, copies, starts, before)) continue;
        this.work += finishes.length;
        const delayed = finishAll(starts.times, before * starts.sets, layer, copies, latest, finishes);
        if (delayed !== TOO_LATE) heads.lower(pes, finishes);
        // More copies would only leave fewer PEs for the others.
        if (delayed === 0 && layer.isUniform) break;
      }
      heads.lowerToFewer(pes);
      if (this.#isTurnOfOthers()) yield;
    }
    return heads;
  }

  /** True where one copy more is no worse for sure: where it leaves PEs with which all others are as fast. */
  #isBehindNext(layer: SplitLayer, copies: number, others: TimesByPes, pes: number): boolean {
    const more = this.cost(layer, copies + 1) - this.cost(layer, copies);
    if (!layer.isUniform || copies >= this.question.box.most[layer.base]! || pes < more) return false;
    return others.same[pes]! === others.same[pes - more]!;
  }

  /** When all sets of layer `i` have what they wait for, for every number of PEs of the layers in front of it. */
  #startsOf(i: number): TimesByPes {
    const { pixels, release, sources } = this.question.graph[i]!;
    const starts = new TimesByPes(this.pes, pixels.length);
    for (let pes = 0; pes <= this.pes; pes++) {
      if (i > 0 && !this.#heads[i - 1]!.has(pes)) continue;
      const own = starts.of(pes).fill(release);
      for (const { layer, sets } of sources) raiseStarts(own, sets, this.#heads[layer]!.of(pes));
      starts.same[pes] = pes;
      starts.lowerToFewer(pes);
    }
    return starts;
  }

  *#tailsOf(i: number): Generator<void, TimesByPes> {
    const layer = this.question.graph[i]!;
    const after = this.#afterOf(i);
    if (layer.base < 0) return after;
    const { cycles } = this.question;
    const starts = this.#startsOf(i);
    const tail = new TimesByPes(this.pes, layer.pixels.length);
    const sets = layer.pixels.length;
    const passing = this.#values.subarray(0, sets);
    const earliest = this.#limits;
    const options = this.options(layer);
    for (let pes = 0; pes <= this.pes; pes++) {
      const before = this.pes - pes;
      this.work += PREPARING * sets;
      if (starts.has(before)) earliest.set(starts.of(before));
      for (let copies = options.from; starts.has(before) && copies <= options.to; copies++) {
        const left = pes - this.cost(layer, copies);
        if (left < 0 || !after.has(left)) break;
        if (this.#isBehindNext(layer, copies, after, left)) continue;
        this.work += passing.length;
        const delayed = passAll(after.times, left * sets, layer, copies, earliest, cycles, passing);
        if (delayed !== TOO_LATE) tail.lower(pes, passing);
        if (delayed === 0 && layer.isUniform) break;
      }
      tail.lowerToFewer(pes);
      if (this.#isTurnOfOthers()) yield;
    }
    return tail;
  }

  /** What passes at least behind the finish of every set of layer `i`, for every number of PEs of the layers behind it. */
  #afterOf(i: number): TimesByPes {
    const { pixels, readers } = this.question.graph[i]!;
    const after = new TimesByPes(this.pes, pixels.length);
    for (let pes = 0; pes <= this.pes; pes++) {
      if (this.#tails[i + 1]?.has(pes) === false) continue;
      const own = after.of(pes);
      for (const { layer, sets } of readers) raiseAfter(own, sets, this.#tails[layer]!.of(pes));
      after.same[pes] = pes;
      after.lowerToFewer(pes);
    }
    return after;
  }

  #isTurnOfOthers(): boolean {
    if (this.work - this.#turn < SETS_PER_TURN) return false;
    this.#turn = this.work;
    return true;
  }
}
