import { ClsaCimError } from '../errors.ts';
import { oneLine } from '../input/show.ts';
import { type SimulationRun, simulateGraph } from './engine.ts';
import type { SimulationDeadlock } from './engine-deadlock.ts';
import type { SimulationChip, SimulationGraph } from './graph.ts';

/** So many of those who wait, and of the tiles of each, are named. */
const MAX_NAMED = 3;

/** The buffers of a tile, in the order in which larger ones are tried. */
const BUFFERS = [
  { field: 'inputBufferBytes', bits: 'inputBufferBits', name: 'input buffers' },
  { field: 'outputBufferBytes', bits: 'outputBufferBits', name: 'output buffers' },
] as const;

/** The error for buffers that are too small to make progress: who waits, where, and what size would do. */
export function deadlockError(graph: SimulationGraph, deadlock: SimulationDeadlock): ClsaCimError {
  return new ClsaCimError(
    `the chip's buffers are too small to make progress: at cycle ${deadlock.cycle} ${waiting(graph, deadlock)}; ` +
      remedy(graph),
  );
}

function waiting({ nodes }: SimulationGraph, { sets, messages }: SimulationDeadlock): string {
  const name = (node: number) => oneLine(nodes[node]!.name);
  const stuck = messages
    .filter(({ tiles }) => tiles.length > 0)
    .map(({ node, tiles }) => `${name(node)} has no room for its results on ${namedTiles(tiles)}`);
  const starved = sets
    .filter(({ waitsFor }) => waitsFor === 'output room')
    .map(({ node, tile }) => `${name(node)} has no room for a result on its own tile ${tile}`);
  const hungry = sets
    .filter(({ waitsFor }) => waitsFor === 'values')
    .map(({ node }) => `${name(node)} waits for values`);
  return [...stuck.slice(0, MAX_NAMED), ...starved.slice(0, MAX_NAMED), ...hungry.slice(0, 1)].join(', ');
}

function namedTiles(tiles: readonly number[]): string {
  const more = tiles.length > MAX_NAMED ? ` and ${tiles.length - MAX_NAMED} more` : '';
  return `tile${tiles.length > 1 ? 's' : ''} ${tiles.slice(0, MAX_NAMED).join(', ')}${more}`;
}

/** The smallest buffers, found by simulating again, with which the same network comes to its end. */
function remedy(graph: SimulationGraph): string {
  const needed = smallestBuffers(graph);
  const parts = BUFFERS.flatMap(({ field, bits }) =>
    needed[bits] === undefined || needed[bits] === graph.chip[bits]
      ? []
      : [`chip.${field}: ${Math.ceil(needed[bits] / 8)}`],
  );
  return `${parts.join(' and ')} would do${hasLargeSets(graph) ? ', or use finer sets' : ''}`;
}

/** True where a set of a base layer has more than one pixel. */
function hasLargeSets({ nodes, mvmCycles = 1 }: SimulationGraph): boolean {
  return nodes.some(
    ({ kind, durations }) => kind === 'base' && durations.some((cycles) => cycles > mvmCycles),
  );
}

/**
 * The smallest sizes of buffers with which a graph comes to its end: the smallest input buffer with output buffers
 * without limit, then the smallest output buffer with that one. Sizes that do already are kept.
 */
export function smallestBuffers(
  graph: SimulationGraph,
): Pick<SimulationChip, 'inputBufferBits' | 'outputBufferBits'> {
  let chip: SimulationChip = { ...graph.chip };
  for (const { bits } of BUFFERS) {
    const { [bits]: given, ...without } = chip;
    if (given === undefined) continue;
    const others = bits === 'inputBufferBits' ? withoutOutputLimit(without) : without;
    const completes = (size: number) => finishes({ ...graph, chip: { ...others, [bits]: size } });
    chip = { ...chip, [bits]: smallest(given, completes) };
  }
  return chip;
}

function withoutOutputLimit(
  chip: Omit<SimulationChip, 'inputBufferBits'>,
): Omit<SimulationChip, 'inputBufferBits'> {
  const { outputBufferBits: _, ...rest } = chip;
  return rest;
}

function finishes(graph: SimulationGraph): boolean {
  const run: SimulationRun = simulateGraph(graph);
  return run.deadlock === undefined;
}

/** The smallest size of at least `given` bits, in whole bytes, that `completes`, by doubling and bisection. */
function smallest(given: number, completes: (bits: number) => boolean): number {
  if (completes(given)) return given;
  let tooSmall = Math.floor(given / 8);
  let enough = Math.max(1, tooSmall * 2);
  while (!completes(enough * 8)) {
    tooSmall = enough;
    enough *= 2;
  }
  while (enough - tooSmall > 1) {
    const middle = Math.floor((tooSmall + enough) / 2);
    if (completes(middle * 8)) enough = middle;
    else tooSmall = middle;
  }
  return enough * 8;
}
