import { existsSync, readFileSync } from 'node:fs';
import { instantiateSync } from '@assemblyscript/loader';
import { describe, expect, test } from 'vitest';
import { Header, Layer } from '../../assembly/schedule/layout.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { EngineExports } from '../../src/engine/exports.ts';
import { type Granularity, parseGranularity } from '../../src/workload/granularity.ts';
import { lower, type Problem } from '../../src/workload/problem.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

const BUILDS = ['engine.wasm', 'engine.debug.wasm'].map(
  (file) => new URL(`../../dist/${file}`, import.meta.url),
);
/** Room for a problem that the problem does not need: what is made of it lies behind 2.4 GB. */
const FAR_WORDS = 600_000_000;

/** The finishes of every set as a build finds them, with everything behind `reserved` words of memory. */
function finishes(build: URL, problem: Problem, copies: readonly number[], wide: boolean, reserved: number) {
  const engine = instantiateSync<EngineExports>(readFileSync(build)).exports;
  const address = engine.reserve(reserved) >>> 0;
  const words = () => new Int32Array(engine.memory.buffer);
  const record = (layer: number) => (address >>> 2) + Header.WORDS + layer * Layer.WORDS;
  words().set(problem.words, address >>> 2);
  expect(engine.analyse(address)).toBeTruthy();
  problem.baseLayers.forEach((layer, i) => {
    const sets = words()[record(layer) + Layer.SET_ROWS]! * words()[record(layer) + Layer.SET_COLUMNS]!;
    words()[record(layer) + Layer.COPIES] = Math.min(copies[i]!, sets);
  });
  engine.schedule(wide);
  return problem.baseLayers.map((layer) => {
    const [rows, columns] = [Layer.SET_ROWS, Layer.SET_COLUMNS].map((word) => words()[record(layer) + word]!);
    const times = engine.timesOf(record(layer) << 2) >>> 0;
    if (reserved === FAR_WORDS) expect(times).toBeGreaterThan(2 ** 31);
    const sets = rows! * columns!;
    if (!wide) return Array.from(new Int32Array(engine.memory.buffer, times, sets));
    return Array.from(new BigInt64Array(engine.memory.buffer, times, sets), Number);
  });
}

const granularities: Granularity[] = ['pixel', 'row', '4x4'].map(parseGranularity);

describe.each(['tinyyolov4', 'resnet50', 'yolov3'])('%s', (model) => {
  test.each(granularities)('is the same in both builds, both widths and behind 2 GiB, %o', (granularity) => {
    const problem = lower(zooNetwork(model), granularity);
    const copies = problem.baseLayers.map((_, i) => 1 + ((i * 5) % 13));
    const engine = new Engine();
    engine.load(problem.words);
    engine.schedule(copies);
    const expected = problem.baseLayers.map((layer) => Array.from(engine.finishes(layer)));
    for (const build of BUILDS.filter((file) => existsSync(file))) {
      for (const wide of [false, true]) {
        for (const reserved of [problem.words.length, FAR_WORDS]) {
          const found = finishes(build, problem, copies, wide, reserved);
          // Compared whole only where they differ, which is slow to print.
          const differs = found.findIndex((layer, i) =>
            layer.some((finish, k) => finish !== expected[i]![k]),
          );
          expect(differs, `${build.pathname}, wide ${wide}, behind ${reserved} words`).toBe(-1);
        }
      }
    }
  });
});
