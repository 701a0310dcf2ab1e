import { Command } from 'commander';
import type { Architecture } from '../../architecture/architecture.ts';
import { publishedOf } from '../../experiments/published.ts';
import { show } from '../../input/show.ts';
import type { Mapping } from '../../map/mapping.ts';
import type { Network } from '../../network/network.ts';
import { timelineOfSchedule } from '../../picture/schedule-timeline.ts';
import type { Timeline } from '../../picture/timeline.ts';
import { scheduleText } from '../../report/schedule-table.ts';
import type { ScheduleOptions } from '../../schedule/schedule.ts';
import type { DetailedSchedule, Schedule } from '../../schedule/schedule-result.ts';
import { Scheduler } from '../../schedule/scheduler.ts';
import type { Scheduling } from '../../schedule/scheduling.ts';
import { gainOfTurns } from '../../schedule/turns-gain.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { prepare } from '../../workload/workload.ts';
import { interruptible } from '../interruption.ts';
import { notify } from '../notify.ts';
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
import { print, type WideFlag } from '../print.ts';
import { resultDocument } from '../result-document.ts';
import { resolveTurns, type TurnFlags, withRounds, withTurns } from '../turns.ts';

/** Of larger schedules a terminal shows how busy the chip is when `--gantt` is given. */
const MAX_DRAWN_SETS = 2 ** 18;

interface ScheduleFlags extends MappingFlags, ModelFlags, TurnFlags, WideFlag {
  readonly scheduling: Scheduling;
  readonly granularity: string;
  readonly scheduleOut?: string;
  readonly validate?: boolean;
  readonly gantt?: boolean;
  readonly json?: boolean;
}

/** `clsa-cim schedule MODEL`: the cross-layer schedule of a network, as a table or as JSON. */
export function scheduleCommand(): Command {
  const command = withMapping(withModel(new Command('schedule')))
    .description('Schedule a network and show its latency, speedup and utilization')
    .addOption(schedulingOption())
    .addOption(granularityOption('scheduled'));
  return withTurns(command)
    .option('--schedule-out <file>', 'write every set with its times; .jsonl, .csv or .parquet')
    .option('--validate', 'check the finished schedule again by brute force')
    .option('--gantt', 'draw which layer is busy when')
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
  const { scheduling } = flags;
  const turns = await resolveTurns(flags, scheduling);
  const network = await loadNetwork(model, flags);
  const { architecture, options } = await resolveMapping(flags, network);
  const keepSets = scheduleOut !== undefined || flags.validate === true;
  const how = { ...options, ...turns, scheduling, keepSets };
  const scheduler = new Scheduler(prepare(network, architecture, { granularity }));
  const mapping = withRounds(flags.rounds, () => scheduler.map(how));
  if (flags.reload !== undefined && mapping.rounds === undefined) {
    notify('all weights fit at once, so that --reload makes no difference');
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
  if (flags.json) process.stdout.write(resultDocument(result, architecture));
  else {
    const gain = gainOfTurns(scheduler, mapping, how, result);
    const timeline = timelineToDraw(scheduler, mapping, how, result, flags);
    const published = publishedOf(network, architecture);
    await print(scheduleText(result, { published, gain, timeline, gantt: flags.gantt }), flags);
  }
}

/** The timeline where it was asked for, and where a terminal shows how busy the chip is and that takes no time. */
function timelineToDraw(
  scheduler: Scheduler,
  mapping: Mapping,
  options: ScheduleOptions,
  { layers, batch = 1 }: Schedule,
  { gantt = false }: ScheduleFlags,
): Timeline | undefined {
  const sets = layers.reduce((sum, layer) => sum + layer.sets * batch, 0);
  if (!gantt && (!process.stdout.isTTY || sets > MAX_DRAWN_SETS)) return undefined;
  return timelineOfSchedule(scheduler.workload, scheduler.schedule(mapping, { ...options, keepSets: true }));
}

async function validate(
  network: Network,
  architecture: Architecture,
  result: DetailedSchedule,
): Promise<void> {
  const { validateResult } = await import('../../schedule/validate-result.ts');
  await inPhase('validating', (onProgress) => validateResult(network, architecture, result, onProgress));
  notify('the schedule is valid');
}
