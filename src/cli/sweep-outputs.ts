import type { Origin, Report } from '../page/report-data.ts';
import type { SweepPictureMaker } from '../picture/sweep.ts';
import type { SweepSummary } from '../sweep/index.ts';
import { plotOutput } from './plot-output.ts';
import { reportOutput } from './report-output.ts';
import type { RunOutput } from './run-outputs.ts';

/** A sweep whose tables are written. */
export interface FinishedSweep {
  /** Has taken all rows. */
  readonly maker: SweepPictureMaker;
  readonly summary: SweepSummary;
  /** Names of its parameters. */
  readonly parameters: readonly string[];
}

/** Files that are written of a sweep, besides its tables. */
export function sweepOutputs(command: 'sweep' | 'merge'): readonly RunOutput<FinishedSweep>[] {
  return [
    reportOutput(reportOf),
    plotOutput(command, ({ maker }: FinishedSweep) => ({ sweep: maker.picture() })),
  ];
}

async function reportOf(
  { maker, summary, parameters }: FinishedSweep,
  originOf: () => Origin,
): Promise<Report> {
  const { sweepReport } = await import('../page/sweep-report.ts');
  return sweepReport(summary, parameters, maker.picture(), originOf());
}
