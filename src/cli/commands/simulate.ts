import { Command } from 'commander';
import { explanationText } from '../../report/explanation.ts';
import { simulationText } from '../../report/simulation-table.ts';
import type { Scheduling } from '../../schedule/scheduling.ts';
import { simulateAndExplain } from '../../simulate/explain/explain.ts';
import { simulate } from '../../simulate/index.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import {
  granularityOption,
  loadNetwork,
  type MappingFlags,
  type ModelFlags,
  resolveMapping,
  schedulingOption,
  wholeNumber,
  withMapping,
  withModel,
} from '../options.ts';
import { inPhase } from '../phase.ts';
import { resolvePlacement } from '../placement.ts';
import { print, type WideFlag } from '../print.ts';
import { resultDocument } from '../result-document.ts';

interface SimulateFlags extends MappingFlags, ModelFlags, WideFlag {
  readonly scheduling: Scheduling;
  readonly granularity: string;
  readonly batch: number;
  readonly placement: string;
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** `clsa-cim simulate MODEL`: what the chip does, with movement, shared resources and finite buffers. */
export function simulateCommand(): Command {
  return withMapping(withModel(new Command('simulate')))
    .description('Play what the chip does: data movement, shared GPEUs and links, finite buffers, energy')
    .addOption(schedulingOption())
    .addOption(granularityOption('computed'))
    .option('--batch <n>', 'inferences that go through the chip one after the other', wholeNumber(1), 1)
    .option(
      '--placement <order>',
      'where copies lie: snake, optimised (fewer bits over fewer links), a YAML or JSON list of tiles, or a module with a function (FILE or FILE#NAME)',
      'snake',
    )
    .option('--explain', 'say what limits the chip, what to grow first, and what the critical path is')
    .option('--json', 'print the simulation as one JSON document')
    .action(run);
}

async function run(model: string, flags: SimulateFlags): Promise<void> {
  const granularity = parseGranularity(flags.granularity);
  const network = await loadNetwork(model, flags);
  const { architecture, options } = await resolveMapping(flags, network);
  const { scheduling, batch } = flags;
  const placement = await resolvePlacement(flags.placement);
  const how = { ...options, granularity, scheduling, batch, placement };
  if (!flags.explain) {
    const result = await inPhase('simulating', (onProgress) =>
      simulate(network, architecture, { ...how, onProgress }),
    );
    if (flags.json) process.stdout.write(resultDocument(result, architecture));
    else await print(simulationText(result), flags);
    return;
  }
  const { simulation, explanation } = await inPhase('explaining', (onProgress) =>
    simulateAndExplain(network, architecture, { ...how, onProgress }),
  );
  if (flags.json) process.stdout.write(resultDocument({ ...simulation, explanation }, architecture));
  else await print([...simulationText(simulation), ...explanationText(explanation)], flags);
}
