import { criticalSets } from './critical/critical-path.ts';
import type { CriticalSet } from './critical/critical-set.ts';
import type { KeepOptions } from './keep.ts';
import { type NodeSets, nodeSets } from './node-sets.ts';
import { nodeWrites } from './node-writes.ts';
import { asOneGroup, pathAsOneGroup } from './one-group.ts';
import { meshOf, type NodePlacement, placementOf, type SimulationMesh } from './placed.ts';
import type { Played, Simulator } from './play/simulator.ts';
import { type Simulation, simulationOf } from './simulation.ts';
import { type SimulationUse, simulationUse } from './simulation-use.ts';

/** A simulation with what was kept of it; each part is there only where an option asked for it. */
export interface DetailedSimulation extends Simulation {
  /** With `keepSets`: the sets of all nodes, in topological order. */
  readonly sets?: readonly NodeSets[];
  /** With `keepPlacement`: where the copies of all nodes lie, in the same order. */
  readonly placement?: readonly NodePlacement[];
  /** With `keepPlacement`: tiles and links of the chip. */
  readonly mesh?: SimulationMesh;
  /**
   * With `keepCriticalPath`: the chain of sets that made it as long as it is, end to end from cycle 0 to the last finish;
   * `criticalPath` of an explanation has runs of them.
   */
  readonly criticalSets?: readonly CriticalSet[];
  /** With `keepUse`: what was used over time. */
  readonly use?: SimulationUse;
}

/**
 * What a run was, with what was asked for. A run that came to no end is none.
 *
 * @param idealCycles Clock cycles of the same copies where only MVMs take time.
 * @param path The critical path, where it has been found.
 */
export function detailedOf(
  simulator: Simulator,
  all: Played,
  idealCycles: number,
  { keepSets, keepPlacement, keepCriticalPath, keepUse }: KeepOptions,
  path?: readonly CriticalSet[],
): DetailedSimulation {
  const played = asOneGroup(all);
  const simulation = simulationOf(simulator, all, idealCycles);
  return {
    ...simulation,
    ...(keepSets && { sets: nodeSets(simulator.workload, played, nodeWrites(all.graph, all.run)) }),
    ...(keepPlacement && { placement: placementOf(played), mesh: meshOf(simulator) }),
    ...(keepCriticalPath && {
      criticalSets: pathAsOneGroup(all.graph, path ?? criticalSets(all.graph, all.run)),
    }),
    ...(keepUse && { use: simulationUse(played, simulation) }),
  };
}
