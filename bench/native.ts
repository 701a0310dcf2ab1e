import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as layout from '../assembly/schedule/layout.ts';
import { Engine } from '../src/engine/engine.ts';
import { lower } from '../src/workload/problem.ts';
import { type Measurement, measurement } from './measure.ts';
import { type Prepared, prepare, subject } from './prepare.ts';

const SOURCE = fileURLToPath(new URL('../../bench/native/prototype.cpp', import.meta.url));

/**
 * The same schedules by a native program (`--native`; it needs g++), for comparison with `schedule-wasm` in
 * the same run. It gets the engine's own tables, so only schedule construction is compared.
 *
 * @throws Error where the native program finds another number of cycles.
 */
export function nativeBenchmarks(names: readonly string[]): Measurement[] {
  const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-bench-'));
  try {
    const program = join(folder, 'prototype');
    execFileSync('g++', ['-O3', '-march=native', '-std=c++17', '-o', program, SOURCE]);
    return names.map((name) => {
      const prepared = prepare(name, 'pixel');
      const problem = join(folder, `${name}.bin`);
      const { words, cycles } = analysedProblem(prepared);
      writeFileSync(problem, words);
      const output = execFileSync(program, [problem], { encoding: 'utf8' });
      const native = JSON.parse(output) as { cycles: number; secondsPerRun: number };
      if (native.cycles !== cycles)
        throw new Error(`${name}: ${native.cycles} cycles natively, ${cycles} here`);
      return measurement(subject('schedule-native', prepared), native.secondsPerRun);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The stored layers with their sources, as prototype.cpp reads them, and the cycles of the schedule. */
function analysedProblem(prepared: Prepared): { words: Int32Array; cycles: number } {
  const problem = lower(prepared.network, 'pixel');
  const engine = new Engine();
  engine.load(problem.words);
  engine.schedule(prepared.copies);
  const cycles = Math.max(...problem.baseLayers.map((layer) => engine.endCycle(layer)));
  const words: number[] = [];
  const storedIndex = new Map<number, number>();
  for (let layer = 0; layer < problem.words[layout.Header.LAYERS]!; layer++) {
    const record = engine.layerRecord(layer);
    if (!record[layout.Layer.IS_STORED]) continue;
    storedIndex.set(layer, storedIndex.size);
    words.push(
      record[layout.Layer.SET_ROWS]!,
      record[layout.Layer.SET_COLUMNS]!,
      record[layout.Layer.IS_BASE]!,
      record[layout.Layer.IS_BASE] ? record[layout.Layer.COPIES]! : 0,
      record[layout.Layer.SOURCE_COUNT]!,
    );
    for (const { layer: from, rows, columns } of engine.sources(layer)) {
      words.push(storedIndex.get(from)!, ...rows, ...columns);
    }
  }
  return { words: Int32Array.from([storedIndex.size, ...words]), cycles };
}
