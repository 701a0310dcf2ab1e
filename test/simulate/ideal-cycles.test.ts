import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { convolution, UNIT_WINDOW } from '../../src/network/operators/index.ts';
import { buildGraph } from '../../src/simulate/build-graph.ts';
import { explain } from '../../src/simulate/explain/explain.ts';
import { simulateGraph } from '../../src/simulate/play/engine.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import {
  describeCase,
  operatorNetwork,
  rawNetwork,
  type ScheduleCase,
  scheduleCase,
} from '../reference/random-network.ts';
import { referenceSchedule } from '../reference/reference.ts';

/** A chip on which everything takes time; an MVM takes several clock cycles. */
const chip = {
  ...paper,
  mvmLatencyNs: 70,
  chip: { clockNs: 10, linkBitsPerCycle: 8, hopCycles: 1, gpeuOperationsPerCycle: 1, offChipBitsPerCycle: 8 },
};
const { chip: _, ...free } = chip;

// The ideal cycles are those of the schedule, but for batches layer by layer; a simulation without limits has to say the same.
test.each([
  ['operators', operatorNetwork()],
  ['any reads', rawNetwork()],
])('on random networks (%s) ideal cycles are those of a run where only MVMs take time', (_, networks) => {
  fc.assert(
    fc.property(
      scheduleCase(networks),
      fc.constantFrom('xinf' as const, 'lbl' as const),
      fc.integer({ min: 1, max: 12 }),
      ({ network, copies, granularity }, scheduling, batch) => {
        const duplication = copies.map((value) => Math.min(value, 8));
        const { minimumPes } = mapNetwork(network, paper);
        const options = { duplication, granularity, scheduling, batch, pes: minimumPes * 8 };
        const mapping = mapNetwork(network, free, options);
        const run = simulateGraph(buildGraph(network, mapping, free, { granularity, scheduling, batch }));
        const { idealCycles } = simulate(network, chip, options);
        expect(idealCycles, describeCase({ network, copies, granularity })).toBe(7 * run.cycles);
      },
    ),
    { numRuns: 100 },
  );
});

describe('where MVMs overlap', () => {
  /** A network on random copies, at random sets, and how it runs. */
  const cases = fc.tuple(
    scheduleCase(operatorNetwork()),
    fc.constantFrom('xinf' as const, 'lbl' as const),
    fc.integer({ min: 1, max: 3 }),
  );
  const optionsFor = ({ network, copies, granularity }: ScheduleCase) => {
    const duplication = copies.map((value) => Math.min(value, 8));
    return { duplication, granularity, pes: mapNetwork(network, paper).minimumPes * 8 };
  };

  test('a simulation in which only MVMs take time is the schedule', () => {
    const property = fc.property(
      cases,
      fc.integer({ min: 2, max: 5 }),
      ([drawn, scheduling, batch], results) => {
        const options = { ...optionsFor(drawn), scheduling, batch };
        const { duplication, granularity } = options;
        // A chip without a clock is clocked by the interval.
        const overlapping = { ...free, mvmLatencyNs: 70, mvmIntervalNs: 70 / results };
        const reference = referenceSchedule(drawn.network, duplication, granularity, batch, results);
        const simulation = simulate(drawn.network, overlapping, options);
        if (scheduling === 'xinf') expect(simulation.cycles, describeCase(drawn)).toBe(reference.cycles);
        else if (batch === 1) expect(simulation.cycles, describeCase(drawn)).toBe(reference.layerByLayer);
        expect(simulation).toMatchObject({ idealCycles: simulation.cycles, clockNs: 70 / results });
      },
    );
    fc.assert(property, { numRuns: 60 });
  });

  test('ideal cycles are those of a run where only MVMs take time, whatever the clock', () => {
    const property = fc.property(
      cases,
      fc.constantFrom(20, 30, 69),
      ([drawn, scheduling, batch], interval) => {
        const options = { ...optionsFor(drawn), scheduling, batch };
        const overlapping = { ...chip, mvmIntervalNs: interval };
        const { idealCycles, cycles } = simulate(drawn.network, overlapping, options);
        const clocked = { ...overlapping, chip: { clockNs: 10 } };
        expect(idealCycles, describeCase(drawn)).toBe(simulate(drawn.network, clocked, options).cycles);
        expect(cycles).toBeGreaterThanOrEqual(idealCycles);
      },
    );
    fc.assert(property, { numRuns: 40 });
  });

  test('a result is out when it is, not at the next interval', () => {
    // 3 MVMs on one copy, one every 30 ns, with a result after 70: 2 · 3 + 7 clock cycles. A schedule says ceil(70 / 30) = 3 intervals.
    const b = new NetworkBuilder('one layer');
    const input = b.input('input', { dims: [1, 3, 4], h: 0, w: 1 });
    convolution(b, 'conv', input, {
      ...{ windows: [UNIT_WINDOW, UNIT_WINDOW], spatialAxes: [0, 1], channelAxis: 2, outputChannels: 4 },
    });
    const clocked = { ...free, mvmLatencyNs: 70, mvmIntervalNs: 30, chip: { clockNs: 10 } };
    const simulation = simulate(b.build(), clocked, { duplication: 'none' });
    expect(simulation).toMatchObject({ cycles: 13, idealCycles: 13, latencyNs: 130 });
    expect(simulation.bottleneck).toEqual({ layer: 'conv', copies: 1, mvmCycles: 13 });
    expect(simulation.layers[0]).toMatchObject({
      computeCycles: 9,
      waitCopyCycles: 6,
      startCycle: 0,
      endCycle: 13,
    });
    expect(simulation.tiles[0]).toMatchObject({ busyCycles: 13, idleCycles: 0 });
    // A batch of 4: one inference every 9 cycles.
    const batch = simulate(b.build(), clocked, { duplication: 'none', batch: 4 });
    expect(batch).toMatchObject({ cycles: 3 * 9 + 13, intervalCycles: 9, throughputPerSecond: 1e9 / 90 });
    const { criticalPath } = explain(b.build(), clocked, { duplication: 'none', batch: 4 });
    // Sets that wait for the copy, each as long as that is held, but the last until its result is out.
    expect(
      criticalPath.map(({ waitedFor, workCycles, endCycle }) => ({ waitedFor, workCycles, endCycle })),
    ).toEqual([
      { waitedFor: 'nothing', workCycles: 3, endCycle: 3 },
      { waitedFor: 'copy', workCycles: 37, endCycle: 40 },
    ]);
  });
});
