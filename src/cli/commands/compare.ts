import { Command } from 'commander';
import { type Comparison, compareRuns } from '../../compare/index.ts';
import type { NamedTimeline, Origin, Report } from '../../page/report-data.ts';
import type { Timeline } from '../../picture/timeline.ts';
import { comparisonText } from '../../report/comparison-table.ts';
import { type LoadedRun, loadRuns } from '../compared-runs.ts';
import { print, type WideFlag } from '../print.ts';
import { reportOutput } from '../report-output.ts';
import { resultDocument } from '../result-document.ts';
import type { FinishedRun } from '../run-kinds.ts';
import { checkOutputs, type RunOutput, withOutputs } from '../run-outputs.ts';

interface CompareFlags extends WideFlag {
  readonly json?: boolean;
}

/** Runs, and what they are beside each other. */
interface ComparedRuns {
  readonly runs: readonly LoadedRun[];
  readonly comparison: Comparison;
}

/** Files that are written of a comparison. */
const OUTPUTS: readonly RunOutput<ComparedRuns>[] = [reportOutput(reportOf)];

/** `clsa-cim compare A B …`: runs side by side, and what changed layer by layer. */
export function compareCommand(): Command {
  const command = new Command('compare')
    .description('Compare two or more runs: figures with ratios, and layer by layer what changed')
    .argument(
      '<runs...>',
      'results of --json of schedule, simulate and optimize, or YAML or JSON files with the options of runs (docs/compare.md)',
    );
  return withOutputs(command, OUTPUTS)
    .option('--json', 'print the comparison as one JSON document')
    .action(run);
}

async function run(paths: readonly string[], flags: CompareFlags): Promise<void> {
  const outputs = await checkOutputs(OUTPUTS, flags, paths);
  const isDrawn = !outputs.isEmpty;
  const kept = { keepSets: isDrawn, keepPlacement: isDrawn, keepCriticalPath: isDrawn };
  const runs = await loadRuns(paths, kept);
  const comparison = compareRuns(runs.map(({ summary }) => summary));
  await outputs.write({ runs, comparison });
  if (flags.json) process.stdout.write(resultDocument(comparison));
  else await print(comparisonText(comparison), flags);
}

async function reportOf({ runs, comparison }: ComparedRuns, originOf: () => Origin): Promise<Report> {
  const { comparisonReport } = await import('../../page/comparison-report.ts');
  const timelines: NamedTimeline[] = [];
  for (const { summary, finished } of runs) {
    if (finished !== undefined) timelines.push({ name: summary.name, timeline: await timelineOf(finished) });
  }
  return comparisonReport(comparison, timelines, originOf());
}

/** What ran when; of a search, with the best copies. */
async function timelineOf({ kind, run }: FinishedRun): Promise<Timeline> {
  if (kind === 'schedule') return run.timeline;
  if (kind === 'simulate') return run.timeline();
  const { runOfBest } = await import('../../picture/best-run.ts');
  return runOfBest(run).timeline;
}
