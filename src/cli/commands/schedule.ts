import { Command } from 'commander';
import type { Architecture } from '../../architecture/architecture.ts';
import { publishedOf } from '../../experiments/published.ts';
import { show } from '../../input/show.ts';
import type { Network } from '../../network/network.ts';
import { printSchedule } from '../../report/schedule-table.ts';
import type { DetailedSchedule } from '../../schedule/schedule-result.ts';
import { Scheduler } from '../../schedule/scheduler.ts';
import type { Scheduling } from '../../schedule/scheduling.ts';
import { gainOfTurns } from '../../schedule/turns-gain.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { prepare } from '../../workload/workload.ts';
import { interruptible } from '../interruption.ts';
import {
  granularityOption,
  loadNetwork,
  type MappingFlags,
  type ModelFlags,
  resolveMapping,
  schedulingOption,
  withMapping,
  withModel,
} from '../options.ts';
import { refuseInputs, writingOf } from '../outputs.ts';
import { inPhase } from '../phase.ts';
import { checkReport, originOf, type ReportFlags, withReport, writeReport } from '../report.ts';
import { resultDocument } from '../result-document.ts';
import { resolveTurns, type TurnFlags, withRounds, withTurns } from '../turns.ts';

interface ScheduleFlags extends MappingFlags, ModelFlags, ReportFlags, TurnFlags {
  readonly scheduling: Scheduling;
  readonly granularity: string;
  readonly scheduleOut?: string;
  readonly validate?: boolean;
  readonly json?: boolean;
}

/** `clsa-cim schedule MODEL`: the cross-layer schedule of a network, as a table or as JSON. */
export function scheduleCommand(): Command {
  const command = withMapping(withModel(new Command('schedule')))
    .description('Schedule a network and show its latency, speedup and utilization')
    .addOption(schedulingOption())
    .addOption(granularityOption('scheduled'));
  return withReport(withTurns(command))
    .option('--schedule-out <file>', 'write every set with its times; .jsonl, .csv or .parquet')
    .option('--validate', 'check the finished schedule again by brute force')
    .option('--json', 'print the schedule as one JSON document')
    .action(run);
}

async function run(model: string, flags: ScheduleFlags): Promise<void> {
  const granularity = parseGranularity(flags.granularity);
  const { scheduleOut } = flags;
  if (scheduleOut !== undefined) {
    const { checkSetFile } = await import('../../report/set-file.ts');
    await writingOf('--schedule-out', () => checkSetFile(scheduleOut));
    refuseInputs('--schedule-out', scheduleOut, [model, flags.arch, flags.duplication, flags.rounds ?? '']);
  }
  await checkReport(flags, [model, flags.arch, flags.duplication, flags.rounds ?? '']);
  const { scheduling } = flags;
  const turns = await resolveTurns(flags, scheduling);
  const network = await loadNetwork(model, flags);
  const { architecture, options } = await resolveMapping(flags, network);
  const keepSets = scheduleOut !== undefined || flags.report !== undefined || flags.validate === true;
  const how = { ...options, ...turns, scheduling, keepSets };
  const scheduler = new Scheduler(prepare(network, architecture, { granularity }));
  const mapping = withRounds(flags.rounds, () => scheduler.map(how));
  if (flags.reload !== undefined && mapping.rounds === undefined) {
    process.stderr.write('clsa-cim: all weights fit at once, so that --reload makes no difference\n');
  }
  const { sets = [], ...result } = scheduler.schedule(mapping, how);
  if (flags.validate) await validate(network, architecture, { ...result, sets });
  if (scheduleOut !== undefined) {
    const { writeSetFile } = await import('../../report/set-file.ts');
    await interruptible(
      (signal) => writingOf('--schedule-out', () => writeSetFile(scheduleOut, sets, signal)),
      () => `stopped; ${show(scheduleOut)} was not written`,
    );
  }
  if (flags.report !== undefined) {
    const { scheduleReport } = await import('../../page/schedule-report.ts');
    const { workload } = scheduler;
    const origin = originOf(architecture);
    const published = publishedOf(network, architecture);
    await writeReport(
      flags.report,
      scheduleReport({ workload, schedule: { ...result, sets }, published, origin }),
    );
  }
  if (flags.json) process.stdout.write(resultDocument(result, architecture));
  else {
    const gain = gainOfTurns(scheduler, mapping, how, result);
    process.stdout.write(printSchedule(result, publishedOf(network, architecture), gain));
  }
}

async function validate(
  network: Network,
  architecture: Architecture,
  result: DetailedSchedule,
): Promise<void> {
  const { validateResult } = await import('../../schedule/validate-result.ts');
  await inPhase('validating', (onProgress) => validateResult(network, architecture, result, onProgress));
  process.stderr.write('clsa-cim: the schedule is valid\n');
}
