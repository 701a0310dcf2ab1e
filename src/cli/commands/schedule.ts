import { Command } from 'commander';
import type { Architecture } from '../../architecture/architecture.ts';
import { publishedOf } from '../../experiments/published.ts';
import type { Origin, Report } from '../../page/report-data.ts';
import type { Timeline } from '../../picture/timeline.ts';
import { scheduleText } from '../../report/schedule-table.ts';
import { gainOfTurns } from '../../schedule/turns-gain.ts';
import { validateResult } from '../../schedule/validate-result.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { notify } from '../notify.ts';
import { inPhase } from '../phase.ts';
import { plotOutput } from '../plot-output.ts';
import { print, type WideFlag } from '../print.ts';
import { reportOutput } from '../report-output.ts';
import { resultDocument } from '../result-document.ts';
import { checkOutputs, type RunOutput, withOutputs } from '../run-outputs.ts';
import {
  runSchedule,
  type ScheduleRun,
  type ScheduleRunFlags,
  withScheduleOptions,
} from '../schedule-run.ts';
import { setOutput } from '../set-output.ts';
import { traceOutput } from '../trace-output.ts';

/** Of larger schedules a terminal shows how busy the chip is when `--gantt` is given. */
const MAX_DRAWN_SETS = 2 ** 18;

interface ScheduleFlags extends ScheduleRunFlags, WideFlag {
  readonly validate?: boolean;
  readonly gantt?: boolean;
  readonly json?: boolean;
}

/** Files that are written of a schedule. */
const OUTPUTS: readonly RunOutput<ScheduleRun>[] = [
  setOutput('times'),
  reportOutput(reportOf),
  plotOutput('schedule', async ({ timeline }: ScheduleRun) => {
    const { drawingOfTimeline } = await import('../../picture/drawing.ts');
    return drawingOfTimeline(timeline);
  }),
  traceOutput({ timelineOf: (run) => run.timelineOfAll() }),
];

/** `clsa-cim schedule MODEL`: the cross-layer schedule of a network, as a table or as JSON. */
export function scheduleCommand(): Command {
  const command = withScheduleOptions(new Command('schedule')).description(
    'Schedule a network and show its latency, speedup and utilization',
  );
  return withOutputs(command, OUTPUTS)
    .option('--validate', 'check the finished schedule again by brute force')
    .option('--gantt', 'draw which layer is busy when')
    .option('--json', 'print the schedule as one JSON document')
    .action(run);
}

async function run(model: string, flags: ScheduleFlags): Promise<void> {
  parseGranularity(flags.granularity);
  const inputs = [model, flags.arch, flags.duplication, flags.rounds ?? ''];
  const outputs = await checkOutputs(OUTPUTS, flags, inputs);
  const finished = await runSchedule(model, flags);
  if (flags.validate) await validate(finished);
  await outputs.write(finished);
  const { network, architecture, scheduler, mapping, how, result } = finished;
  if (flags.json) process.stdout.write(resultDocument(result, architecture));
  else {
    const gain = gainOfTurns(scheduler, mapping, how, result);
    const timeline = timelineToDraw(finished, flags);
    const published = publishedOf(network, architecture);
    await print(scheduleText(result, { published, gain, timeline, gantt: flags.gantt }), flags);
  }
}

/** The timeline where it was asked for, and where a terminal shows how busy the chip is and that takes no time. */
function timelineToDraw(finished: ScheduleRun, { gantt = false }: ScheduleFlags): Timeline | undefined {
  const { layers, batch = 1 } = finished.result;
  const sets = layers.reduce((sum, layer) => sum + layer.sets * batch, 0);
  if (!gantt && (!process.stdout.isTTY || sets > MAX_DRAWN_SETS)) return undefined;
  return finished.timeline;
}

async function reportOf(
  { network, architecture, mapping, result, timeline }: ScheduleRun,
  originOf: (chip: Architecture) => Origin,
): Promise<Report> {
  const { scheduleReport } = await import('../../page/schedule-report.ts');
  const published = publishedOf(network, architecture);
  return scheduleReport({
    ...{ network, copies: mapping.layers, schedule: result, timeline, published },
    origin: originOf(architecture),
  });
}

async function validate({ network, architecture, detailed }: ScheduleRun): Promise<void> {
  await inPhase('validating', (onProgress) => validateResult(network, architecture, detailed, onProgress));
  notify('the schedule is valid');
}
