/**
 * The benchmarks: `npm run bench -- [--quick] [--native] [--only GROUP] [--json] [--compare FILE] [NETWORK...]`.
 *
 * Without networks everything but `million` is measured, with networks what there is of each (the engine, the simulation, the
 * optimiser, beside the plain TypeScript reference). `--quick` is a smoke run: it shows that everything works, and its numbers mean little.
 * `--native` adds schedule construction as a native program, compiled with g++. `--only` runs one of the groups below. `--json` prints the
 * measurements as they are; `--compare` prints ratios to a run that was saved so.
 *
 * `--scaling [--quick] [--only AXIS] [--json] [--save]` measures how time and memory grow instead, with their exponents;
 * `--save` writes bench/scaling.json, the figures of docs/performance.md.
 */
import { parseArgs } from 'node:util';
import '../src/node/engine-file.ts';
import { markdown } from '../src/report/markdown.ts';
import { batchBenchmarks } from './batch.ts';
import { compareRuns, comparisonPrintout, type Measured, savedTimings, timings } from './compare.ts';
import { engineBenchmarks } from './engine.ts';
import { explainBenchmarks } from './explain.ts';
import { gapBenchmark, gapTable } from './gap.ts';
import { growthBenchmarks, growthTable } from './growth.ts';
import { largeBenchmark } from './large.ts';
import { machineBenchmarks, machineTable } from './machine.ts';
import type { Measurement } from './measure.ts';
import { nativeBenchmarks } from './native.ts';
import { optimizeBenchmarks } from './optimize.ts';
import { type Part, part } from './part.ts';
import { referenceBenchmarks } from './reference.ts';
import { scalingBenchmark } from './scaling/main.ts';
import { simulationBenchmarks } from './simulation.ts';
import { startBenchmarks, startTable } from './start.ts';
import { millionBenchmark, sweepBenchmark } from './sweep.ts';
import { engineTable, sweepTable } from './tables.ts';
import { turnsBenchmarks } from './turns.ts';

const PAPER_NETWORKS = ['tinyyolov3', 'tinyyolov4', 'vgg16', 'vgg19', 'resnet50', 'resnet101', 'resnet152'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    native: { type: 'boolean', default: false },
    only: { type: 'string' },
    compare: { type: 'string' },
    scaling: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const { only, quick } = values;
const areNamed = positionals.length > 0;
const networks = areNamed ? positionals : PAPER_NETWORKS;

/** What is measured for every network; one more is one more line. */
const ofNetworks: Readonly<Record<string, (network: string, isQuick: boolean) => Measurement[]>> = {
  engine: engineBenchmarks,
  turns: turnsBenchmarks,
  simulation: simulationBenchmarks,
  explain: explainBenchmarks,
  optimize: optimizeBenchmarks,
  reference: referenceBenchmarks,
};

/** All others: how far the optimiser is from its bound (`gap`), the command line as whole processes (`start`), what the machine takes at least (`machine`), sweeps on worker threads. */
const others: Readonly<Record<string, () => Part | Promise<Part>>> = {
  // First, while the process has needed no memory for anything else.
  large: () => part([largeBenchmark(quick)], engineTable),
  networks: () => part(measureNetworks(), engineTable),
  growth: () => part(growthBenchmarks(quick), growthTable),
  batch: () =>
    part(
      (areNamed ? networks : ['resnet50']).flatMap((name) => batchBenchmarks(name, quick)),
      engineTable,
    ),
  gap: async () => part(await gapBenchmark(networks, quick), gapTable),
  machine: async () => part(await machineBenchmarks(quick), machineTable),
  start: () => part(startBenchmarks(quick), startTable),
  sweep: async () => part(await sweepBenchmark(networks, quick), sweepTable),
  million: () => part(millionBenchmark(networks, quick), sweepTable),
};

if (values.save && !values.scaling) throw new Error('--save: only the figures of --scaling are saved');
if (values.scaling) {
  if (values.native || values.compare !== undefined || areNamed) {
    throw new Error('--scaling takes --quick, --only, --json and --save, and no networks');
  }
  scalingBenchmark({ ...values, only });
} else await benchmarks();

async function benchmarks(): Promise<void> {
  const wanted = wantedParts();
  // Before minutes of measuring, so that what is wrong with the file is told at once.
  const saved = values.compare === undefined ? undefined : savedTimings(values.compare);
  const parts: Part[] = [];
  for (const name of wanted) parts.push(await others[name]!());
  if (values.native) parts.push(part(nativeBenchmarks(networks), engineTable));
  const measured: Measured[] = parts.flatMap((one) => one.measured);
  if (saved !== undefined) {
    const comparison = compareRuns(saved, timings(measured));
    console.log(values.json ? JSON.stringify(comparison, null, 2) : markdown(comparisonPrintout(comparison)));
  } else if (values.json) console.log(JSON.stringify(measured, null, 2));
  else console.log(markdown(parts.flatMap((one, i) => (i === 0 ? [one.table] : ['', one.table]))));
}

/** Names of what is measured, in order. */
function wantedParts(): string[] {
  if (only === undefined)
    return areNamed ? ['networks'] : Object.keys(others).filter((name) => name !== 'million');
  if (Object.hasOwn(ofNetworks, only)) return ['networks'];
  if (Object.hasOwn(others, only)) return [only];
  const names = [...Object.keys(ofNetworks), ...Object.keys(others)];
  throw new Error(`--only ${only}: must be one of ${names.join(', ')}`);
}

function measureNetworks(): Measurement[] {
  const groups = Object.entries(ofNetworks).filter(
    ([name]) => only === undefined || only === 'networks' || name === only,
  );
  return networks.flatMap((network) => groups.flatMap(([, measure]) => measure(network, quick)));
}
