/** What every run of a graph keeps, whatever its chip. */
import { expect } from 'vitest';
import type { SimulationGraph, SimulationNode } from '../../../src/simulate/model/graph.ts';
import { finishes } from './by-hand.ts';
import type { ReferenceSimulation } from './result.ts';

export const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);
export const perInput = ({ setRows, setColumns }: SimulationNode) => setRows * setColumns;

/** Every (reader, value) of a graph; a value that is read along several edges comes several times. */
export function* reads({ nodes, edges, batch }: SimulationGraph) {
  for (const { from, to, rows, columns, bits } of edges) {
    const [width, fromWidth] = [nodes[to]!.setColumns, nodes[from]!.setColumns];
    for (let input = 0; input < batch; input++) {
      for (const [r, fromRows] of rows.entries()) {
        for (const [c, fromColumns] of columns.entries()) {
          const set = r * width + c + input * perInput(nodes[to]!);
          const tiles = nodes[to]!.copies[set % nodes[to]!.copies.length]!.tiles;
          for (const row of fromRows) {
            for (const column of fromColumns) {
              const k = row * fromWidth + column;
              yield { to, set, tiles, from, value: k + input * perInput(nodes[from]!), bits: bits[k]! };
            }
          }
        }
      }
    }
  }
}

/** Bits of every value on every tile that needs it: keys are node.set@tile. */
function neededBits(graph: SimulationGraph): Map<string, number> {
  const needed = new Map<string, number>();
  for (const { from, value, tiles, bits } of reads(graph)) {
    for (const tile of tiles) {
      const key = `${from}.${value}@${tile}`;
      needed.set(key, Math.max(needed.get(key) ?? 0, bits));
    }
  }
  return needed;
}

/** Bits that go over every link, whatever the time. */
function linkBits(graph: SimulationGraph): number[] {
  const { nodes, chip, batch, mvmCycles = 1, mvmIntervalCycles = mvmCycles } = graph;
  const total = chip.links.map(() => 0);
  const needed = neededBits(graph);
  nodes.forEach((node, index) => {
    for (let set = 0; set < perInput(node) * batch; set++) {
      const copy = node.copies[set % node.copies.length]!;
      const k = set % perInput(node);
      const home = copy.tiles.at(-1)!;
      copy.partialBitsPerPixel.forEach((bits, i) => {
        for (const link of chip.route(copy.tiles[i]!, home))
          total[link]! += (bits * node.durations[k]!) / mvmIntervalCycles;
      });
      const widest = new Map<number, number>();
      const goesTo = (tile: number, bits: number) => {
        for (const link of chip.route(home, tile)) widest.set(link, Math.max(widest.get(link) ?? 0, bits));
      };
      for (let tile = 0; tile < chip.tiles; tile++) goesTo(tile, needed.get(`${index}.${set}@${tile}`) ?? 0);
      if (node.outputBits !== undefined && chip.offChipBitsPerCycle !== undefined)
        goesTo(chip.offChipTile, node.outputBits[k]!);
      for (const [link, bits] of widest) total[link]! += bits;
    }
  });
  return total;
}

/** Cycles of work of everything that does one thing after the other; of n ports of a buffer, an n-th of their work. */
function work(graph: SimulationGraph): number[] {
  const { nodes, chip, batch } = graph;
  const port = (bits: Iterable<number>) =>
    batch * sum([...bits].map((size) => Math.ceil(size / (chip.offChipBitsPerCycle ?? Infinity))));
  const copies = nodes.flatMap((node) =>
    node.copies.map((_, copy) =>
      sum(
        Array.from({ length: batch * perInput(node) }, (_, set) =>
          set % node.copies.length === copy ? node.durations[set % perInput(node)]! : 0,
        ),
      ),
    ),
  );
  const inputs = nodes.filter(({ kind }) => kind === 'input').flatMap(({ resultBits }) => [...resultBits]);
  const outputs = nodes.flatMap(({ outputBits }) => [...(outputBits ?? [])]);
  return [...copies, ...readWork(graph), port(inputs), port(outputs)];
}

/** Per tile: cycles of reading, spread over its ports. */
function readWork(graph: SimulationGraph): number[] {
  const { inputBufferPorts = 1, inputBufferPortBitsPerCycle = Infinity, tiles } = graph.chip;
  const bitsOf = new Map<string, { tiles: readonly number[]; bits: number }>();
  for (const { to, set, tiles: on, bits } of reads(graph)) {
    bitsOf.set(`${to}.${set}`, { tiles: on, bits: bits + (bitsOf.get(`${to}.${set}`)?.bits ?? 0) });
  }
  return Array.from({ length: tiles }, (_, tile) => {
    const here = [...bitsOf.values()].filter(({ tiles }) => tiles.includes(tile));
    return sum(here.map(({ bits }) => Math.ceil(bits / inputBufferPortBitsPerCycle))) / inputBufferPorts;
  });
}

/** What every run keeps, also one that ends in a deadlock. */
export function expectValid(graph: SimulationGraph, simulation: ReferenceSimulation): void {
  const { nodes, batch, mvmCycles = 1, mvmIntervalCycles = mvmCycles } = graph;
  const arrival = new Map(simulation.arrivals.map((a) => [`${a.node}.${a.set}@${a.tile}`, a.cycle]));
  for (const { to, set, tiles, from, value } of reads(graph)) {
    const start = simulation.nodes[to]!.start[set]!;
    if (start < 0) continue;
    for (const tile of tiles) {
      expect(start).toBeGreaterThanOrEqual(arrival.get(`${from}.${value}@${tile}`)!);
      expect(start).toBeGreaterThanOrEqual(simulation.nodes[from]!.finish[value]!);
    }
  }
  if (graph.scheduling === 'lbl') expectLayerByLayer(graph, simulation);
  nodes.forEach((node, index) => {
    const { start, finish } = simulation.nodes[index]!;
    for (let set = 0; set < perInput(node) * batch && node.kind === 'base'; set++) {
      if (finish[set]! < 0) continue;
      const duration = node.durations[set % perInput(node)]!;
      expect(finish[set]).toBeGreaterThanOrEqual(start[set]! + duration - mvmIntervalCycles + mvmCycles);
    }
    for (let set = 1; set < perInput(node) * batch && node.kind !== 'join'; set++) {
      if (start[set]! < 0) continue;
      expect(start[set]).toBeGreaterThanOrEqual(start[set - 1]!);
      const before = set - node.copies.length;
      const isFree = before < 0 ? 0 : start[before]! + node.durations[before % perInput(node)]!;
      expect(start[set]).toBeGreaterThanOrEqual(isFree);
    }
  });
  for (const tile of simulation.tiles) {
    expect(tile.inputPeakBits).toBeLessThanOrEqual(graph.chip.inputBufferBits ?? Infinity);
    expect(tile.outputPeakBits).toBeLessThanOrEqual(graph.chip.outputBufferBits ?? Infinity);
    expect(tile.busyCycles).toBeGreaterThanOrEqual(tile.gpeuBusyCycles);
    expect(tile.busyCycles).toBeLessThanOrEqual(simulation.cycles);
  }
  expectCounts(graph, simulation);
}

/** What is counted per node is counted per tile and per link, too, and every cycle until the last start has a cause. */
function expectCounts(graph: SimulationGraph, simulation: ReferenceSimulation): void {
  const { nodes, tiles, links } = simulation;
  const waits = ['Data', 'Space', 'Copy', 'Read', 'Gpeu', 'Send', 'Link'] as const;
  for (const key of [...waits.map((wait) => `wait${wait}Cycles` as const), 'computeCycles' as const]) {
    expect(sum(tiles.map((tile) => tile[key]))).toBe(sum(nodes.map((node) => node[key])));
  }
  for (const { start, waitDataCycles, waitSpaceCycles, waitCopyCycles } of nodes) {
    expect(waitDataCycles + waitSpaceCycles + waitCopyCycles).toBe(Math.max(0, ...start));
  }
  expect(sum(nodes.map(({ hopBits }) => hopBits))).toBe(sum(links.map(({ bits }) => bits)));
  expect(Math.max(-1, ...simulation.inferenceEnds)).toBe(Math.max(-1, ...finishes(simulation).flat()));
  expect(simulation.inferenceEnds).toHaveLength(graph.batch);
}

/** No set of a base layer starts before this input is through the base layer before. */
function expectLayerByLayer({ nodes, batch }: SimulationGraph, simulation: ReferenceSimulation): void {
  const layers = nodes.flatMap((node, index) => (node.kind === 'base' ? [index] : []));
  const ofInput = (times: readonly number[], node: number, input: number) =>
    times.slice(input * perInput(nodes[node]!), (input + 1) * perInput(nodes[node]!));
  layers.slice(1).forEach((node, i) => {
    for (let input = 0; input < batch; input++) {
      const before = ofInput(simulation.nodes[layers[i]!]!.finish, layers[i]!, input);
      const started = ofInput(simulation.nodes[node]!.start, node, input).filter((start) => start >= 0);
      if (started.length === 0) continue;
      expect(before).not.toContain(-1);
      expect(Math.min(...started)).toBeGreaterThanOrEqual(Math.max(...before));
    }
  });
}

/** What every run that comes to its end keeps. */
export function expectComplete(graph: SimulationGraph, simulation: ReferenceSimulation): void {
  const needed = neededBits(graph);
  const arrived = simulation.arrivals.map((a): [string, number] => [`${a.node}.${a.set}@${a.tile}`, a.bits]);
  expect(arrived).toHaveLength(needed.size);
  expect(new Map(arrived)).toEqual(needed);
  expect(simulation.links.map(({ bits }) => bits)).toEqual(linkBits(graph));
  for (const { inputEndBits, outputEndBits, gpeuBusyCycles } of simulation.tiles) {
    expect([inputEndBits, outputEndBits]).toEqual([0, 0]);
    expect(simulation.cycles).toBeGreaterThanOrEqual(gpeuBusyCycles);
  }
  for (const { busyCycles } of simulation.links) {
    expect(simulation.cycles).toBeGreaterThanOrEqual(busyCycles);
  }
  expect(simulation.cycles).toBeGreaterThanOrEqual(Math.max(...work(graph)));
  expectBits(graph, simulation);
  const gpeuWork = graph.nodes.map(
    (node) => sum(node.gpeuCycles) + (node.kind === 'join' ? sum(node.durations) : 0),
  );
  expect(sum(simulation.tiles.map(({ gpeuBusyCycles }) => gpeuBusyCycles))).toBe(graph.batch * sum(gpeuWork));
  expect(finishes(simulation).flat()).not.toContain(-1);
}

/** All that was written to an input buffer was read from an output buffer and has arrived, and all that leaves has left. */
function expectBits(graph: SimulationGraph, simulation: ReferenceSimulation): void {
  const hasPort = graph.chip.offChipBitsPerCycle !== undefined;
  const needed = [...neededBits(graph)];
  graph.nodes.forEach(({ kind, resultBits, outputBits }, node) => {
    const { inputWrittenBits, outputReadBits, offChipBits } = simulation.nodes[node]!;
    const here = needed.filter(([value]) => value.startsWith(`${node}.`));
    expect(inputWrittenBits).toBe(sum(here.map(([, bits]) => bits)));
    const sent = Array.from({ length: graph.batch * resultBits.length }, (_, set) => set).filter(
      (set) =>
        (hasPort && outputBits !== undefined) || here.some(([value]) => value.startsWith(`${node}.${set}@`)),
    );
    expect(outputReadBits).toBe(sum(sent.map((set) => resultBits[set % resultBits.length]!)));
    const throughPort = (kind === 'input' ? sum(resultBits) : 0) + sum(outputBits ?? []);
    expect(offChipBits).toBe(hasPort ? graph.batch * throughPort : 0);
  });
}
