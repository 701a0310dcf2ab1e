import { Command } from 'commander';
import { architecturePresets, architectureToYaml, normalArchitecture } from '../../architecture/index.ts';
import { jsonDocument } from '../../files/json-document.ts';
import { readArchitecture } from '../../node/architecture.ts';
import { duration, extent, table } from '../../report/table.ts';

/** `clsa-cim architectures [NAME]`: the presets, or one of them as YAML that can be edited and given back. */
export function architecturesCommand(): Command {
  return new Command('architectures')
    .description('List the chips that are built in, or print one as YAML to edit and give back with --arch')
    .argument('[name]', 'a preset, or a file to be checked and printed in full')
    .option('--json', 'print JSON instead')
    .action(run);
}

function run(name: string | undefined, flags: { json?: boolean }): void {
  const chosen = name === undefined ? architecturePresets : readArchitecture(name);
  if (flags.json) process.stdout.write(jsonDocument(chosen));
  else if (name !== undefined) process.stdout.write(architectureToYaml(readArchitecture(name)));
  else process.stdout.write(`${listPresets()}\n\nWhere the numbers are from: clsa-cim architectures NAME\n`);
}

function listPresets(): string {
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
