/**
 * The benchmarks: `npm run bench -- [--quick] [--native] [--only GROUP] [--json] [--compare FILE] [NETWORK...]`.
 *
 * Prints sets per second of dependency analysis (Stages I and II) and of schedule construction (Stages III
 * and IV of a problem that is loaded), of the Wasm engine and of the plain TypeScript reference; events
 * per second of the cycle simulation; and of the optimiser, where one run is one vector of copies. `--quick`
 * is a smoke run: it shows that everything works, and its numbers mean little. `--native` adds the same
 * schedule construction as a native program, compiled with g++. `--only` runs one of the groups `engine`,
 * `turns`, `simulation`, `explain`, `optimize`, `reference`, `large`, `start`, `batch`, `sweep` or `million`. `start` measures the command line as a
 * whole process over Node alone. The last three run only when they are asked for: `batch` simulates 100 and 1000 inferences of ResNet50, or of
 * the networks that are named; `sweep` and `million` measure sweeps on worker threads, of 10,000 and 70,000 points with how well two workers do
 * against one, and of a million points. `--json` prints the
 * measurements as they are; `--compare` prints ratios to a run that was saved so.
 *
 * `--scaling [--quick] [--only AXIS] [--json] [--save]` measures how time and memory grow instead, with their exponents;
 * `--save` writes bench/scaling.json, the figures of docs/performance.md.
 */
import { parseArgs } from 'node:util';
import '../src/node/engine-file.ts';
import { markdown } from '../src/report/markdown.ts';
import type { Printout } from '../src/report/printout.ts';
import { type Table, table } from '../src/report/table.ts';
import { batchBenchmarks } from './batch.ts';
import { compareRuns, comparisonPrintout, savedTimings, type Timing, timings } from './compare.ts';
import { engineBenchmarks } from './engine.ts';
import { explainBenchmarks } from './explain.ts';
import { gapBenchmark, gapTable } from './gap.ts';
import { largeBenchmark } from './large.ts';
import type { Measurement } from './measure.ts';
import { nativeBenchmarks } from './native.ts';
import { optimizeBenchmarks } from './optimize.ts';
import { referenceBenchmarks } from './reference.ts';
import { scalingBenchmark } from './scaling/main.ts';
import { simulationBenchmarks } from './simulation.ts';
import { type StartMeasurement, startBenchmarks, startTable } from './start.ts';
import { millionBenchmark, type SweepMeasurement, sweepBenchmark } from './sweep.ts';
import { turnsBenchmarks } from './turns.ts';

const PAPER_NETWORKS = ['tinyyolov3', 'tinyyolov4', 'vgg16', 'vgg19', 'resnet50', 'resnet101', 'resnet152'];

/** What is measured for every network; one more is one more line. */
const groups: Readonly<Record<string, (network: string, isQuick: boolean) => Measurement[]>> = {
  engine: engineBenchmarks,
  turns: turnsBenchmarks,
  simulation: simulationBenchmarks,
  explain: explainBenchmarks,
  optimize: optimizeBenchmarks,
  reference: referenceBenchmarks,
};

/** What `--only` may name. */
const GROUPS: readonly string[] = [
  ...Object.keys(groups),
  'large',
  'start',
  'batch',
  'gap',
  'sweep',
  'million',
];

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
const networks = positionals.length > 0 ? positionals : PAPER_NETWORKS;
const { only } = values;
if (values.save && !values.scaling) throw new Error('--save: only the figures of --scaling are saved');
if (values.scaling) {
  if (values.native || values.compare !== undefined || positionals.length > 0) {
    throw new Error('--scaling takes --quick, --only, --json and --save, and no networks');
  }
  scalingBenchmark({ ...values, only });
} else await benchmarks();

async function benchmarks(): Promise<void> {
  if (only !== undefined && !GROUPS.includes(only)) {
    throw new Error(`--only ${only}: must be one of ${GROUPS.join(', ')}`);
  }
  if (only === 'gap') {
    if (values.compare !== undefined) throw new Error('--only gap: tells no times to compare');
    const measured = await gapBenchmark(networks, values.quick);
    console.log(values.json ? JSON.stringify(measured, null, 2) : markdown([gapTable(measured)]));
    return;
  }

  // Before minutes of measuring, so that what is wrong with the file is told at once.
  const saved = values.compare === undefined ? undefined : savedTimings(values.compare);

  if (only === 'sweep' || only === 'million') {
    const measured =
      only === 'sweep'
        ? await sweepBenchmark(networks, values.quick)
        : millionBenchmark(networks, values.quick);
    print(measured, saved, () => [sweepTable(measured)]);
  } else {
    const measured = measureEngines();
    const isStart = only === 'start' || (only === undefined && positionals.length === 0);
    const started = isStart ? startBenchmarks(values.quick) : [];
    print([...measured, ...started], saved, () => [
      ...(measured.length === 0 ? [] : [engineTable(measured)]),
      ...(measured.length === 0 || started.length === 0 ? [] : ['']),
      ...(started.length === 0 ? [] : [startTable(started)]),
    ]);
  }
}

/** Prints a run, or what has become of it since the saved one. */
function print(
  measured: readonly (Measurement | StartMeasurement | SweepMeasurement)[],
  saved: readonly Timing[] | undefined,
  asTables: () => Printout,
): void {
  if (saved === undefined) {
    console.log(values.json ? JSON.stringify(measured, null, 2) : markdown(asTables()));
    return;
  }
  const comparison = compareRuns(saved, timings(measured));
  console.log(values.json ? JSON.stringify(comparison, null, 2) : markdown(comparisonPrintout(comparison)));
}

function measureEngines(): Measurement[] {
  if (only === 'batch') {
    return (positionals.length > 0 ? networks : ['resnet50']).flatMap((network) =>
      batchBenchmarks(network, values.quick),
    );
  }
  const measurements: Measurement[] = [];
  // First, while the process has needed no memory for anything else.
  if (only === 'large' || (only === undefined && positionals.length === 0)) {
    measurements.push(largeBenchmark(values.quick));
  }
  for (const network of networks) {
    for (const [name, benchmarks] of Object.entries(groups)) {
      if (only === undefined || only === name) measurements.push(...benchmarks(network, values.quick));
    }
  }
  if (values.native) measurements.push(...nativeBenchmarks(networks));
  return measurements;
}

function engineTable(measurements: readonly Measurement[]): Table {
  const rows = measurements.map((measured) => [
    measured.name,
    measured.network,
    measured.granularity,
    measured.sets,
    (measured.secondsPerRun * 1e6).toFixed(1),
    (measured.setsPerSecond / 1e6).toFixed(2),
    measured.eventsPerSecond === undefined ? '' : (measured.eventsPerSecond / 1e6).toFixed(2),
  ]);
  const heads = [
    'benchmark',
    'network',
    'sets',
    'number',
    'µs per run',
    'million sets/s',
    'million events/s',
  ];
  return table(heads, rows);
}

function sweepTable(measurements: readonly SweepMeasurement[]): Table {
  const rounded = (figure: number | undefined, digits: number) => figure?.toFixed(digits) ?? '';
  const rows = measurements.map((run) => [
    ...[run.name, run.points, run.workers, run.seconds.toFixed(2), Math.round(run.pointsPerSecond)],
    ...[
      rounded(run.overOne, 2),
      rounded(run.mainSeconds, 2),
      rounded(run.cpuSeconds, 1),
      rounded(run.peakMib, 0),
    ],
  ]);
  const heads = [
    'benchmark',
    'points',
    'workers',
    'seconds',
    'points/s',
    'over one',
    'main thread s',
    'CPU s',
    'MiB',
  ];
  return table(heads, rows);
}
