import type { Architecture } from '../architecture/index.ts';
import { checkedLater, optionsOf } from '../input/options.ts';
import type { PeOptions } from '../map/mapped-layer.ts';
import type { Network } from '../network/network.ts';
import type { Optimization } from '../optimize/index.ts';
import { timelineOfSchedule } from '../picture/schedule-timeline.ts';
import { timelineOfSimulation } from '../picture/simulation-timeline.ts';
import type { DetailedSchedule } from '../schedule/schedule-result.ts';
import type { DetailedSimulation, Explanation, SimulationOptions } from '../simulate/index.ts';
import { version } from '../version.ts';
import type { Workload } from '../workload/workload.ts';
import { htmlOf } from './page-file.ts';

/** What a report shows besides a result. */
export interface ReportOptions {
  /** The chip as it was given: the page then shows it, and what is published of the network on it. */
  readonly architecture?: Architecture | undefined;
}

/** What a report shows besides a simulation. */
export interface SimulationReportOptions extends ReportOptions {
  /** What limits it. */
  readonly explanation?: Explanation | undefined;
}

/**
 * A page with the pictures of a schedule, as `--report` writes it (docs/report.md): the text of one HTML file, which any
 * browser opens without a network.
 *
 * @param workload What was scheduled.
 * @param schedule With its sets (`keepSets`).
 * @throws ClsaCimError of kind `usage` where the schedule has kept no sets or is none of the workload, or an option is wrong.
 */
export async function reportOfSchedule(
  workload: Workload,
  schedule: DetailedSchedule,
  options: ReportOptions = {},
): Promise<string> {
  const { architecture } = optionsOf<ReportOptions>('reportOfSchedule', { architecture: checkedLater })(
    options,
  );
  const timeline = timelineOfSchedule(workload, schedule);
  const [{ scheduleReport }, { publishedOf }] = await Promise.all([
    import('./schedule-report.ts'),
    import('../experiments/published.ts'),
  ]);
  const { network } = workload;
  const { sets = [], ...result } = schedule;
  const copies = result.layers.map(({ pes, copies }, i) => ({
    layer: sets[i]!.layer,
    pesPerCopy: pes,
    copies,
  }));
  const published = architecture === undefined ? undefined : publishedOf(network, architecture);
  return htmlOf(
    scheduleReport({
      network,
      copies,
      schedule: result,
      timeline,
      published,
      origin: originOf(architecture),
    }),
  );
}

/**
 * The same of a simulation.
 *
 * @param workload What was simulated: layer by layer, that is cut into pixels.
 * @param simulation With its sets and its placement (`keepSets`, `keepPlacement`); with its critical path and its use over time
 * (`keepCriticalPath`, `keepUse`) the page shows these, too.
 * @throws ClsaCimError of kind `usage` as {@link reportOfSchedule} does.
 */
export async function reportOfSimulation(
  workload: Workload,
  simulation: DetailedSimulation,
  options: SimulationReportOptions = {},
): Promise<string> {
  const { architecture, explanation } = optionsOf<SimulationReportOptions>('reportOfSimulation', {
    ...{ architecture: checkedLater, explanation: checkedLater },
  })(options);
  const timeline = timelineOfSimulation(workload, simulation);
  const { simulationReport } = await import('./simulation-report.ts');
  const { network } = workload;
  const { layerByLayerCycles } = await import('../simulate/layer-by-layer.ts');
  const { publishedOf } = await import('../experiments/published.ts');
  return htmlOf(
    simulationReport({
      ...{ network, simulation, timeline, explanation, origin: originOf(architecture) },
      baselineCycles: layerByLayerCycles(network, architecture ?? workload.architecture, simulation.batch),
      published: architecture === undefined ? undefined : publishedOf(network, architecture),
    }),
  );
}

/**
 * The same of a search for copies.
 *
 * @param network What was searched, as are the next two.
 * @param optimization What was found.
 * @param budget PEs that there are, and where copies lie, as they were given to the search.
 */
export async function reportOfOptimization(
  network: Network,
  architecture: Architecture,
  optimization: Optimization,
  budget: PeOptions & Pick<SimulationOptions, 'placement'> = {},
): Promise<string> {
  const [{ optimizationReport }, { runOfBest }] = await Promise.all([
    import('./optimization-report.ts'),
    import('../picture/best-run.ts'),
  ]);
  const { placement, ...pes } = budget;
  const best = runOfBest({ network, architecture, budget: pes, placement, result: optimization });
  return htmlOf(optimizationReport({ network, optimization, ...best, origin: originOf(architecture) }));
}

/** What made it; which command, a library cannot know. */
function originOf(architecture?: Architecture) {
  return {
    version,
    ...(architecture === undefined ? {} : { chip: JSON.stringify(architecture, null, 2) }),
  };
}
