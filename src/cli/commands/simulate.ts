import { Command } from 'commander';
import { explanationText } from '../../report/explanation.ts';
import { simulationText } from '../../report/simulation-table.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { plotOutput } from '../plot-output.ts';
import { print, type WideFlag } from '../print.ts';
import { resultDocument } from '../result-document.ts';
import { checkOutputs, type RunOutput, withOutputs } from '../run-outputs.ts';
import { setOutput } from '../set-output.ts';
import {
  runSimulation,
  type SimulationRun,
  type SimulationRunFlags,
  withSimulateOptions,
} from '../simulation-run.ts';

interface SimulateFlags extends SimulationRunFlags, WideFlag {
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** Files that are written of a simulation. */
const OUTPUTS: readonly RunOutput<SimulationRun>[] = [
  setOutput('clock cycles'),
  plotOutput('simulate', async (run: SimulationRun) => {
    const { drawingOfSimulation } = await import('../../picture/drawing.ts');
    return drawingOfSimulation(run.detailed, run.timeline());
  }),
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

async function run(model: string, flags: SimulateFlags): Promise<void> {
  parseGranularity(flags.granularity);
  const inputs = [model, flags.arch, flags.duplication, flags.placement];
  const outputs = await checkOutputs(OUTPUTS, flags, inputs);
  const isKept = !outputs.isEmpty;
  const { explain } = flags;
  const finished = await runSimulation(model, flags, { explain, keepSets: isKept, keepPlacement: isKept });
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
