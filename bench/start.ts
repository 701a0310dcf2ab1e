import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Table, table, times } from '../src/report/table.ts';
import { model } from '../test/load/onnx/onnx-writer.ts';
import { resnet } from '../test/verify/networks/resnet.ts';

/** How long a process takes from its start to its end; `--json` prints them as they are. */
export interface StartMeasurement {
  readonly name: 'start';
  /** What was run. */
  readonly process: string;
  /** The least of several, by the clock. */
  readonly seconds: number;
  /** Over the time of Node with an empty file. */
  readonly ratio: number;
  /** The highest resident set, in one of the runs. */
  readonly peakBytes: number;
}

/** A process. */
interface Run {
  readonly process: string;
  /** Arguments of Node. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const ROUNDS = 12;

/** The layers of ResNet50 of He et al., with a quarter of its channels: weights are not read, but have to be written. */
const RESNET50 = {
  ...{ size: 224, classes: 1000, stem: 16, expansion: 4 },
  stages: [
    [16, 3],
    [32, 4],
    [64, 6],
    [128, 3],
  ],
} as const;

/**
 * The command line as a whole process, beside Node with an empty file: taken in turns, the least of each, since what else
 * the machine does only adds. Compiled code is kept in a folder of their own, and is there from the first run on, which
 * does not count; one row shows what it takes without.
 */
export function startBenchmarks(quick: boolean): StartMeasurement[] {
  const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-start-'));
  try {
    const runs = runsIn(folder);
    const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'kept'), NODE_DISABLE_COMPILE_CACHE: '' };
    const peaks = runs.map((run) => peakOf(run, env, folder));
    const seconds = runs.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
      runs.forEach((run, i) => {
        seconds[i] = Math.min(seconds[i]!, secondsOf(run, env));
      });
    }
    return runs.map(({ process }, i) => ({
      ...{ name: 'start', process, seconds: seconds[i]!, ratio: seconds[i]! / seconds[0]! },
      peakBytes: peaks[i]!,
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Node alone comes first. */
function runsIn(folder: string): Run[] {
  const root = dirname(createRequire(import.meta.url).resolve('clsa-cim/package.json'));
  const main = join(root, 'dist/src/cli/main.js');
  const empty = join(folder, 'empty.cjs');
  writeFileSync(empty, '');
  const resnet50 = join(folder, 'resnet50.onnx');
  writeFileSync(resnet50, model(resnet(RESNET50)));
  const light = join(root, '../shared/models/onnx/light_resnet50.onnx');
  const zoo = ['schedule', 'tinyyolov4'];
  return [
    { process: 'node', args: [empty] },
    { process: zoo.join(' '), args: [main, ...zoo] },
    {
      process: `${zoo.join(' ')}, nothing kept`,
      args: [main, ...zoo],
      env: { NODE_DISABLE_COMPILE_CACHE: '1' },
    },
    { process: 'schedule resnet50.onnx (narrow)', args: [main, 'schedule', resnet50] },
    ...(existsSync(light)
      ? [{ process: 'schedule light_resnet50.onnx', args: [main, 'schedule', light] }]
      : []),
  ];
}

/** Runs it once, and looks at what it printed: a command that fails at once is no fast one. */
function secondsOf({ process: name, args, env }: Run, common: NodeJS.ProcessEnv): number {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    ...{ env: { ...common, ...env }, encoding: 'utf8' },
  });
  const seconds = (performance.now() - start) / 1e3;
  if (status !== 0 || (args.includes('schedule') && !stdout.includes('| cycles'))) {
    throw new Error(`${name}: ended with ${status}: ${stderr || stdout}`);
  }
  return seconds;
}

/** The memory of a run that writes it down itself; not one whose time is taken. */
function peakOf(run: Run, env: NodeJS.ProcessEnv, folder: string): number {
  const [recorder, record] = [join(folder, 'recorder.cjs'), join(folder, 'kibibytes')];
  // What the system says at the end may be the memory of the process that started this one.
  writeFileSync(
    recorder,
    `const { existsSync, readFileSync, writeFileSync } = require('node:fs');
    const status = '/proc/self/status';
    process.on('exit', () => {
      const peak = existsSync(status) ? /VmHWM:\\s*(\\d+)/.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
      writeFileSync(${JSON.stringify(record)}, peak ?? String(process.resourceUsage().maxRSS));
    });`,
  );
  // The first run keeps compiled code, which takes memory.
  secondsOf(run, env);
  secondsOf({ ...run, args: ['--require', recorder, ...run.args] }, env);
  return Number(readFileSync(record, 'utf8')) * 1024;
}

/** The measurements as a table. */
export function startTable(measured: readonly StartMeasurement[]): Table {
  const rows = measured.map(({ process, seconds, ratio, peakBytes }) => [
    ...[process, (seconds * 1e3).toFixed(1), times(ratio), (peakBytes / 2 ** 20).toFixed(1)],
  ]);
  return table(['process', 'ms', 'over node', 'MiB'], rows);
}
