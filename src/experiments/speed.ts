import type { MappingOptions } from '../map/mapping.ts';
import { simulateWorkload } from '../simulate/simulate.ts';
import type { Workload } from '../workload/workload.ts';
import { FINDINGS_BATCH } from './findings-setup.ts';

/** How fast a network is on a chip. */
export interface Speed {
  /** Of inferences one after the other, once that is steady. */
  readonly throughputPerSecond: number;
  /** Of one inference alone. */
  readonly latencyNs: number;
}

/** Simulates inferences one after the other, and one alone. */
export function speedOf(workload: Workload, options: MappingOptions): Speed {
  return {
    throughputPerSecond: throughputOf(workload, options),
    latencyNs: simulateWorkload(workload, { ...options, batch: 1 }).firstLatencyNs,
  };
}

/** Inferences per second of those one after the other, once that is steady. */
export function throughputOf(workload: Workload, options: MappingOptions): number {
  return simulateWorkload(workload, { ...options, batch: FINDINGS_BATCH }).throughputPerSecond;
}
