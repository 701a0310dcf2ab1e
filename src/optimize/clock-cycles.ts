import type { NormalArchitecture } from '../architecture/normal-architecture.ts';

/** Whole times between two MVMs that an MVM takes at least, from its start to its result. */
export function wholeIntervals({ mvmCycles, mvmIntervalCycles }: NormalArchitecture): number {
  return Math.floor(mvmCycles / mvmIntervalCycles);
}

/**
 * Clock cycles that no simulation is faster than, given the same of schedules whose results are out {@link wholeIntervals}
 * after the start of an MVM. A schedule counts whole intervals and may not count more than pass, so what is left of the last
 * MVM comes on top.
 */
export function leastClockCycles(bound: number, architecture: NormalArchitecture): number {
  const { mvmCycles, mvmIntervalCycles } = architecture;
  return (bound - wholeIntervals(architecture)) * mvmIntervalCycles + mvmCycles;
}
