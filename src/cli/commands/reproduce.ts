import { Command } from 'commander';
import { ClsaCimError } from '../../errors.ts';
import { printReproduction, reproduce } from '../../report/reproduction.ts';
import { findZooEntry, zoo } from '../../zoo/index.ts';

/** `clsa-cim reproduce`: the paper's evaluation, beside what it published. */
export function reproduceCommand(): Command {
  return new Command('reproduce')
    .description('Run the evaluation of the CLSA-CIM paper and print it beside the published numbers')
    .argument('[networks...]', 'some of the paper’s networks; all seven by default')
    .option('--json', 'print the evaluation as one JSON document')
    .action(run);
}

function run(names: readonly string[], flags: { json?: boolean }): void {
  const published = zoo.filter((entry) => entry.published !== undefined);
  const entries = names.length === 0 ? published : names.map(publishedEntry);
  const result = reproduce(entries);
  process.stdout.write(flags.json ? `${JSON.stringify(result, null, 2)}\n` : printReproduction(result));
}

function publishedEntry(name: string) {
  const entry = findZooEntry(name);
  if (entry?.published !== undefined) return entry;
  const known = zoo.filter(({ published }) => published !== undefined).map((candidate) => candidate.name);
  throw new ClsaCimError(
    `the paper does not evaluate ${JSON.stringify(name)}; it does ${known.join(', ')}`,
    'usage',
  );
}
