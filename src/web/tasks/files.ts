import { publishedOf } from '../../experiments/published.ts';
import { scheduleReport } from '../../page/schedule-report.ts';
import { pack } from '../../picture/pack.ts';
import { timelineOfSchedule } from '../../picture/schedule-timeline.ts';
import { traceOf } from '../../trace/trace.ts';
import { scheduleCommand } from '../command-line.ts';
import type { Configuration } from '../configuration.ts';
import { runSchedule } from './run.ts';

/** What a report of a schedule shows, packed. */
export interface ReportAnswer {
  readonly title: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** The report of a schedule, as `--report` has it. */
export async function reportTask(asked: FileRequest): Promise<ReportAnswer> {
  const { network, chip, workload, mapping, detailed } = await runSchedule(asked.configuration);
  const timeline = timelineOfSchedule(workload, detailed);
  const { sets: _, ...schedule } = detailed;
  const report = scheduleReport({
    ...{ network, copies: mapping.layers, schedule, timeline, published: publishedOf(network, chip) },
    origin: {
      version: asked.version,
      command: scheduleCommand(asked.configuration),
      chip: JSON.stringify(chip, null, 2),
    },
  });
  return { title: report.title, data: await pack(report) };
}

/** The trace of a schedule, as `--trace` has it, in pieces. */
export async function traceTask({ configuration, version }: FileRequest): Promise<readonly string[]> {
  const { workload, detailed } = await runSchedule(configuration);
  const timeline = timelineOfSchedule(workload, detailed, { mostSets: Infinity });
  const trace = traceOf(timeline, { tool: `clsa-cim ${version}` });
  return Array.from(trace.chunks(), ({ text }) => text);
}

/** A file of a schedule. */
export interface FileRequest {
  readonly configuration: Configuration;
  /** Of the package that makes it. */
  readonly version: string;
}
