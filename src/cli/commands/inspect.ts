import { Command, Option } from 'commander';
import { hasCode } from '../../errors.ts';
import { type Mapping, mapEvenIfTooLarge } from '../../map/mapping.ts';
import { inspection, inspectionText } from '../../report/inspection.ts';
import type { MapOptions } from '../../schedule/choose-rounds.ts';
import { Scheduler } from '../../schedule/scheduler.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { prepare, type Workload } from '../../workload/workload.ts';
import { namingOptions } from '../naming-options.ts';
import {
  loadNetwork,
  type MappingFlags,
  type ModelFlags,
  resolveMapping,
  withMapping,
  withModel,
} from '../options.ts';
import { print, type WideFlag } from '../print.ts';
import { resultDocument } from '../result-document.ts';
import { groupOption, resolveRounds, roundsOption } from '../turns.ts';

interface InspectFlags extends MappingFlags, ModelFlags, WideFlag {
  readonly rounds?: string;
  readonly group?: number;
  readonly granularity: string;
  readonly json?: boolean;
}

/** `clsa-cim inspect MODEL`: layers, shapes, PEs and where they go, before anything is scheduled. */
export function inspectCommand(): Command {
  return withMapping(withModel(new Command('inspect')))
    .description('Show the layers of a network, their shapes and weights, and the PEs that they go to')
    .addOption(roundsOption('auto'))
    .addOption(groupOption('1'))
    .addOption(
      new Option(
        '--granularity <sets>',
        'sets that rounds are chosen for: pixel, row or a block such as 4x4',
      ).default('pixel'),
    )
    .option('--json', 'print the layers as one JSON document')
    .action(run);
}

async function run(model: string, flags: InspectFlags): Promise<void> {
  const granularity = parseGranularity(flags.granularity);
  const rounds = await resolveRounds(flags.rounds);
  const network = await loadNetwork(model, flags);
  const { architecture, options } = await resolveMapping(flags, network);
  const { group } = flags;
  const workload = prepare(network, architecture, { granularity });
  const mapping = namingOptions(flags, () => mapped(workload, { ...options, rounds, group, batch: group }));
  const result = inspection(network, architecture, mapping);
  if (flags.json) process.stdout.write(resultDocument(result, architecture));
  else await print(inspectionText(result), flags);
}

/** In turns where that has to be or is asked for; with one copy of each layer where neither helps. */
function mapped(workload: Workload, options: MapOptions): Mapping {
  try {
    return new Scheduler(workload).map(options);
  } catch (error) {
    if (!hasCode(error, 'DOES_NOT_FIT')) throw error;
    const { pes, extraPes, duplication } = options;
    return mapEvenIfTooLarge(workload.network, workload.architecture, { pes, extraPes, duplication });
  }
}
