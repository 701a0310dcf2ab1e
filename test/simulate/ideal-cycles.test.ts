import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { buildGraph } from '../../src/simulate/build-graph.ts';
import { simulateGraph } from '../../src/simulate/play/engine.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { describeCase, operatorNetwork, rawNetwork, scheduleCase } from '../reference/random-network.ts';

/** A chip on which everything takes time; an MVM takes several clock cycles. */
const chip = {
  ...paper,
  mvmLatencyNs: 70,
  chip: { clockNs: 10, linkBitsPerCycle: 8, hopCycles: 1, gpeuOperationsPerCycle: 1, offChipBitsPerCycle: 8 },
};
const { chip: _, ...free } = chip;

// The ideal cycles of one inference are those of the schedule; a simulation without limits has to say the same.
test.each([
  ['operators', operatorNetwork()],
  ['any reads', rawNetwork()],
])('on random networks (%s) ideal cycles are those of a run where only MVMs take time', (_, networks) => {
  fc.assert(
    fc.property(
      scheduleCase(networks),
      fc.constantFrom('xinf' as const, 'lbl' as const),
      ({ network, copies, granularity }, scheduling) => {
        const duplication = copies.map((value) => Math.min(value, 8));
        const { minimumPes } = mapNetwork(network, paper);
        const options = { duplication, granularity, scheduling, pes: minimumPes * 8 };
        const mapping = mapNetwork(network, free, options);
        const run = simulateGraph(buildGraph(network, mapping, free, { granularity, scheduling }));
        const { idealCycles } = simulate(network, chip, options);
        expect(idealCycles, describeCase({ network, copies, granularity })).toBe(7 * run.cycles);
      },
    ),
    { numRuns: 100 },
  );
});
