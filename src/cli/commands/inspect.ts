import { Command } from 'commander';
import { mapEvenIfTooLarge } from '../../map/mapping.ts';
import { inspection, printInspection } from '../../report/inspection.ts';
import {
  loadNetwork,
  type MappingFlags,
  type ModelFlags,
  resolveMapping,
  withMapping,
  withModel,
} from '../options.ts';
import { resultDocument } from '../result-document.ts';

/** `clsa-cim inspect MODEL`: layers, shapes, PEs and where they go, before anything is scheduled. */
export function inspectCommand(): Command {
  return withMapping(withModel(new Command('inspect')))
    .description('Show the layers of a network, their shapes and weights, and the PEs that they go to')
    .option('--json', 'print the layers as one JSON document')
    .action(run);
}

async function run(model: string, flags: MappingFlags & ModelFlags & { json?: boolean }): Promise<void> {
  const network = await loadNetwork(model, flags);
  const { architecture, options } = await resolveMapping(flags, network);
  const result = inspection(network, architecture, mapEvenIfTooLarge(network, architecture, options));
  process.stdout.write(flags.json ? resultDocument(result, architecture) : printInspection(result));
}
