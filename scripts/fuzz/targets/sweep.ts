import { architecturePresets } from '../../../src/architecture/presets.ts';
import { ClsaCimError } from '../../../src/errors.ts';
import { parseYaml } from '../../../src/input/yaml.ts';
import { duplicationNames } from '../../../src/map/duplication/tried.ts';
import { ROUNDS_NAMES } from '../../../src/map/rounds-name.ts';
import { placementNames } from '../../../src/simulate/placement/names.ts';
import { defaultPareto } from '../../../src/sweep/default-pareto.ts';
import { MANIFEST_VERSION } from '../../../src/sweep/manifest.ts';
import { SweepPlan } from '../../../src/sweep/plan.ts';
import type { Values } from '../../../src/sweep/point.ts';
import { PointRunner } from '../../../src/sweep/point-runner.ts';
import { type CheckedSpec, checkSpec } from '../../../src/sweep/spec.ts';
import { fileTarget } from '../file-target.ts';
import { lines } from '../lines.ts';
import { exampleFiles, textOf, textSample } from './real-files.ts';
import { smallNetwork, YAML_READS, yaml } from './small-network.ts';

/** Sweeps: those of the documents. They are planned, and a few small points of them run, on a small network in place of theirs. */
export const sweep = fileTarget({
  name: 'sweep',
  suffix: '.yaml',
  reads: YAML_READS,
  formats: [yaml, lines],
  corpus: () => [
    ...exampleFiles('.yaml').filter(({ bytes }) => /^models:/m.test(textOf(bytes))),
    textSample('everything', EVERYTHING),
  ],
  run(bytes) {
    const spec = checkSpec(parseYaml(textOf(bytes), 'fuzz.yaml'), 'fuzz.yaml');
    const plan = planOf(spec);
    let looked = 0;
    for (const point of plan.points()) {
      if (looked++ === MAX_LOOKED) break;
      if (looked <= MAX_RUN && isSmall(point.parameters)) runPoint(point);
    }
  },
});

const EVERYTHING = `
models: [a.onnx, b.cfg]
architectures: [paper, isaac]
product:
  extraPes: [0, 8]
  granularity: [pixel, row, 2x2]
  duplication: [none, greedy, sum]
  scheduling: [xinf, lbl]
  simulated: [true, false]
  batch: {from: 1, to: 5, step: 2}
  dim.x:2: [8, 16]
zip:
  - {crossbarRows: [128, 256], crossbarColumns: [256, 128]}
  - {chip.linkBitsPerCycle: [8, 16], chip.hopCycles: [1, 2]}
where: extraPes > 0 or (batch < 3 and granularity == "row")
pareto: [latencyNs, totalPes, utilization]
`;

/** Points that are asked for of a plan, and those of them that run. */
const MAX_LOOKED = 500;
const MAX_RUN = 3;
/** Larger figures may take their time. */
const MAX_FIGURE = 1000;

/** Parameters whose values may be names of files, with the names that are none. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  duplication: duplicationNames,
  placement: placementNames,
  rounds: ROUNDS_NAMES,
};

/** True for a point that names no file, and has no figure that is large. */
function isSmall(parameters: Values): boolean {
  return Object.entries(parameters).every(([name, value]) => {
    if (typeof value === 'string') return NAMED[name]?.includes(value) ?? true;
    return typeof value !== 'number' || Math.abs(value) <= MAX_FIGURE;
  });
}

const json = new TextEncoder().encode(JSON.stringify(smallNetwork));
const network = new SharedArrayBuffer(json.length);
new Uint8Array(network).set(json);
const runner = await PointRunner.create({
  networks: [network],
  architectures: architecturePresets,
  texts: {},
});

/** The plan of a sweep whose models and architectures are those that there are here. */
function planOf(spec: CheckedSpec): SweepPlan {
  const architectures = architecturePresets.slice(0, spec.architectures.length);
  const axes = [
    { names: ['model'], rows: [['small']] },
    { names: ['architecture'], rows: architectures.map(({ name }) => [name]) },
    ...spec.axes,
  ];
  return new SweepPlan(
    {
      version: MANIFEST_VERSION,
      engine: 'fuzz',
      axes,
      ...(spec.where === undefined ? {} : { where: spec.where }),
      pareto: spec.pareto ?? defaultPareto(architectures, spec.axes),
      networks: [{ digest: 'small' }],
      architectures,
      texts: {},
      ...(spec.policies === undefined ? {} : { policies: { names: [], digest: '' } }),
    },
    'fuzz.yaml',
  );
}

function runPoint(point: Parameters<PointRunner['run']>[0][number]): void {
  const [line = '{}'] = runner.run([{ ...point, network: 0 }]).lines;
  const { error }: { error?: string } = JSON.parse(line);
  if (error?.startsWith('this is a bug')) throw new Error(error);
  if (error !== undefined) throw new ClsaCimError(error);
}
