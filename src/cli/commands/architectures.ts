import { Command } from 'commander';
import { architecturePresets, architectureToYaml, normalArchitecture } from '../../architecture/index.ts';
import { jsonDocument } from '../../files/json-document.ts';
import { readArchitecture } from '../../node/architecture.ts';
import { duration, extent, type Table, table } from '../../report/table.ts';
import { print, type WideFlag } from '../print.ts';

interface ArchitecturesFlags extends WideFlag {
  readonly json?: boolean;
}

/** `clsa-cim architectures [NAME]`: the presets, or one of them as YAML that can be edited and given back. */
export function architecturesCommand(): Command {
  return new Command('architectures')
    .description('List the chips that are built in, or print one as YAML to edit and give back with --arch')
    .argument('[name]', 'a preset, or a file to be checked and printed in full')
    .option('--json', 'print JSON instead')
    .action(run);
}

async function run(name: string | undefined, flags: ArchitecturesFlags): Promise<void> {
  const chosen = name === undefined ? architecturePresets : readArchitecture(name);
  if (flags.json) process.stdout.write(jsonDocument(chosen));
  else if (name !== undefined) process.stdout.write(architectureToYaml(readArchitecture(name)));
  else await print([listPresets(), '', 'Where the numbers are from: clsa-cim architectures NAME', ''], flags);
}

function listPresets(): Table {
  const rows = architecturePresets.map((preset) => {
    const { mvmLatencyNs, mvmIntervalNs, writing } = normalArchitecture(preset);
    return [
      preset.name,
      extent([preset.crossbarRows, preset.crossbarColumns]),
      `${preset.weightBits} in ${preset.cellBits}-bit cells`,
      duration(mvmLatencyNs),
      duration(mvmIntervalNs),
      writing === undefined ? 'not said' : duration(writing.peWriteNs),
      preset.pes ?? 'open',
    ];
  });
  return table(['name', 'crossbar', 'weight bits', 'MVM', 'next MVM', 'PE write', 'PEs'], rows);
}
