/**
 * `npm run bench:regression`: fails where the engine has become slow beside the plain TypeScript reference, measured in
 * the same process, one after the other. Machines differ and are busy, so that times say nothing; the ratio of both says more,
 * and is held against those of `bench/ratios.json`. `-- --save` writes that file.
 */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import '../src/node/engine-file.ts';
import { Engine } from '../src/engine/engine.ts';
import { markdown } from '../src/report/markdown.ts';
import { table } from '../src/report/table.ts';
import { lower } from '../src/workload/problem.ts';
import { referenceAnalysis, referenceTimes } from '../test/reference/reference.ts';
import { prepare } from './prepare.ts';

/** How many times the reference takes as long as the engine, by what both do. */
export type Ratios = Readonly<Record<string, number>>;

/** Ratios may fall to this share: other processors and versions of Node run Wasm and JavaScript at other speeds. */
export const LEAST_SHARE = 0.5;

/** Rounds; in each everything is measured once, so that what else the machine does meets all alike. */
const ROUNDS = 8;

/** The least time of a round for one of both; single runs may take longer. */
const ROUND_MS = 60;

/** One run of the engine is too short for a clock. */
const RUNS_OF_ENGINE = 10;

/** The same work, done twice. */
interface Pair {
  readonly name: string;
  readonly engine: () => void;
  readonly reference: () => void;
}

/** What is compared: small, since the reference takes a thousand times as long. */
function pairs(): Pair[] {
  const prepared = prepare('resnet50', 'pixel', { height: 64, width: 64 });
  const engine = new Engine();
  engine.load(lower(prepared.network, 'pixel').words);
  engine.schedule(prepared.copies);
  const analysis = referenceAnalysis(prepared.network, 'pixel');
  return [
    {
      name: 'analyse',
      engine: () => engine.analyse(),
      reference: () => void referenceAnalysis(prepared.network, 'pixel'),
    },
    {
      name: 'schedule',
      engine: () => engine.reschedule(),
      reference: () => void referenceTimes(analysis, prepared.copies),
    },
  ];
}

/**
 * Ratios of all pairs: the best time of the reference over the best of the engine. What else a machine does only adds to a
 * time, and so does code that is not optimised yet.
 */
export function measureRatios(rounds = ROUNDS): Ratios {
  const best = pairs().map((pair) => ({ pair, engine: Infinity, reference: Infinity }));
  for (let round = 0; round < rounds; round++) {
    for (const each of best) {
      each.reference = Math.min(each.reference, fastest(each.pair.reference, 1));
      each.engine = Math.min(each.engine, fastest(each.pair.engine, RUNS_OF_ENGINE));
    }
  }
  return Object.fromEntries(best.map(({ pair, engine, reference }) => [pair.name, reference / engine]));
}

/** The fastest of as many runs as a round has time for, in milliseconds; so many at once are measured as one. */
function fastest(work: () => void, runs: number): number {
  let best = Infinity;
  for (const start = performance.now(); performance.now() - start < ROUND_MS; ) {
    const before = performance.now();
    for (let run = 0; run < runs; run++) work();
    best = Math.min(best, (performance.now() - before) / runs);
  }
  return best;
}

/** Names whose ratio has fallen below {@link LEAST_SHARE} of the saved one; all names must be in both. */
export function regressions(measured: Ratios, saved: Ratios): string[] {
  const names = Object.keys(measured);
  if (names.toSorted().join() !== Object.keys(saved).toSorted().join()) {
    throw new Error(
      `bench/ratios.json: has ${Object.keys(saved).join(', ')}, and measured are ${names.join(', ')}; write it anew, by npm run bench:regression -- --save`,
    );
  }
  return names.filter((name) => measured[name]! < saved[name]! * LEAST_SHARE);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { save: { type: 'boolean', default: false } } });
  const path = join(process.cwd(), 'bench/ratios.json');
  const measured = measureRatios();
  if (values.save) {
    const rounded = Object.entries(measured).map(([name, ratio]) => [name, Number(ratio.toPrecision(3))]);
    writeFileSync(path, `${JSON.stringify(Object.fromEntries(rounded), null, 2)}\n`);
  }
  const saved = v.parse(v.record(v.string(), v.number()), JSON.parse(readFileSync(path, 'utf8')));
  const slow = regressions(measured, saved);
  const rows = Object.entries(measured).map(([name, ratio]) => [
    ...[name, ratio.toFixed(0), saved[name]!.toFixed(0), (ratio / saved[name]!).toFixed(2)],
  ]);
  console.log(markdown([table(['reference / engine', 'now', 'saved', 'now / saved'], rows)]));
  if (slow.length > 0) {
    console.error(
      `${slow.join(', ')}: beside the reference the engine takes more than ${1 / LEAST_SHARE} times as long as saved in bench/ratios.json`,
    );
    process.exitCode = 1;
  }
}
