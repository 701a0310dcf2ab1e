/** What is never slower on a better chip: where nothing is shared, whatever gets earlier lets all else get earlier. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { SimulationChip, SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { type SimulationRun, simulateGraph } from '../../../src/simulate/play/engine.ts';
import { base, on } from '../../reference/simulation/by-hand.ts';
import { graphs } from '../../reference/simulation/random-graph.ts';
import { drawnTurns, inTurns } from '../../reference/simulation/random-turns.ts';
import { withTightBuffers } from '../play/tight-buffers.ts';
import { playSpilling } from './conservation.ts';

/** The same graph on a chip that is better by so much in one regard. */
type Better = (graph: SimulationGraph, by: number) => SimulationGraph;

const withChip = (change: (chip: SimulationChip, by: number) => Partial<SimulationChip>): Better => {
  return (graph, by) => ({ ...graph, chip: { ...graph.chip, ...change(graph.chip, by) } });
};
const shorter = (cycles = 0, by: number) => Math.max(0, cycles - by);

const bandwidth = withChip(({ offChipBitsPerCycle = 1 }, by) => ({
  offChipBitsPerCycle: offChipBitsPerCycle + by,
}));
const latency = withChip(({ offChipLatencyCycles }, by) => ({
  offChipLatencyCycles: shorter(offChipLatencyCycles, by),
}));

/** Where one stream spills. */
const BETTER_SPILLING: Readonly<Record<string, Better>> = {
  'a wider port': bandwidth,
  'memory of less latency': latency,
  'shorter hops': withChip(({ hopCycles }, by) => ({ hopCycles: shorter(hopCycles, by) })),
  'wider links': withChip(({ linkBitsPerCycle = 1 }, by) => ({ linkBitsPerCycle: linkBitsPerCycle + by })),
  'faster reading': withChip(({ inputBufferPortBitsPerCycle = 1 }, by) => ({
    inputBufferPortBitsPerCycle: inputBufferPortBitsPerCycle + by,
  })),
  'larger input buffers': withChip(({ inputBufferBits = 1 }, by) => ({
    inputBufferBits: inputBufferBits + by,
  })),
  'larger output buffers': withChip(({ outputBufferBits = 1 }, by) => ({
    outputBufferBits: outputBufferBits + by,
  })),
  'a shared buffer': withChip((_, by) => ({ sharedBufferBits: 4 * by })),
};

/** Where weights take turns. */
const BETTER_WRITING: Readonly<Record<string, Better>> = {
  'a wider port': bandwidth,
  'memory of less latency': latency,
  'more write ports': withChip(({ tileWritePorts = 1 }, by) => ({ tileWritePorts: tileWritePorts + by })),
  'more parallel writes': ({ turns, ...graph }, by) => ({
    ...{ ...graph, turns: { ...turns!, parallelWrites: (turns!.parallelWrites ?? 1) + by } },
  }),
  'faster writing': ({ turns, ...graph }, by) => ({
    ...{ ...graph, turns: { ...turns!, writeCycles: Math.max(1, turns!.writeCycles - by) } },
  }),
};

const upTo = (max: number, min = 1) => fc.integer({ min, max });

const layer = fc.record({
  rows: upTo(3),
  columns: upTo(4),
  pixels: upTo(3),
  bits: upTo(16),
  gpeu: upTo(3, 0),
});

/**
 * Two layers, each on one copy on a tile of its own, with links of their own between every two tiles and a port on a third: one
 * stream, with buffers that are as small as can be, so that all of it goes through memory.
 */
const oneStream: fc.Arbitrary<SimulationGraph> = fc
  .record({
    layers: fc.tuple(layer, layer),
    isRead: fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }),
    batch: upTo(3),
    delay: upTo(3, 0),
    widths: fc.tuple(upTo(8), upTo(8), upTo(20, 4)),
    hopCycles: upTo(3, 0),
    latencyCycles: upTo(20, 0),
  })
  .map(({ layers, isRead, batch, delay, widths, hopCycles, latencyCycles }) => {
    const nodes = layers.map(({ rows, columns, pixels, bits, gpeu }, tile) => {
      const perSet = (value: number) => new Int32Array(rows * columns).fill(value);
      return base([...perSet(2 * pixels)], {
        ...{ setRows: rows, setColumns: columns, copies: [on(tile)] },
        ...{ pixels: perSet(pixels), resultBits: perSet(bits), gpeuCycles: perSet(gpeu) },
      });
    });
    const [first, second] = layers;
    let drawn = 0;
    const lists = (count: number, size: number) =>
      Array.from({ length: count }, () =>
        Int32Array.from(Array.from({ length: size }, (_, k) => k).filter(() => isRead[drawn++ % 24])),
      );
    const edge = {
      ...{ from: 0, to: 1 },
      ...{ rows: lists(second.rows, first.rows), columns: lists(second.columns, first.columns) },
      bits: new Int32Array(first.rows * first.columns).fill(first.bits),
    };
    const [offChipBitsPerCycle, linkBitsPerCycle, inputBufferPortBitsPerCycle] = widths;
    const links = Array.from({ length: 9 }, (_, link) => [Math.floor(link / 3), link % 3] as const);
    const chip: SimulationChip = {
      ...{ tiles: 3, links, route: (from, to) => (from === to ? [] : [from * 3 + to]) },
      ...{ hopCycles, offChipTile: 2, offChipBitsPerCycle, linkBitsPerCycle, inputBufferPortBitsPerCycle },
    };
    const times = { mvmCycles: 2 + delay, mvmIntervalCycles: 2 };
    const graph = { nodes, edges: [edge], chip, batch, scheduling: 'xinf', ...times } as const;
    return withTightBuffers(graph, 0, latencyCycles);
  });

/** Weights in turns, with a port that serves nothing else, and free movement. */
const onlyWeights: fc.Arbitrary<SimulationGraph> = fc
  .tuple(
    graphs({ free: true, most: 5 }).filter(({ nodes }) => nodes.every(({ kind }) => kind !== 'input')),
    drawnTurns,
    upTo(9),
  )
  .map(([graph, { parallelWrites = 1, tileWritePorts = 1, ...drawn }, offChipBitsPerCycle]) => {
    const nodes = graph.nodes.map(({ outputBits: _, ...node }) => node);
    const chip = { ...graph.chip, offChipBitsPerCycle };
    return inTurns({ ...graph, nodes, chip }, { ...drawn, parallelWrites, tileWritePorts });
  });

/** What is played, how, and what is better about a chip. */
export const MONOTONE = [
  ...Object.entries(BETTER_SPILLING).map(
    ([name, better]) => [`${name}, where one stream spills`, oneStream, better, playSpilling] as const,
  ),
  ...Object.entries(BETTER_WRITING).map(
    ([name, better]) =>
      [
        `${name}, where weights take turns`,
        onlyWeights,
        better,
        (graph: SimulationGraph) => simulateGraph(graph),
      ] as const,
  ),
];

/** A better chip is not slower on so many graphs, and faster on some. */
export function expectNeverSlower(
  all: fc.Arbitrary<SimulationGraph>,
  better: Better,
  play: (graph: SimulationGraph) => SimulationRun,
  numRuns: number,
): void {
  let faster = 0;
  const check = fc.property(all, upTo(20), (graph, by) => {
    const [before, after] = [play(graph), play(better(graph, by))];
    expect(after.cycles).toBeLessThanOrEqual(before.cycles);
    if (after.cycles < before.cycles) faster++;
  });
  fc.assert(check, { numRuns });
  expect(faster).toBeGreaterThan(numRuns / 25);
}
