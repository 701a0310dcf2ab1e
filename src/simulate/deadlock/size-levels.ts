import type { SimulationGraph } from '../model/graph.ts';
import type { TileRun } from '../play/engine.ts';

/** Of a buffer of all tiles: what its windows take on each, and what all that gets into it is a multiple of, in bits. */
export interface BufferContent {
  readonly windows: readonly number[];
  readonly units: readonly number[];
}

/** What of a run is looked at. */
export type TileWindows = Pick<TileRun, 'inputWindowBits' | 'outputWindowBits'>;

/** The most that the windows of a tile take, in bits. */
export function mostWindows({ windows }: BufferContent): number {
  return windows.reduce((most, bits) => Math.max(most, bits), 0);
}

/** What is in the input buffers. */
export function inputContent(
  { nodes, edges }: SimulationGraph,
  tiles: readonly TileWindows[],
): BufferContent {
  const units = tiles.map(() => 0);
  for (const { to, bits } of edges) {
    const unit = bits.reduce(greatestCommonDivisor, 0);
    for (const tile of new Set(nodes[to]!.copies.flatMap((copy) => copy.tiles)))
      units[tile] = greatestCommonDivisor(units[tile]!, unit);
  }
  return { windows: tiles.map(({ inputWindowBits }) => inputWindowBits), units };
}

/** What is in the output buffers. */
export function outputContent({ nodes }: SimulationGraph, tiles: readonly TileWindows[]): BufferContent {
  const units = tiles.map(() => 0);
  for (const { copies, resultBits } of nodes) {
    const unit = resultBits.reduce(greatestCommonDivisor, 0);
    for (const tile of new Set(copies.map((copy) => copy.tiles.at(-1)!)))
      units[tile] = greatestCommonDivisor(units[tile]!, unit);
  }
  return { windows: tiles.map(({ outputWindowBits }) => outputWindowBits), units };
}

/**
 * The next size to try between one that is too small and one that is enough, in bytes. A deadlock needs a tile whose windows do
 * not fit, and sizes make a difference to it where one more of what gets into its buffer fits: so these are tried first, then
 * the one below that which is enough.
 *
 * @param target Near which size.
 */
export function nextSize(
  { windows, units }: BufferContent,
  tooSmall: number,
  enough: number,
  target: number,
) {
  const unit = windows.reduce(
    (common, bits, tile) => (bits > tooSmall * 8 ? greatestCommonDivisor(common, units[tile]!) : common),
    0,
  );
  if (unit === 0) return target;
  const level = (number: number) => Math.ceil((number * unit) / 8);
  const number = Math.round((target * 8) / unit);
  const near = [number, number + 1, number - 1].map(level).find((size) => size > tooSmall && size < enough);
  if (near !== undefined) return near;
  const isLevel = level(Math.floor((enough * 8) / unit)) === enough;
  return isLevel ? enough - 1 : target;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
