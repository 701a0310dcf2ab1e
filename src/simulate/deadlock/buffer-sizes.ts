import { MAX_BUFFER_BYTES } from '../../architecture/chip.ts';
import type { SimulationChip, SimulationGraph } from '../model/graph.ts';
import { SimulationEngine } from '../play/engine.ts';
import {
  type BufferContent,
  inputContent,
  mostWindows,
  nextSize,
  outputContent,
  type TileWindows,
} from './size-levels.ts';

/**
 * The search for smaller buffers ends when so many events and sets have been simulated, about a second: counted, not
 * measured, so that the same input names the same sizes.
 */
const MAX_WORK = 10_000_000;

/** A size of a buffer, in whole bytes, that has been simulated to the end. */
export interface BufferSize {
  readonly bits: number;
  /** False where the search ended before the next smaller size had been tried. */
  readonly isSmallest: boolean;
}

/** Sizes of the buffers of a chip; those that the chip does not limit are left out. */
export interface BufferSizes {
  readonly input?: BufferSize;
  readonly output?: BufferSize;
}

/**
 * Sizes of buffers with which a graph comes to its end: the smallest input buffer with output buffers without limit,
 * then the smallest output buffer with that one. Where both have to grow, an input buffer for all windows is tried as
 * well, with the smallest output buffer for it and then the smallest input buffer for that: the pair that takes less
 * is the answer. Sizes that do already are kept. Undefined where no size that a chip may have would do.
 *
 * @param graph Comes to no end.
 * @param tiles Of that run: buffers that hold all windows are large enough.
 */
export function enoughBuffers(
  graph: SimulationGraph,
  tiles: readonly TileWindows[],
): BufferSizes | undefined {
  const engine = new SimulationEngine();
  try {
    engine.load(graph);
    return searchSizes(graph, new Search(graph, tiles, engine));
  } finally {
    engine.release();
  }
}

function searchSizes({ chip }: SimulationGraph, search: Search): BufferSizes | undefined {
  const { inputBufferBits, outputBufferBits, ...unlimited } = chip;
  const { inputs, outputs } = search;
  const smallestInput = (from: number, others: SimulationChip) =>
    search.smallest(from, inputs, (bits) => ({ ...others, inputBufferBits: bits }));
  const smallestOutput = (from: number, others: SimulationChip) =>
    search.smallest(from, outputs, (bits) => ({ ...others, outputBufferBits: bits }));

  if (inputBufferBits === undefined) {
    const output = outputBufferBits === undefined ? undefined : smallestOutput(outputBufferBits, unlimited);
    return output && { output };
  }
  const input = smallestInput(inputBufferBits, unlimited);
  if (input === undefined || outputBufferBits === undefined) return input && { input };
  const outputWith = (bits: number) =>
    smallestOutput(outputBufferBits, { ...unlimited, inputBufferBits: bits });
  const output = outputWith(input.bits);
  const pair = output && { input, output };
  if (output?.bits === outputBufferBits || search.isOver) return pair;
  // Results that cannot be sent to small input buffers pile up: with larger ones less room for them may do.
  const less = outputWith(Math.max(input.bits, Math.ceil(mostWindows(inputs) / 8) * 8));
  const more = less && smallestInput(input.bits, { ...unlimited, outputBufferBits: less.bits });
  if (less === undefined || more === undefined) return pair;
  const other = { input: more, output: less };
  return pair === undefined || total(other) < total(pair) ? other : pair;
}

function total({ input, output }: Required<BufferSizes>): number {
  return input.bits + output.bits;
}

/** So many inferences are played to find windows. */
const PLAYED_INFERENCES = 4;
/** Where the first sizes are tried, from one that is too small to one that is enough: mostly not much less than all windows do. */
const FIRST = 7 / 8;

/** Simulates a graph with buffers of other sizes, up to a bound of work. */
class Search {
  readonly inputs: BufferContent;
  readonly outputs: BufferContent;
  readonly #engine: SimulationEngine;
  readonly #sets: number;
  /** Where windows are those of all inferences, so that with room for all of them there is no deadlock. */
  readonly #areWindowsSure: boolean;
  /** Whether sizes come to an end, as far as that is known. */
  readonly #ends = new Map<string, boolean>();
  #work = 0;

  /** @param engine Has the graph loaded. */
  constructor(graph: SimulationGraph, tiles: readonly TileWindows[], engine: SimulationEngine) {
    const { nodes, batch, chip, turns } = graph;
    this.inputs = inputContent(graph, tiles);
    this.outputs = outputContent(graph, tiles);
    this.#areWindowsSure = batch <= PLAYED_INFERENCES && turns === undefined;
    this.#engine = engine;
    this.#sets = batch * nodes.reduce((sum, { setRows, setColumns }) => sum + setRows * setColumns, 0);
    this.#ends.set(keyOf(chip), false);
  }

  get isOver(): boolean {
    return this.#work >= MAX_WORK;
  }

  /**
   * The smallest size of at least `given` bits, in whole bytes, that comes to an end, by bisection below one that is
   * sure to; undefined where none does.
   *
   * @param content What gets into the buffer. With room for all windows it comes to an end.
   */
  smallest(
    given: number,
    content: BufferContent,
    chipWith: (bits: number) => SimulationChip,
  ): BufferSize | undefined {
    const ends = (bytes: number) => this.#comesToAnEnd(chipWith(bytes * 8));
    if (this.#comesToAnEnd(chipWith(given))) return { bits: given, isSmallest: true };
    let tooSmall = Math.floor(given / 8);
    let enough = Math.min(MAX_BUFFER_BYTES, Math.max(tooSmall + 1, Math.ceil(mostWindows(content) / 8)));
    // Windows are those of four inferences; more of them may need more.
    while (!this.#isSureToEnd(chipWith(enough * 8)) && !ends(enough)) {
      if (enough === MAX_BUFFER_BYTES) return undefined;
      tooSmall = enough;
      enough = Math.min(MAX_BUFFER_BYTES, enough * 2);
    }
    [tooSmall, enough] = this.#nearGrown(tooSmall, enough, chipWith);
    let share = FIRST;
    while (enough - tooSmall > 1 && !this.isOver) {
      const target = Math.floor(tooSmall + (enough - tooSmall) * share);
      const size = nextSize(content, tooSmall, enough, Math.max(target, tooSmall + 1));
      if (ends(size)) enough = size;
      else tooSmall = size;
      share = 1 / 2;
    }
    if (!ends(enough)) throw new Error(`buffers of ${enough} bytes hold all windows, and come to no end`);
    return { bits: enough * 8, isSmallest: enough - tooSmall === 1 };
  }

  /**
   * Limits that are nearer, by what an input buffer grows to: nearly always a smallest size, where no other buffer has a limit. It costs
   * three simulations, which do not count, so that the search that is left otherwise goes as far as without.
   *
   * @returns A size that is too small and one that is enough, in bytes.
   */
  #nearGrown(
    tooSmall: number,
    enough: number,
    chipWith: (bits: number) => SimulationChip,
  ): [tooSmall: number, enough: number] {
    const { inputBufferBits, outputBufferBits } = chipWith(tooSmall * 8);
    if (inputBufferBits === undefined || outputBufferBits !== undefined || this.isOver)
      return [tooSmall, enough];
    const work = this.#work;
    const size = this.#grownInput(enough, chipWith(tooSmall * 8));
    const ends = (bytes: number) => this.#comesToAnEnd(chipWith(bytes * 8));
    const isEnough = size !== undefined && ends(size);
    const isLessEnough = isEnough && ends(size - 1);
    this.#work = work;
    if (!isEnough) return [tooSmall, enough];
    return isLessEnough ? [tooSmall, size - 1] : [size - 1, size];
  }

  /**
   * What an input buffer that is too small grows to, if it becomes larger by as little as lets something happen whenever nothing can any
   * more, until all has come to its end.
   *
   * @returns In bytes, at most `enough`; undefined where a run takes too long to be tried twice more.
   */
  #grownInput(enough: number, chip: SimulationChip): number | undefined {
    this.#engine.setFigures(chip);
    this.#engine.play();
    let bits = 0;
    while (this.#engine.isDeadlocked && bits < enough * 8) bits = this.#engine.playOnInLargerBuffers();
    return this.#engine.events + this.#sets > MAX_WORK ? undefined : Math.min(enough, Math.ceil(bits / 8));
  }

  /** True where all windows fit (docs/simulation.md section 6). */
  #isSureToEnd({ inputBufferBits = Infinity, outputBufferBits = Infinity }: SimulationChip): boolean {
    const fit = mostWindows(this.inputs) <= inputBufferBits && mostWindows(this.outputs) <= outputBufferBits;
    return this.#areWindowsSure && fit;
  }

  #comesToAnEnd(chip: SimulationChip): boolean {
    const key = keyOf(chip);
    const known = this.#ends.get(key);
    if (known !== undefined) return known;
    this.#engine.setFigures(chip);
    this.#engine.play();
    this.#work += this.#engine.events + this.#sets;
    const ends = !this.#engine.isDeadlocked;
    this.#ends.set(key, ends);
    return ends;
  }
}

const keyOf = ({ inputBufferBits, outputBufferBits }: SimulationChip) =>
  `${inputBufferBits} ${outputBufferBits}`;
