import { Command } from 'commander';
import type { Architecture } from '../../architecture/architecture.ts';
import { publishedOf } from '../../experiments/published.ts';
import type { Origin, Report } from '../../page/report-data.ts';
import { busyPesOfSimulation } from '../../picture/utilization.ts';
import { explanationText } from '../../report/explanation.ts';
import { simulationText } from '../../report/simulation-table.ts';
import { layerByLayerCycles } from '../../simulate/layer-by-layer.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { notify } from '../notify.ts';
import { inPhase } from '../phase.ts';
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
  readonly validate?: boolean;
  readonly explain?: boolean;
  readonly gantt?: boolean;
  readonly json?: boolean;
}

/** Files that are written of a simulation. */
const OUTPUTS: readonly RunOutput<SimulationRun>[] = [
  setOutput('clock cycles'),
  reportOutput(reportOf),
  plotOutput('simulate', async (run: SimulationRun) => {
    const { drawingOfSimulation } = await import('../../picture/drawing.ts');
    return drawingOfSimulation(run.detailed, run.timeline());
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
    .option('--validate', 'check the finished run again by brute force')
    .option('--gantt', 'draw which layer is busy when')
    .option('--json', 'print the simulation as one JSON document')
    .action(run);
}

async function reportOf(
  { network, architecture, detailed, explanation, timeline }: SimulationRun,
  originOf: (chip: Architecture) => Origin,
): Promise<Report> {
  const { simulationReport } = await import('../../page/simulation-report.ts');
  return simulationReport({
    ...{ network, simulation: detailed, timeline: timeline(), explanation },
    baselineCycles: layerByLayerCycles(network, architecture, detailed.batch),
    published: publishedOf(network, architecture),
    origin: originOf(architecture),
  });
}

async function run(model: string, flags: SimulateFlags): Promise<void> {
  parseGranularity(flags.granularity);
  const inputs = [model, flags.arch, flags.duplication ?? '', flags.placement, flags.rounds ?? ''];
  const outputs = await checkOutputs(OUTPUTS, flags, inputs);
  const { explain, validate = false, gantt = false, json = false } = flags;
  // A terminal shows how busy the chip is, which takes little beside a simulation.
  const isInTerminal = process.stdout.isTTY && !json;
  const isDrawn = gantt || !outputs.isEmpty;
  const finished = await runSimulation(model, flags, {
    explain,
    keepSets: isDrawn || validate,
    keepPlacement: isDrawn || isInTerminal,
    keepCriticalPath: !outputs.isEmpty,
    keepUse: !outputs.isEmpty || isInTerminal,
  });
  if (validate) await validated(finished);
  await outputs.write(finished);
  const { result, detailed, explanation, architecture } = finished;
  if (json) {
    const all = explanation === undefined ? result : { ...result, explanation };
    process.stdout.write(resultDocument(all, architecture));
    return;
  }
  const explained = explanation === undefined ? [] : explanationText(explanation);
  const drawn = {
    timeline: gantt ? finished.timeline() : undefined,
    busyPes: isInTerminal ? busyPesOfSimulation(detailed) : undefined,
  };
  await print([...simulationText(result, drawn), ...explained], flags);
}

async function validated({ network, architecture, detailed }: SimulationRun): Promise<void> {
  const { validateSimulation } = await import('../../simulate/validate.ts');
  await inPhase('validating', (onProgress) =>
    validateSimulation(network, architecture, detailed, onProgress),
  );
  notify('the run is valid');
}
