import { afterEach, describe, expect, test, vi } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { convolution, elementwise, UNIT_WINDOW } from '../../src/network/operators/index.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import { optimize } from '../../src/optimize/index.ts';
import { explain, simulateAndExplain } from '../../src/simulate/explain/explain.ts';
import { SimulationEngine } from '../../src/simulate/play/engine.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import * as flow from '../../src/workload/flow-builder.ts';
import * as problem from '../../src/workload/problem.ts';
import * as work from '../../src/workload/work.ts';

vi.mock(import('../../src/workload/flow-builder.ts'), { spy: true });
vi.mock(import('../../src/workload/problem.ts'), { spy: true });
vi.mock(import('../../src/workload/work.ts'), { spy: true });

const play = vi.spyOn(SimulationEngine.prototype, 'play');
const load = vi.spyOn(SimulationEngine.prototype, 'load');

afterEach(() => {
  vi.clearAllMocks();
});

/** How often sets were cut, their work was found, a problem was lowered, a graph was loaded, and one was played. */
function counts() {
  return {
    flows: vi.mocked(flow.buildFlow).mock.calls.length,
    works: vi.mocked(work.workOf).mock.calls.length,
    problems: vi.mocked(problem.lower).mock.calls.length,
    loads: load.mock.calls.length,
    plays: play.mock.calls.length,
  };
}

function network() {
  const b = new NetworkBuilder('four layers');
  const conv = (name: string, input: Tensor) =>
    convolution(b, name, input, {
      ...{ windows: [UNIT_WINDOW, UNIT_WINDOW], spatialAxes: [0, 1], channelAxis: 2, outputChannels: 4 },
    });
  const input = b.input('input', { dims: [8, 8, 4], h: 0, w: 1 });
  const first = conv('first', input);
  const relu = elementwise(b, 'relu', 'Relu', [conv('second', first)]);
  elementwise(b, 'sum', 'Add', [conv('third', relu), first]);
  return b.build();
}

const mesh = {
  ...paper,
  chip: {
    ...{ clockNs: 100, meshRows: 2, meshColumns: 2, pesPerTile: 4, linkBitsPerCycle: 8, hopCycles: 1 },
    ...{ inputBufferBytes: 2 ** 16, outputBufferBytes: 2 ** 16, offChipBitsPerCycle: 64 },
    ...{ gpeuOperationsPerCycle: 4, leakageMw: 1, bufferReadEnergyPjPerBit: 1, mvmEnergyPj: 1 },
  },
};

describe('one answer takes one of each', () => {
  test('simulate', () => {
    simulate(network(), mesh);
    expect(counts()).toEqual({ flows: 1, works: 1, problems: 1, loads: 1, plays: 1 });
  });

  test('simulate of a batch', () => {
    simulate(network(), mesh, { batch: 3 });
    expect(counts()).toEqual({ flows: 1, works: 1, problems: 1, loads: 1, plays: 1 });
  });

  test('simulate of a batch layer by layer: the ideal cycles are those of a run on a chip without limits', () => {
    simulate(network(), mesh, { batch: 3, scheduling: 'lbl' });
    expect(counts()).toEqual({ flows: 1, works: 2, problems: 0, loads: 2, plays: 2 });
  });

  test('simulate on a chip that says nothing', () => {
    simulate(network(), paper);
    expect(counts()).toEqual({ flows: 1, works: 1, problems: 0, loads: 1, plays: 1 });
  });

  // The run; without each of six limits; with more of each of them; and more PEs. GPEUs are work, PEs are copies.
  const explaining = { flows: 1, works: 3, problems: 1, loads: 3, plays: 1 + 2 * 6 };

  test('explain', () => {
    explain(network(), mesh, { duplication: 'none' });
    expect(counts()).toEqual(explaining);
  });

  test('simulate and explain together', () => {
    simulateAndExplain(network(), mesh, { duplication: 'none' });
    expect(counts()).toEqual(explaining);
  });

  test('explain with more PEs, which are other copies', () => {
    explain(network(), mesh, { extraPes: 1, duplication: 'greedy' });
    expect(counts()).toEqual({ ...explaining, works: 4, loads: 4, plays: explaining.plays + 1 });
  });

  test('lists of copies that are tried, and the ideal cycles of the one that is taken', () => {
    const { tried } = simulate(network(), mesh, { extraPes: 4 });
    const plays = tried!.lists.length;
    expect(plays).toBeGreaterThan(2);
    expect(counts()).toEqual({ flows: 1, works: 1, problems: 1, loads: 1, plays });
  });

  test('explain of lists of copies: the run that is taken is not played again', () => {
    const { tried } = simulateAndExplain(network(), mesh, { extraPes: 4, pes: undefined }).simulation;
    const more = simulateAndExplain(network(), mesh, { extraPes: 4 });
    expect(tried!.lists.length).toBeGreaterThan(2);
    expect(more.explanation.cycles).toBe(more.simulation.cycles);
  });

  test('explain of lists of copies: the run that is taken is not played again', () => {
    const tries = (pes: number) => simulate(network(), mesh, { pes }).tried!.lists.length;
    const { totalPes } = simulate(network(), mesh, { extraPes: 4 });
    const plays = tries(totalPes) + tries(Math.ceil(1.1 * totalPes));
    vi.clearAllMocks();
    explain(network(), mesh, { extraPes: 4 });
    expect(counts().plays).toBe(plays + 2 * 6);
  });

  test('explain where copies on more PEs do not fit the tiles: none of them is played', () => {
    const { tried } = simulate(network(), mesh, { pes: 16 });
    vi.clearAllMocks();
    const { skipped } = explain(network(), mesh, { pes: 16 });
    expect(skipped).toEqual([expect.objectContaining({ resource: 'pes' })]);
    expect(counts().plays).toBe(tried!.lists.length + 2 * 6);
  });

  test('optimize --objective edp: every evaluation is one run of a graph that is loaded', async () => {
    const { evaluations } = await optimize(network(), mesh, {
      ...{ objective: 'edp', extraPes: 4, maxEvaluations: 7 },
    });
    expect(evaluations).toBeGreaterThan(3);
    const { plays, ...others } = counts();
    expect(others).toEqual({ flows: 1, works: 1, problems: 1, loads: 1 });
    expect(plays).toBeLessThanOrEqual(evaluations);
  });
});
