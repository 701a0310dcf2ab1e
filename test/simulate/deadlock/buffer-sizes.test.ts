import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isaac } from '../../../src/architecture/presets/isaac.ts';
import { raella } from '../../../src/architecture/presets/raella.ts';
import { sramDcim } from '../../../src/architecture/presets/sram-dcim.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import { buildGraph } from '../../../src/simulate/build-graph.ts';
import { enoughBuffers } from '../../../src/simulate/deadlock/buffer-sizes.ts';
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { SimulationEngine, simulateGraph } from '../../../src/simulate/play/engine.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';
import { cpuMs } from '../../cpu-ms.ts';
import { randomGraph } from '../play/engine-graphs.ts';

/** The same graph with input buffers of so many bytes, and nothing else that may be too small. */
function withInput(graph: SimulationGraph, bytes: number): SimulationGraph {
  const { outputBufferBits: _, ...chip } = graph.chip;
  return { ...graph, chip: { ...chip, inputBufferBits: 8 * bytes } };
}

const ends = (graph: SimulationGraph, bytes: number) =>
  simulateGraph(withInput(graph, bytes)).deadlock === undefined;

/** Values of whole bytes, or of any number of bits; of batches whose windows are those of all inferences, and of larger ones. */
const graphs = fc.tuple(randomGraph, fc.constantFrom(1, 3, 8)).map(([graph, factor]): SimulationGraph => {
  const edges = graph.edges.map((edge) => ({ ...edge, bits: edge.bits.map((bits) => bits * factor) }));
  return { ...graph, edges };
});

describe('an input buffer that would do', () => {
  test('does, a byte less does not, and it is the smallest of all where more room never does harm', () => {
    let smallest = 0;
    const isSmallest = (graph: SimulationGraph, given: number) => {
      const { tiles, deadlock } = simulateGraph(withInput(graph, given));
      if (deadlock === undefined) return;
      const input = enoughBuffers(withInput(graph, given), tiles)?.input;
      expect(input).toBeDefined();
      const bytes = input!.bits / 8;
      expect(input!.isSmallest).toBe(true);
      expect([ends(graph, bytes), ends(graph, bytes - 1)]).toEqual([true, false]);
      const all = Array.from({ length: bytes - given }, (_, more) => ends(graph, given + more));
      if (all.every((isEnd) => !isEnd)) smallest++;
    };
    fc.assert(fc.property(graphs, fc.integer({ min: 1, max: 12 }), isSmallest), { numRuns: 100 });
    expect(smallest).toBeGreaterThan(20);
  });

  test.each([
    ['tinyyolov4', 'row', 'greedy', 73_216],
    ['resnet50', 'row', 'none', 157_696],
    // Here more room does harm, and what the buffer grows to is no smallest size.
    ['mobilenetv2', { height: 8, width: 8 }, 'none', 1_058_432],
  ] as const)('of %s at %j sets is a smallest one', (name, granularity, duplication, bytes) => {
    const network = zooNetwork(name);
    const { offChipBitsPerCycle: _, ...chip } = isaac.chip!;
    const architecture = { ...isaac, chip: { ...chip, inputBufferBytes: 256 } };
    const mapping = mapNetwork(network, architecture, { duplication });
    const graph = buildGraph(network, mapping, architecture, { granularity });
    const { tiles } = simulateGraph(graph);
    expect(enoughBuffers(graph, tiles)).toEqual({ input: { bits: 8 * bytes, isSmallest: true } });
  });
});

test('where a search may not go on to its end, it comes as near as a search by halves', () => {
  // By halves from 16,384 on 344,211 is found; by an eighth less again and again 378,136.
  const network = zooNetwork('resnet50');
  const architecture = { ...sramDcim, chip: { ...sramDcim.chip, inputBufferBytes: 16_384 } };
  const mapping = mapNetwork(network, architecture, { extraPes: 8 });
  const granularity = { height: 4, width: 4 };
  const graph = buildGraph(network, mapping, architecture, { granularity, batch: 33 });
  const { input } = enoughBuffers(graph, simulateGraph(graph).tiles) ?? {};
  expect(input?.isSmallest).toBe(false);
  expect(input?.bits).toBeLessThan(8 * 345_000);
});

describe('a run that goes on in larger buffers', () => {
  test('takes no longer for results that wait meanwhile', () => {
    const network = zooNetwork('tinyyolov4');
    const architecture = { ...raella, chip: { ...raella.chip, inputBufferBytes: 65_536 } };
    const mapping = mapNetwork(network, architecture, { extraPes: 64, duplication: 'sum' });
    const granularity = { height: 4, width: 4 };
    const graph = buildGraph(network, mapping, architecture, { granularity, batch: 33 });
    const engine = new SimulationEngine();
    engine.load(graph);
    const { inputBufferBits: _, ...unlimited } = graph.chip;
    engine.setFigures(unlimited);
    const start = cpuMs();
    engine.play();
    const once = cpuMs() - start;
    engine.setFigures(graph.chip);
    engine.play();
    let steps = 0;
    const deadlocked = cpuMs();
    for (; engine.isDeadlocked; steps++) engine.playOnInLargerBuffers();
    const grown = cpuMs() - deadlocked;
    engine.release();
    expect(steps).toBeGreaterThan(5000);
    expect(grown).toBeLessThan(8 * once);
  });

  test('comes to its end in no more than all windows take', () => {
    let deadlocks = 0;
    const comesToItsEnd = (graph: SimulationGraph) => {
      const engine = new SimulationEngine();
      engine.load(withInput(graph, 1));
      engine.play();
      if (engine.isDeadlocked) deadlocks++;
      const sizes: number[] = [8];
      while (engine.isDeadlocked) sizes.push(engine.playOnInLargerBuffers());
      const windows = engine.run().tiles.map(({ inputWindowBits }) => inputWindowBits);
      engine.release();
      // It grows with every step, by whole bytes.
      expect(sizes.every((bits, i) => bits % 8 === 0 && (i === 0 || bits > sizes[i - 1]!))).toBe(true);
      expect(sizes.at(-1)).toBeLessThan(Math.max(8, ...windows) + 8);
    };
    const playedWindows = graphs.filter(({ batch }) => batch <= 4);
    fc.assert(fc.property(playedWindows, comesToItsEnd), { numRuns: 600 });
    expect(deadlocks).toBeGreaterThan(200);
  });

  test('is played anew afterwards as if it had not', () => {
    const isAsBefore = (graph: SimulationGraph) => {
      const engine = new SimulationEngine();
      engine.load(withInput(graph, 1));
      engine.play();
      const before = engine.run();
      if (engine.isDeadlocked) engine.playOnInLargerBuffers();
      engine.setFigures(withInput(graph, 1).chip);
      engine.play();
      expect(engine.run()).toEqual(before);
      engine.release();
    };
    fc.assert(fc.property(graphs, isAsBefore), { numRuns: 200 });
  });
});
