import fc from 'fast-check';
import { ClsaCimError } from '../../../src/errors.ts';
import type { SimulationChip, SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { SimulationEngine } from '../../../src/simulate/play/engine.ts';
import { graphs, withPixels } from '../../../test/reference/simulation/random-graph.ts';
import { drawnTurns, inTurns } from '../../../test/reference/simulation/random-turns.ts';
import { referenceSimulation } from '../../../test/reference/simulation/simulation.ts';
import { spillPlan } from '../../../test/reference/simulation/spilling.ts';
import { randomGraph } from '../../../test/simulate/play/engine-graphs.ts';
import { expectSameRun } from '../../../test/simulate/play/same-run.ts';
import { withTightBuffers } from '../../../test/simulate/play/tight-buffers.ts';
import { checkOf, propertyTarget } from '../property-target.ts';

/** References are slow. */
const READS = 20;

const anyGraph = fc.oneof(graphs({ most: 5 }), graphs({ tight: true, most: 5 }), randomGraph);
/** What times and sizes are multiplied by, as far as they stay integers of 32 bits. */
const factor = fc.constantFrom(1, 2 ** 10, 2 ** 20 + 1, 2 ** 27, 2 ** 29, 2 ** 31 - 1);

/** The simulation engine against the slow reference: random graphs, in turns, where values spill, and with counters near their limits. */
export const simulation = propertyTarget(
  'simulation',
  {
    graphs: checkOf(fc.property(anyGraph, (graph) => same(graph))),
    turns: checkOf(fc.property(anyGraph, drawnTurns, (graph, drawn) => same(inTurns(graph, drawn)))),
    spilling: checkOf(
      fc.property(anyGraph, fc.nat(60), fc.nat(9), fc.boolean(), (graph, bits, cycles, hasPixels) =>
        sameSpilling(withTightBuffers(hasPixels ? withPixels(graph) : graph, bits, cycles)),
      ),
    ),
    'near-limits': checkOf(
      fc.property(anyGraph, factor, factor, fc.boolean(), (graph, times, bits, isFast) =>
        same(scaled(graph, times, bits, isFast)),
      ),
    ),
    'turns-near-limits': checkOf(
      fc.property(anyGraph, drawnTurns, factor, factor, (graph, drawn, times, bits) =>
        same(scaled(inTurns(graph, drawn), times, bits, true)),
      ),
    ),
  },
  READS,
);

function same(graph: SimulationGraph): void {
  const engine = new SimulationEngine();
  try {
    engine.load(graph, { keepSets: true });
    engine.play();
    expectSameRun(engine.run(), referenceSimulation(graph, undefined, false));
  } catch (error) {
    // To be beyond what can be counted is no mistake, if it is said.
    if (!(error instanceof ClsaCimError)) throw error;
  } finally {
    engine.release();
  }
}

function sameSpilling(graph: SimulationGraph): void {
  const plan = spillPlan(graph);
  const reference = referenceSimulation(graph, plan, false);
  const engine = new SimulationEngine();
  try {
    engine.load(graph, { keepSets: true });
    engine.playSpilling();
    expectSameRun(engine.run(), reference);
  } finally {
    engine.release();
  }
}

/** The graph with longer times and larger values; `isFast`: on links, ports and buffers that keep up with these. */
function scaled(graph: SimulationGraph, times: number, sizes: number, isFast: boolean): SimulationGraph {
  const most = (lists: readonly ArrayLike<number>[]) =>
    lists.reduce((all, list) => Math.max(all, ...Array.from(list)), 1);
  const { nodes, edges, chip, turns, mvmCycles = 1, mvmIntervalCycles = mvmCycles } = graph;
  const longest = Math.max(
    most(nodes.flatMap(({ durations, gpeuCycles }) => [durations, gpeuCycles])),
    ...[mvmCycles, chip.hopCycles, turns?.writeCycles ?? 1],
  );
  const widest = Math.max(
    most(nodes.flatMap(({ resultBits, outputBits = [] }) => [resultBits, outputBits])),
    most(edges.map(({ bits }) => bits)),
    most(nodes.flatMap(({ copies }) => copies.map(({ partialBitsPerPixel }) => partialBitsPerPixel))),
    ...(turns?.writes ?? []).map(({ bits }) => bits),
  );
  const t = Math.max(1, Math.min(times, Math.floor((2 ** 31 - 1) / longest)));
  const b = Math.max(1, Math.min(sizes, Math.floor((2 ** 31 - 1) / widest)));
  const list = (values: Int32Array, by: number) => values.map((value) => value * by);
  const rates = ['linkBitsPerCycle', 'offChipBitsPerCycle', 'inputBufferPortBitsPerCycle'] as const;
  const limits = ['inputBufferBits', 'outputBufferBits'] as const;
  const figures = [...limits, ...(isFast ? rates : [])].flatMap((name) => {
    const value = chip[name];
    return value === undefined ? [] : [[name, value * b] as const];
  });
  const scaledChip: SimulationChip = {
    ...chip,
    ...Object.fromEntries(figures),
    hopCycles: chip.hopCycles * t,
  };
  return {
    ...graph,
    mvmCycles: mvmCycles * t,
    mvmIntervalCycles: mvmIntervalCycles * t,
    nodes: nodes.map((node) => ({
      ...node,
      durations: list(node.durations, t),
      gpeuCycles: list(node.gpeuCycles, t),
      resultBits: list(node.resultBits, b),
      ...(node.outputBits && { outputBits: list(node.outputBits, b) }),
      copies: node.copies.map((copy) => ({
        ...copy,
        partialBitsPerPixel: copy.partialBitsPerPixel.map((bits) => bits * b),
      })),
    })),
    edges: edges.map((edge) => ({ ...edge, bits: list(edge.bits, b) })),
    chip: scaledChip,
    ...(turns && {
      turns: {
        ...turns,
        writeCycles: turns.writeCycles * t,
        writes: turns.writes.map((write) => ({ ...write, bits: write.bits * b })),
      },
    }),
  };
}
