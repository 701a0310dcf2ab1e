import { Command } from 'commander';
import { normalArchitecture } from '../../architecture/normal-architecture.ts';
import { publishedOf } from '../../experiments/published.ts';
import { show } from '../../input/show.ts';
import { printSchedule } from '../../report/schedule-table.ts';
import { schedule } from '../../schedule/schedule.ts';
import type { Scheduling } from '../../schedule/scheduling.ts';
import { parseGranularity } from '../../workload/granularity.ts';
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

interface ScheduleFlags extends MappingFlags, ModelFlags {
  readonly scheduling: Scheduling;
  readonly granularity: string;
  readonly scheduleOut?: string;
  readonly validate?: boolean;
  readonly json?: boolean;
}

/** `clsa-cim schedule MODEL`: the cross-layer schedule of a network, as a table or as JSON. */
export function scheduleCommand(): Command {
  return withMapping(withModel(new Command('schedule')))
    .description('Schedule a network and show its latency, speedup and utilization')
    .addOption(schedulingOption())
    .addOption(granularityOption('scheduled'))
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
    refuseInputs('--schedule-out', scheduleOut, [model, flags.arch, flags.duplication]);
  }
  const network = await loadNetwork(model, flags);
  const { architecture, options } = await resolveMapping(flags, network);
  const keepSets = scheduleOut !== undefined || flags.validate === true;
  const { scheduling } = flags;
  const { sets = [], ...result } = schedule(network, architecture, {
    ...options,
    granularity,
    scheduling,
    keepSets,
  });
  if (flags.validate) {
    const { validateSchedule } = await import('../../schedule/validate.ts');
    const { validateLayerByLayer } = await import('../../schedule/validate-layer-by-layer.ts');
    const { resultCycles } = normalArchitecture(architecture);
    if (scheduling === 'lbl') validateLayerByLayer(sets, result.cycles, resultCycles);
    else
      await inPhase('validating', (onProgress) =>
        validateSchedule(network, sets, result.cycles, onProgress, resultCycles),
      );
    process.stderr.write('clsa-cim: the schedule is valid\n');
  }
  if (scheduleOut !== undefined) {
    const { writeSetFile } = await import('../../report/set-file.ts');
    await interruptible(
      (signal) => writingOf('--schedule-out', () => writeSetFile(scheduleOut, sets, signal)),
      () => `stopped; ${show(scheduleOut)} was not written`,
    );
  }
  if (flags.json) process.stdout.write(resultDocument(result, architecture));
  else process.stdout.write(printSchedule(result, publishedOf(network, architecture)));
}
