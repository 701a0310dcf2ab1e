import { expect, test } from 'vitest';
import { prepare, readArchitecture, type SimulationOptions, simulate, zooNetwork } from '../../src/index.ts';
import { timelineOfSimulation } from '../../src/picture/simulation-timeline.ts';
import { busyPesOfSimulation, utilizationOf } from '../../src/picture/utilization.ts';

const network = zooNetwork('tinyyolov4');
const mesh = readArchitecture('docs/examples/mesh.yaml');
const how = { granularity: 'row', batch: 2 } as const;
const simulated = (options: SimulationOptions) => simulate(network, mesh, { ...how, ...options });

test('the PEs that a simulation keeps busy are the same from its bins as from its sets', () => {
  const kept = simulated({ keepSets: true, keepPlacement: true, keepUse: true });
  const ofSets = utilizationOf(timelineOfSimulation(prepare(network, mesh, how), kept));
  const ofBins = busyPesOfSimulation(kept)!;
  expect(ofBins.cycles).toBe(ofSets.cycles);
  expect(ofBins.share).toBeCloseTo(ofSets.share, 12);
  expect(ofBins.share).toBeGreaterThan(0.04);

  /** Cycles of busy PEs, as a share of those of all PEs, up to the end of a bin. */
  const upTo = ({ shares, binCycles, cycles }: typeof ofBins, end: number) =>
    shares.reduce((sum, share, bin) => {
      const length = Math.max(0, Math.min(end, cycles, (bin + 1) * binCycles) - bin * binCycles);
      return sum + (share * length) / cycles;
    }, 0);
  for (let bin = 1; bin <= ofBins.shares.length; bin++) {
    const end = bin * ofBins.binCycles;
    // The bins of sets are not these: at most one of them is cut.
    expect(Math.abs(upTo(ofBins, end) - upTo(ofSets, end))).toBeLessThan(ofSets.binCycles / ofSets.cycles);
  }
});

test('are not told where a simulation has kept no use or no placement', () => {
  expect(busyPesOfSimulation(simulated({ keepUse: true }))).toBeUndefined();
  expect(busyPesOfSimulation(simulated({ keepPlacement: true }))).toBeUndefined();
});
