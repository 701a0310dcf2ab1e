import { Command } from 'commander';
import { publishedOf } from '../../experiments/published.ts';
import { printSchedule } from '../../report/schedule-table.ts';
import { gainOfTurns } from '../../schedule/turns-gain.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { inPhase } from '../phase.ts';
import { plotOutput } from '../plot-output.ts';
import { resultDocument } from '../result-document.ts';
import { checkOutputs, type RunOutput, withOutputs } from '../run-outputs.ts';
import {
  runSchedule,
  type ScheduleRun,
  type ScheduleRunFlags,
  withScheduleOptions,
} from '../schedule-run.ts';
import { setOutput } from '../set-output.ts';

interface ScheduleFlags extends ScheduleRunFlags {
  readonly validate?: boolean;
  readonly json?: boolean;
}

/** Files that are written of a schedule. */
const OUTPUTS: readonly RunOutput<ScheduleRun>[] = [
  setOutput('times'),
  plotOutput('schedule', async ({ timeline }: ScheduleRun) => {
    const { drawingOfTimeline } = await import('../../picture/drawing.ts');
    return drawingOfTimeline(timeline);
  }),
];

/** `clsa-cim schedule MODEL`: the cross-layer schedule of a network, as a table or as JSON. */
export function scheduleCommand(): Command {
  const command = withScheduleOptions(new Command('schedule')).description(
    'Schedule a network and show its latency, speedup and utilization',
  );
  return withOutputs(command, OUTPUTS)
    .option('--validate', 'check the finished schedule again by brute force')
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
    process.stdout.write(printSchedule(result, publishedOf(network, architecture), gain));
  }
}

async function validate({ network, architecture, detailed }: ScheduleRun): Promise<void> {
  const { validateResult } = await import('../../schedule/validate-result.ts');
  await inPhase('validating', (onProgress) => validateResult(network, architecture, detailed, onProgress));
  process.stderr.write('clsa-cim: the schedule is valid\n');
}
