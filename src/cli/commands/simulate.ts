import { Command } from 'commander';
import type { Architecture } from '../../architecture/architecture.ts';
import type { Origin, Report } from '../../page/report-data.ts';
import { explanationText } from '../../report/explanation.ts';
import { simulationText } from '../../report/simulation-table.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { plotOutput } from '../plot-output.ts';
import { print, type WideFlag } from '../print.ts';
import { reportOutput } from '../report-output.ts';
import { resultDocument } from '../result-document.ts';
import { checkOutputs, type RunOutput, withOutputs } from '../run-outputs.ts';
import { setOutput } from '../set-output.ts';
import {
  runSimulation,
  type SimulationRun,
  type SimulationRunFlags,
  withSimulateOptions,
} from '../simulation-run.ts';
import { traceOutput } from '../trace-output.ts';

interface SimulateFlags extends SimulationRunFlags, WideFlag {
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** Files that are written of a simulation. */
const OUTPUTS: readonly RunOutput<SimulationRun>[] = [
  setOutput('clock cycles'),
  reportOutput(reportOf),
  plotOutput('simulate', async ({ detailed }: SimulationRun) => {
    const { drawingOfSimulation } = await import('../../picture/drawing.ts');
    return drawingOfSimulation(detailed);
  }),
  traceOutput({ timelineOf: (run) => run.timelineOfAll(), useOf: ({ detailed }) => detailed.use }),
];

/** `clsa-cim simulate MODEL`: what the chip does, with movement, shared resources and finite buffers. */
export function simulateCommand(): Command {
  const command = withSimulateOptions(new Command('simulate')).description(
    'Play what the chip does: data movement, shared GPEUs and links, finite buffers, energy',
  );
  return withOutputs(command, OUTPUTS)
    .option('--explain', 'say what limits the chip, what to grow first, and what the critical path is')
    .option('--json', 'print the simulation as one JSON document')
    .action(run);
}

async function reportOf(
  { workload, architecture, detailed, explanation }: SimulationRun,
  originOf: (chip: Architecture) => Origin,
): Promise<Report> {
  const { simulationReport } = await import('../../page/simulation-report.ts');
  return simulationReport({
    workload: workload(),
    simulation: detailed,
    explanation,
    origin: originOf(architecture),
  });
}

async function run(model: string, flags: SimulateFlags): Promise<void> {
  parseGranularity(flags.granularity);
  const inputs = [model, flags.arch, flags.duplication, flags.placement];
  const outputs = await checkOutputs(OUTPUTS, flags, inputs);
  const isKept = !outputs.isEmpty;
  const { explain } = flags;
  const finished = await runSimulation(model, flags, {
    explain,
    keepSets: isKept,
    keepPlacement: isKept,
    keepCriticalPath: isKept,
    keepUse: isKept,
  });
  await outputs.write(finished);
  const { result, explanation, architecture } = finished;
  if (flags.json) {
    const all = explanation === undefined ? result : { ...result, explanation };
    process.stdout.write(resultDocument(all, architecture));
    return;
  }
  const explained = explanation === undefined ? [] : explanationText(explanation);
  await print([...simulationText(result), ...explained], flags);
}
