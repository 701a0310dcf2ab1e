/** What every run in which values spill keeps, counted anew from the graph. */
import { expect } from 'vitest';
import { copyOfSet, type SimulationGraph } from '../../../src/simulate/model/graph.ts';
import type { NodeRun, SimulationRun } from '../../../src/simulate/play/engine.ts';
import { sum } from '../../reference/simulation/invariants.ts';

/** What the results of one node have to bring about. */
interface Needs {
  /** Bits of all values on all tiles that read them, each once. */
  readonly inputBits: number;
  /** The most tiles that one of them is read on. */
  readonly mostTiles: number;
  /** Bits of results that are read or leave. */
  readonly sentBits: number;
  /** The widest of the bits of every result on the tiles that read it. */
  readonly widestBits: number;
  /** Bits of what leaves the chip. */
  readonly leavingBits: number;
  /** Bits of an input that come through the port. */
  readonly comingBits: number;
  /** Bits of weights that are written. */
  readonly weightBits: number;
}

function needsOf(graph: SimulationGraph, node: number): Needs {
  const { nodes, chip, batch, turns } = graph;
  const { kind, resultBits, outputBits, inferences } = nodes[node]!;
  const sets = resultBits.length;
  const count = inferences?.count ?? batch;
  const needed = neededOf(graph, node, count);
  const hasPort = chip.offChipBitsPerCycle !== undefined;
  const leaves = hasPort && outputBits !== undefined;
  const sent = leaves ? Array.from({ length: sets * count }, (_, set) => set) : [...needed.keys()];
  const writes = turns?.writes.filter((write) => write.node === node) ?? [];
  const onTiles = [...needed.values()].map((tiles) => [...tiles.values()]);
  return {
    inputBits: sum(onTiles.flat()),
    mostTiles: Math.max(0, ...onTiles.map(({ length }) => length)),
    sentBits: sum(sent.map((set) => resultBits[set % sets]!)),
    widestBits: sum(onTiles.map((bits) => Math.max(...bits))),
    leavingBits: leaves ? count * sum(outputBits) : 0,
    comingBits: hasPort && kind === 'input' ? count * sum(resultBits) : 0,
    weightBits: sum(writes.map(({ pes, bits }) => pes * bits)),
  };
}

/** Of the sets of a node that are read: their bits on each tile that reads them, by its number. */
function neededOf({ nodes, edges }: SimulationGraph, node: number, count: number) {
  const { setColumns, resultBits } = nodes[node]!;
  const needed = new Map<number, Map<number, number>>();
  for (const { to, rows, columns, bits } of edges.filter(({ from }) => from === node)) {
    const reader = nodes[to]!;
    const sets = reader.resultBits.length;
    for (let firing = 0; firing < sets * count; firing++) {
      const k = firing % sets;
      const read = [...rows[Math.floor(k / reader.setColumns)]!].flatMap((row) =>
        Array.from(columns[k % reader.setColumns]!, (column) => row * setColumns + column),
      );
      for (const from of read) {
        const set = from + Math.floor(firing / sets) * resultBits.length;
        const onTiles = needed.get(set) ?? new Map<number, number>();
        needed.set(set, onTiles);
        for (const tile of reader.copies[copyOfSet(reader, firing)]!.tiles)
          onTiles.set(tile, Math.max(onTiles.get(tile) ?? 0, bits[from]!));
      }
    }
  }
  return needed;
}

/**
 * All that is stored comes back, all that is read has arrived, all that leaves has left, whatever is counted of nodes is counted of
 * tiles and links, and nothing is larger than what it is in.
 */
export function expectConserved(graph: SimulationGraph, run: SimulationRun): void {
  expect(run.deadlock).toBeUndefined();
  run.nodes.forEach((node, index) => {
    expectBits(node, needsOf(graph, index), graph.chip.sharedBufferBits !== undefined);
  });
  expectSums(graph, run);
  expectLimits(graph, run);
  expectEmptyAtTheEnd(graph, run);
}

function expectBits(node: NodeRun, needs: Needs, hasSharedBuffer: boolean): void {
  const { spilledBits, fetchedBits, sharedBufferBits, offChipBits } = node;
  expect(node.outputReadBits).toBe(needs.sentBits);
  // Each value arrives on each tile, once or as often as it is fetched.
  expect(node.inputWrittenBits).toBeGreaterThanOrEqual(needs.inputBits);
  expect(node.inputWrittenBits).toBeLessThanOrEqual(needs.inputBits + fetchedBits * needs.mostTiles);
  expect(spilledBits).toBeLessThanOrEqual(needs.widestBits);
  expect(fetchedBits).toBeGreaterThanOrEqual(spilledBits);
  if (spilledBits === 0) expect(fetchedBits).toBe(0);
  expect(sharedBufferBits).toBeLessThanOrEqual(hasSharedBuffer ? spilledBits + fetchedBits : 0);
  const others = needs.comingBits + fetchedBits + needs.weightBits;
  if (needs.leavingBits === 0) {
    expect(offChipBits + sharedBufferBits).toBe(others + spilledBits);
    return;
  }
  // What leaves and is stored goes off the chip as one message, no narrower than either.
  expect(sharedBufferBits).toBe(0);
  expect(offChipBits).toBeGreaterThanOrEqual(others + Math.max(needs.leavingBits, spilledBits));
  expect(offChipBits).toBeLessThanOrEqual(others + needs.leavingBits + spilledBits);
}

const WAITS = ['Data', 'Space', 'Copy', 'Fetch', 'Read', 'Gpeu', 'Send', 'Link'] as const;

function expectSums(graph: SimulationGraph, { nodes, tiles, links }: SimulationRun): void {
  expect(sum(links.map(({ bits }) => bits))).toBe(sum(nodes.map(({ hopBits }) => hopBits)));
  for (const key of ['computeCycles', ...WAITS.map((cause) => `wait${cause}Cycles` as const)] as const) {
    expect(sum(tiles.map((tile) => tile[key]))).toBe(sum(nodes.map((node) => node[key])));
  }
  // Every cycle until the last start of a layer has one cause.
  for (const groups of sameLayers(graph)) {
    const own = groups.map((index) => nodes[index]!);
    const waited = own.map(
      ({ waitDataCycles, waitSpaceCycles, waitCopyCycles, waitFetchCycles, waitWriteCycles = 0 }) =>
        waitDataCycles + waitSpaceCycles + waitCopyCycles + waitFetchCycles + waitWriteCycles,
    );
    expect(sum(waited)).toBe(Math.max(0, ...own.flatMap(({ starts }) => [...starts!])));
  }
}

function expectLimits(
  { chip }: SimulationGraph,
  { cycles, nodes, links, tiles, ...run }: SimulationRun,
): void {
  for (const { busyCycles } of links) expect(busyCycles).toBeLessThanOrEqual(cycles);
  for (const tile of tiles) {
    expect(tile.inputPeakBits).toBeLessThanOrEqual(chip.inputBufferBits ?? Infinity);
    expect(tile.outputPeakBits).toBeLessThanOrEqual(chip.outputBufferBits ?? Infinity);
    expect(tile.busyCycles).toBeLessThanOrEqual(cycles);
  }
  expect(run.sharedPeakBits).toBeLessThanOrEqual(chip.sharedBufferBits ?? 0);
  // Both sides of the port, and of the shared buffer, take as long as all that goes through them.
  const offChipBits = sum(nodes.map((node) => node.offChipBits));
  expect(offChipBits / (chip.offChipBitsPerCycle ?? Infinity)).toBeLessThanOrEqual(2 * cycles);
  const sharedBits = sum(nodes.map((node) => node.sharedBufferBits));
  expect(sharedBits / (chip.sharedBufferBitsPerCycle ?? Infinity)).toBeLessThanOrEqual(2 * cycles);
}

/** With a bin for every cycle: nothing is left in a buffer when all is over. */
function expectEmptyAtTheEnd({ chip }: SimulationGraph, { use, cycles }: SimulationRun): void {
  if (use === undefined || use.binCycles > 1) return;
  for (const { inputBitCycles, outputBitCycles, inputPeakBits, outputPeakBits } of use.tiles) {
    expect([inputBitCycles[cycles] ?? 0, outputBitCycles[cycles] ?? 0]).toEqual([0, 0]);
    expect(Math.max(...inputPeakBits)).toBeLessThanOrEqual(chip.inputBufferBits ?? Infinity);
    expect(Math.max(...outputPeakBits)).toBeLessThanOrEqual(chip.outputBufferBits ?? Infinity);
  }
}

/** Nodes of one layer, which are those of its groups where weights take turns. */
function sameLayers({ nodes }: SimulationGraph): number[][] {
  const first: number[] = [];
  const layers = new Map<number, number[]>();
  nodes.forEach(({ groupBefore }, index) => {
    first[index] = groupBefore === undefined ? index : first[groupBefore]!;
    layers.set(first[index], [...(layers.get(first[index]) ?? []), index]);
  });
  return [...layers.values()];
}
