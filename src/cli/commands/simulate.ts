import { Command } from 'commander';
import { printExplanation } from '../../report/explanation.ts';
import { printSimulation } from '../../report/simulation-table.ts';
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
import { resultDocument } from '../result-document.ts';

/** What makes another simulation. */
interface SimulateRunFlags extends MappingFlags, ModelFlags {
  readonly scheduling: Scheduling;
  readonly granularity: string;
  readonly batch: number;
  readonly placement: string;
}

interface SimulateFlags extends SimulateRunFlags {
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** `clsa-cim simulate MODEL`: what the chip does, with movement, shared resources and finite buffers. */
export function simulateCommand(): Command {
  return withSimulateOptions(new Command('simulate'))
    .description('Play what the chip does: data movement, shared GPEUs and links, finite buffers, energy')
    .option('--explain', 'say what limits the chip, what to grow first, and what the critical path is')
    .option('--json', 'print the simulation as one JSON document')
    .action(run);
}

/** Adds the model and all that makes another simulation of it; what is told of it is no part of that. */
export function withSimulateOptions(command: Command): Command {
  return withMapping(withModel(command))
    .addOption(schedulingOption())
    .addOption(granularityOption('computed'))
    .option('--batch <n>', 'inferences that go through the chip one after the other', wholeNumber(1), 1)
    .option(
      '--placement <order>',
      'where copies lie: snake, optimised (fewer bits over fewer links), a YAML or JSON list of tiles, or a module with a function (FILE or FILE#NAME)',
      'snake',
    );
}

/** What the flags ask to be simulated. */
async function resolveSimulation(model: string, flags: SimulateRunFlags) {
  const granularity = parseGranularity(flags.granularity);
  const network = await loadNetwork(model, flags);
  const { architecture, options } = await resolveMapping(flags, network);
  const { scheduling, batch } = flags;
  const placement = await resolvePlacement(flags.placement);
  return { network, architecture, how: { ...options, granularity, scheduling, batch, placement } };
}

/** Simulates what the flags ask for. */
export async function runSimulation(model: string, flags: SimulateRunFlags) {
  const { network, architecture, how } = await resolveSimulation(model, flags);
  const result = await inPhase('simulating', (onProgress) =>
    simulate(network, architecture, { ...how, onProgress }),
  );
  return { network, architecture, how, result };
}

async function run(model: string, flags: SimulateFlags): Promise<void> {
  if (!flags.explain) {
    const { architecture, result } = await runSimulation(model, flags);
    process.stdout.write(flags.json ? resultDocument(result, architecture) : printSimulation(result));
    return;
  }
  const { network, architecture, how } = await resolveSimulation(model, flags);
  const { simulation, explanation } = await inPhase('explaining', (onProgress) =>
    simulateAndExplain(network, architecture, { ...how, onProgress }),
  );
  process.stdout.write(
    flags.json
      ? resultDocument({ ...simulation, explanation }, architecture)
      : `${printSimulation(simulation)}\n${printExplanation(explanation)}`,
  );
}
