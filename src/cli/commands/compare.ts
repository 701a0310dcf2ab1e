import { Command } from 'commander';
import { compareRuns } from '../../compare/index.ts';
import { comparisonText } from '../../report/comparison-table.ts';
import { loadRuns } from '../compared-runs.ts';
import { print, type WideFlag } from '../print.ts';
import { resultDocument } from '../result-document.ts';

interface CompareFlags extends WideFlag {
  readonly json?: boolean;
}

/** `clsa-cim compare A B …`: runs side by side, and what changed layer by layer. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('Compare two or more runs: figures with ratios, and layer by layer what changed')
    .argument(
      '<runs...>',
      'results of --json of schedule, simulate and optimize, or YAML or JSON files with the options of runs (docs/compare.md)',
    )
    .option('--json', 'print the comparison as one JSON document')
    .action(run);
}

async function run(paths: readonly string[], flags: CompareFlags): Promise<void> {
  const runs = await loadRuns(paths);
  const comparison = compareRuns(runs.map(({ summary }) => summary));
  if (flags.json) process.stdout.write(resultDocument(comparison));
  else await print(comparisonText(comparison), flags);
}
