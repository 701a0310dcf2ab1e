import { normalArchitecture } from '../architecture/normal-architecture.ts';
import { copiedLayers } from '../map/slices.ts';
import { objectives } from '../optimize/index.ts';
import { workloadFor } from '../simulate/build-graph.ts';
import { type DetailedSimulation, type SimulationOptions, simulate } from '../simulate/index.ts';
import { parseGranularity } from '../workload/granularity.ts';
import { type Search, scheduleOfBest } from './best-schedule.ts';
import type { CopiesOfLayer } from './network-graph.ts';
import { timelineOfSimulation } from './simulation-timeline.ts';
import type { Timeline } from './timeline.ts';
import type { TimelineOptions } from './timeline-options.ts';

/** A search, and where copies lay in its simulations. */
export interface PlacedSearch extends Search {
  /** What was given; left out where none was. */
  readonly placement?: SimulationOptions['placement'];
}

/** The best copies as they run. */
export interface BestRun {
  /** Their layers, or slices of them. */
  readonly mapping: { readonly layers: readonly CopiesOfLayer[] };
  /** What runs when. */
  readonly timeline: Timeline;
  /** With all that was kept; where the search has simulated. */
  readonly simulation?: DetailedSimulation;
}

/** The best copies, as their search has looked at them: scheduled, or simulated with all that the chip does. */
export function runOfBest(search: PlacedSearch, options?: TimelineOptions): BestRun {
  if (!objectives[search.result.objective].isSimulated) return scheduleOfBest(search);
  const { network, architecture, result } = search;
  const simulation = simulate(network, architecture, {
    ...playingBest(search),
    ...{ keepSets: true, keepPlacement: true, keepCriticalPath: true, keepUse: true },
  });
  const { placement = [] } = simulation;
  const layers = placement.flatMap(({ layer, kind, pes, copies }) =>
    kind === 'base' ? [{ layer, pesPerCopy: pes, copies: copies.length }] : [],
  );
  const workload = workloadFor(network, architecture, { granularity: parseGranularity(result.granularity) });
  return { mapping: { layers }, simulation, timeline: timelineOfSimulation(workload, simulation, options) };
}

/** As `simulate` plays what `--copies-out`, `--rounds-out` and `--placement-out` write. */
function playingBest({
  network,
  architecture,
  budget,
  result,
  placement,
}: PlacedSearch): SimulationOptions & { readonly batch: number } {
  const { best, reload, granularity } = result;
  const { rounds, group = 1 } = best;
  const layers = copiedLayers(network, normalArchitecture(architecture), budget);
  return {
    ...budget,
    ...(rounds === undefined ? {} : { rounds: rounds.map((round) => round.layers[0]!), reload, group }),
    batch: 'batch' in best ? best.batch : group,
    duplication: layers.map(({ name }) => best.copies[name] ?? 1),
    granularity: parseGranularity(granularity),
    placement: best.tileOrder ?? placement,
  };
}
