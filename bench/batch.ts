import { findingsChip } from '../src/experiments/findings-setup.ts';
import { type SimulationOptions, simulate } from '../src/simulate/simulate.ts';
import { zooNetwork } from '../src/zoo/index.ts';
import { type Measurement, measureOnce } from './measure.ts';
import { prepare, subject } from './prepare.ts';

/** Copies and sets: what `clsa-cim simulate --granularity row` takes, and pixel sets where nothing is duplicated, or the first layer is. */
const RUNS = {
  'batch-tried': { granularity: 'row' },
  'batch-none': { granularity: 'pixel', duplication: 'none' },
  'batch-copies': { granularity: 'pixel', duplication: 'greedy', extraPes: 4 },
} as const satisfies Record<string, SimulationOptions>;

/**
 * `simulate` of batches on a chip whose links, buffers, GPEUs and port all have limits, from the network to the result, once each: how much
 * longer the larger batch takes.
 */
export function batchBenchmarks(network: string, quick: boolean): Measurement[] {
  return Object.entries(RUNS).flatMap(([name, options]) =>
    (quick ? [5, 10] : [100, 1000]).map((batch) => {
      const one = subject(`${name}-${batch}`, prepare(network, options.granularity));
      const work = () => simulate(zooNetwork(network), findingsChip, { ...options, batch });
      const { measurement, result } = measureOnce({ ...one, sets: one.sets * batch }, work);
      const { events } = result;
      return { ...measurement, events, eventsPerSecond: events / measurement.secondsPerRun };
    }),
  );
}
