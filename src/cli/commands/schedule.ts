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
import { resultDocument } from '../result-document.ts';
import { resolveTurns, type TurnFlags, withRounds, withTurns } from '../turns.ts';

/** What makes another schedule. */
interface ScheduleRunFlags extends MappingFlags, ModelFlags, TurnFlags {
  readonly scheduling: Scheduling;
  readonly granularity: string;
}

interface ScheduleFlags extends ScheduleRunFlags {
  readonly scheduleOut?: string;
  readonly validate?: boolean;
  readonly json?: boolean;
}

/** `clsa-cim schedule MODEL`: the cross-layer schedule of a network, as a table or as JSON. */
export function scheduleCommand(): Command {
  return withScheduleOptions(new Command('schedule'))
    .description('Schedule a network and show its latency, speedup and utilization')
    .option('--schedule-out <file>', 'write every set with its times; .jsonl, .csv or .parquet')
    .option('--validate', 'check the finished schedule again by brute force')
    .option('--json', 'print the schedule as one JSON document')
    .action(run);
}

/** Adds the model and all that makes another schedule of it; what is written of it is no part of that. */
export function withScheduleOptions(command: Command): Command {
  const mapped = withMapping(withModel(command)).addOption(schedulingOption());
  return withTurns(mapped.addOption(granularityOption('scheduled')));
}

/** Schedules what the flags ask for. Sets can be had of it later, by scheduling the mapping once more. */
export async function runSchedule(model: string, flags: ScheduleRunFlags, keepSets = false) {
  const granularity = parseGranularity(flags.granularity);
  const { scheduling } = flags;
  const turns = await resolveTurns(flags, scheduling);
  const network = await loadNetwork(model, flags);
  const { architecture, options } = await resolveMapping(flags, network);
  const how = { ...options, ...turns, scheduling, keepSets };
  const scheduler = new Scheduler(prepare(network, architecture, { granularity }));
  const mapping = withRounds(flags.rounds, () => scheduler.map(how));
  if (flags.reload !== undefined && mapping.rounds === undefined) {
    process.stderr.write('clsa-cim: all weights fit at once, so that --reload makes no difference\n');
  }
  return { network, architecture, scheduler, mapping, how, result: scheduler.schedule(mapping, how) };
}

async function run(model: string, flags: ScheduleFlags): Promise<void> {
  parseGranularity(flags.granularity);
  const { scheduleOut } = flags;
  if (scheduleOut !== undefined) {
    const { checkSetFile } = await import('../../report/set-file.ts');
    await writingOf('--schedule-out', () => checkSetFile(scheduleOut));
    refuseInputs('--schedule-out', scheduleOut, [model, flags.arch, flags.duplication, flags.rounds ?? '']);
  }
  const keepSets = scheduleOut !== undefined || flags.validate === true;
  const finished = await runSchedule(model, flags, keepSets);
  const { network, architecture, scheduler, mapping, how } = finished;
  const { sets = [], ...result } = finished.result;
  if (flags.validate) await validate(network, architecture, { ...result, sets });
  if (scheduleOut !== undefined) {
    const { writeSetFile } = await import('../../report/set-file.ts');
    await interruptible(
      (signal) => writingOf('--schedule-out', () => writeSetFile(scheduleOut, sets, signal)),
      () => `stopped; ${show(scheduleOut)} was not written`,
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
