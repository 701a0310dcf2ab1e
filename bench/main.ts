/**
 * The benchmarks: `npm run bench -- [--quick] [--native] [--simulation] [--json] [NETWORK...]`.
 *
 * Prints sets per second of dependency analysis (Stages I and II) and of schedule construction (Stages III
 * and IV of a problem that is loaded), of the Wasm engine and of the plain TypeScript reference, and events
 * per second of the cycle simulation. `--quick`
 * is a smoke run: it shows that everything works, and its numbers mean little. `--native` adds the same
 * schedule construction as a native program, compiled with g++. `--simulation` runs those of the cycle
 * simulation only.
 */
import { parseArgs } from 'node:util';
import { table } from '../src/report/table.ts';
import { engineBenchmarks } from './engine.ts';
import { largeBenchmark } from './large.ts';
import type { Measurement } from './measure.ts';
import { nativeBenchmarks } from './native.ts';
import { referenceBenchmarks } from './reference.ts';
import { simulationBenchmarks } from './simulation.ts';

const PAPER_NETWORKS = ['tinyyolov3', 'tinyyolov4', 'vgg16', 'vgg19', 'resnet50', 'resnet101', 'resnet152'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    native: { type: 'boolean', default: false },
    simulation: { type: 'boolean', default: false },
  },
});
const networks = positionals.length > 0 ? positionals : PAPER_NETWORKS;

const measurements: Measurement[] = [];
// First, while the process has needed no memory for anything else.
if (positionals.length === 0 && !values.simulation) measurements.push(largeBenchmark(values.quick));
for (const network of networks) {
  measurements.push(...simulationBenchmarks(network, values.quick));
  if (values.simulation) continue;
  measurements.push(...engineBenchmarks(network, values.quick));
  measurements.push(...referenceBenchmarks(network, values.quick));
}
if (values.native) measurements.push(...nativeBenchmarks(networks));

if (values.json) {
  console.log(JSON.stringify(measurements, null, 2));
} else {
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
  console.log(table(heads, rows));
}
