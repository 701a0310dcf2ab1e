import type { Architecture } from '../../architecture/architecture.ts';
import { publishedOf } from '../../experiments/published.ts';
import type { Optimization } from '../../optimize/index.ts';
import { optimizationReport } from '../../page/optimization-report.ts';
import type { Origin, Report } from '../../page/report-data.ts';
import { scheduleReport } from '../../page/schedule-report.ts';
import { simulationReport } from '../../page/simulation-report.ts';
import { runOfBest } from '../../picture/best-run.ts';
import {
  type Drawing,
  drawingOfOptimization,
  drawingOfSimulation,
  drawingOfTimeline,
} from '../../picture/drawing.ts';
import { pack } from '../../picture/pack.ts';
import { timelineOfSchedule } from '../../picture/schedule-timeline.ts';
import type { Timeline } from '../../picture/timeline.ts';
import type { SimulationUse } from '../../simulate/index.ts';
import { layerByLayerCycles } from '../../simulate/layer-by-layer.ts';
import { traceOf } from '../../trace/trace.ts';
import { reportCommand, scheduleCommand, simulateCommand } from '../command-line.ts';
import type { Configuration } from '../configuration.ts';
import { VERSION } from '../version.ts';
import type { Contact } from '../worker.ts';
import { chipOf } from './chip.ts';
import { networkOf } from './network.ts';
import { runSchedule } from './run.ts';
import { runSimulation } from './run-simulation.ts';

/** A file of a schedule, of a simulation, which is explained or not, or of what a search has found. */
export interface FileRequest {
  readonly configuration: Configuration;
  readonly simulated?: { readonly explain: boolean };
  readonly found?: { readonly optimization: Optimization; readonly command: string };
}

/** What files are made of. */
interface Run {
  readonly report: () => Report;
  readonly drawing: () => Drawing;
  readonly timelineOfAll: () => Timeline;
  readonly use?: SimulationUse | undefined;
}

/** What a report shows, packed. */
export interface ReportAnswer {
  readonly title: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** The report, as `--report` has it. */
export async function reportTask(asked: FileRequest, contact: Contact): Promise<ReportAnswer> {
  const report = (await runOf(asked, contact)).report();
  return { title: report.title, data: await pack(report) };
}

/** The pictures that `--plot` draws. */
export async function drawingTask(asked: FileRequest, contact: Contact): Promise<Drawing> {
  return (await runOf(asked, contact)).drawing();
}

/** The trace, as `--trace` has it, in pieces. */
export async function traceTask(asked: FileRequest, contact: Contact): Promise<readonly string[]> {
  const { timelineOfAll, use } = await runOf(asked, contact);
  const trace = traceOf(timelineOfAll(), { tool: `clsa-cim ${VERSION}`, use });
  return Array.from(trace.chunks(), ({ text }) => text);
}

function runOf({ configuration, simulated, found }: FileRequest, contact: Contact): Promise<Run> {
  if (found !== undefined) return searched(configuration, found);
  return simulated === undefined ? scheduled(configuration) : simulation(configuration, simulated, contact);
}

async function scheduled(configuration: Configuration): Promise<Run> {
  const { network, chip, workload, mapping, detailed } = await runSchedule(configuration);
  const { sets: _, ...schedule } = detailed;
  const timeline = (mostSets?: number) => timelineOfSchedule(workload, detailed, { mostSets });
  return {
    report: () =>
      scheduleReport({
        ...{
          network,
          copies: mapping.layers,
          schedule,
          timeline: timeline(),
          published: publishedOf(network, chip),
        },
        origin: originOf(scheduleCommand(configuration), chip),
      }),
    drawing: () => drawingOfTimeline(timeline()),
    timelineOfAll: () => timeline(Number.POSITIVE_INFINITY),
  };
}

async function simulation(
  configuration: Configuration,
  { explain }: { readonly explain: boolean },
  { report }: Contact,
): Promise<Run> {
  const onProgress = (share: number) => report({ share });
  const keep = { keepSets: true, keepPlacement: true, keepCriticalPath: true, keepUse: true };
  const run = await runSimulation(configuration, { explain, onProgress, ...keep });
  const { network, chip, detailed, explanation, timeline } = run;
  return {
    report: () =>
      simulationReport({
        ...{ network, simulation: detailed, timeline: timeline(), explanation },
        baselineCycles: layerByLayerCycles(network, chip, detailed.batch),
        published: publishedOf(network, chip),
        origin: originOf(simulateCommand(configuration, explain), chip),
      }),
    drawing: () => drawingOfSimulation(detailed, timeline()),
    timelineOfAll: () => timeline(Number.POSITIVE_INFINITY),
    use: detailed.use,
  };
}

async function searched(
  configuration: Configuration,
  { optimization, command }: NonNullable<FileRequest['found']>,
): Promise<Run> {
  const network = await networkOf(configuration);
  const chip = chipOf(configuration);
  const { pes, extraPes, placement } = configuration;
  const found = {
    ...{ network, architecture: chip, budget: { pes, extraPes }, result: optimization },
    // As it was searched.
    placement: placement === 'snake' ? undefined : placement,
  };
  return {
    report: () =>
      optimizationReport({ network, optimization, ...runOfBest(found), origin: originOf(command, chip) }),
    drawing: () => drawingOfOptimization(optimization),
    timelineOfAll: () => runOfBest(found, { mostSets: Number.POSITIVE_INFINITY }).timeline,
  };
}

/** What made a report. */
function originOf(command: string, chip: Architecture): Origin {
  return { version: VERSION, command: reportCommand(command), chip: JSON.stringify(chip, null, 2) };
}
