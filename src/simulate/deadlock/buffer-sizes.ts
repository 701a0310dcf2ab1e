import { MAX_BUFFER_BYTES } from '../../architecture/chip.ts';
import type { SimulationChip, SimulationGraph } from '../model/graph.ts';
import { SimulationEngine, type TileRun } from '../play/engine.ts';

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
 * @param tiles Of a run of the graph: buffers that hold all windows are large enough.
 */
export function enoughBuffers(
  graph: SimulationGraph,
  tiles: readonly Pick<TileRun, 'inputWindowBits' | 'outputWindowBits'>[],
): BufferSizes | undefined {
  const engine = new SimulationEngine();
  try {
    engine.load(graph);
    return searchSizes(graph, tiles, new Search(graph, engine));
  } finally {
    engine.release();
  }
}

function searchSizes(
  { chip }: SimulationGraph,
  tiles: readonly Pick<TileRun, 'inputWindowBits' | 'outputWindowBits'>[],
  search: Search,
): BufferSizes | undefined {
  const { inputBufferBits, outputBufferBits, ...unlimited } = chip;
  const most = (field: 'inputWindowBits' | 'outputWindowBits') =>
    tiles.reduce((bits, tile) => Math.max(bits, tile[field]), 0);
  const inputWindows = most('inputWindowBits');
  const outputWindows = most('outputWindowBits');
  const smallestInput = (from: number, others: SimulationChip) =>
    search.smallest(from, inputWindows, (bits) => ({ ...others, inputBufferBits: bits }));
  const smallestOutput = (from: number, others: SimulationChip) =>
    search.smallest(from, outputWindows, (bits) => ({ ...others, outputBufferBits: bits }));

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
  const less = outputWith(Math.max(input.bits, Math.ceil(inputWindows / 8) * 8));
  const more = less && smallestInput(input.bits, { ...unlimited, outputBufferBits: less.bits });
  if (less === undefined || more === undefined) return pair;
  const other = { input: more, output: less };
  return pair === undefined || total(other) < total(pair) ? other : pair;
}

function total({ input, output }: Required<BufferSizes>): number {
  return input.bits + output.bits;
}

/** Simulates a graph with buffers of other sizes, up to a bound of work. */
class Search {
  readonly #engine: SimulationEngine;
  readonly #sets: number;
  #work = 0;

  /** @param engine Has the graph loaded. */
  constructor({ nodes, batch }: SimulationGraph, engine: SimulationEngine) {
    this.#engine = engine;
    this.#sets = batch * nodes.reduce((sum, { setRows, setColumns }) => sum + setRows * setColumns, 0);
  }

  get isOver(): boolean {
    return this.#work >= MAX_WORK;
  }

  /**
   * The smallest size of at least `given` bits, in whole bytes, that comes to an end, by bisection below one that is
   * sure to; undefined where none does.
   */
  smallest(given: number, sure: number, chipWith: (bits: number) => SimulationChip): BufferSize | undefined {
    const ends = (bytes: number) => this.#comesToAnEnd(chipWith(bytes * 8));
    if (this.#comesToAnEnd(chipWith(given))) return { bits: given, isSmallest: true };
    let tooSmall = Math.floor(given / 8);
    let enough = Math.min(MAX_BUFFER_BYTES, Math.max(tooSmall + 1, Math.ceil(sure / 8)));
    // Windows are those of four inferences; more of them may need more.
    while (!ends(enough)) {
      if (enough === MAX_BUFFER_BYTES) return undefined;
      tooSmall = enough;
      enough = Math.min(MAX_BUFFER_BYTES, enough * 2);
    }
    while (enough - tooSmall > 1 && !this.isOver) {
      const middle = Math.floor((tooSmall + enough) / 2);
      if (ends(middle)) enough = middle;
      else tooSmall = middle;
    }
    return { bits: enough * 8, isSmallest: enough - tooSmall === 1 };
  }

  #comesToAnEnd(chip: SimulationChip): boolean {
    this.#engine.setFigures(chip);
    this.#engine.play();
    this.#work += this.#engine.events + this.#sets;
    return !this.#engine.isDeadlocked;
  }
}
