import { Command } from 'commander';
import { printExplanation } from '../../report/explanation.ts';
import { printSimulation } from '../../report/simulation-table.ts';
import type { Scheduling } from '../../schedule/scheduling.ts';
import { simulateAndExplain } from '../../simulate/explain/explain.ts';
import { type DetailedSimulation, type Simulation, simulate } from '../../simulate/index.ts';
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
import { resultDocument } from '../result-document.ts';
import { checkSetOutput, writeSetOutput } from '../set-output.ts';

interface SimulateFlags extends MappingFlags, ModelFlags {
  readonly scheduling: Scheduling;
  readonly granularity: string;
  readonly batch: number;
  readonly placement: string;
  readonly scheduleOut?: string;
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
    .option('--schedule-out <file>', 'write every set with its clock cycles; .jsonl, .csv or .parquet')
    .option('--explain', 'say what limits the chip, what to grow first, and what the critical path is')
    .option('--json', 'print the simulation as one JSON document')
    .action(run);
}

async function run(model: string, flags: SimulateFlags): Promise<void> {
  const granularity = parseGranularity(flags.granularity);
  const { scheduleOut } = flags;
  if (scheduleOut !== undefined) {
    await checkSetOutput(scheduleOut, [model, flags.arch, flags.duplication, flags.placement]);
  }
  const network = await loadNetwork(model, flags);
  const { architecture, options } = await resolveMapping(flags, network);
  const { scheduling, batch } = flags;
  const placement = await resolvePlacement(flags.placement);
  const keepSets = scheduleOut !== undefined;
  const how = { ...options, granularity, scheduling, batch, placement, keepSets };
  if (!flags.explain) {
    const result = await inPhase('simulating', (onProgress) =>
      simulate(network, architecture, { ...how, onProgress }),
    );
    const simulation = await withoutDetails(result, scheduleOut);
    process.stdout.write(flags.json ? resultDocument(simulation, architecture) : printSimulation(simulation));
    return;
  }
  const { simulation: result, explanation } = await inPhase('explaining', (onProgress) =>
    simulateAndExplain(network, architecture, { ...how, onProgress }),
  );
  const simulation = await withoutDetails(result, scheduleOut);
  process.stdout.write(
    flags.json
      ? resultDocument({ ...simulation, explanation }, architecture)
      : `${printSimulation(simulation)}\n${printExplanation(explanation)}`,
  );
}

/** Writes the sets to where they are to go; what is printed is the rest. */
async function withoutDetails(
  { sets = [], ...simulation }: DetailedSimulation,
  scheduleOut: string | undefined,
): Promise<Simulation> {
  if (scheduleOut !== undefined) await writeSetOutput(scheduleOut, sets);
  return simulation;
}
