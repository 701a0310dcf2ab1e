import { expect } from 'vitest';
import { judge } from '../../scripts/fuzz/judge.ts';
import { limitMs } from '../../scripts/fuzz/limits.ts';
import { targetOf } from '../../scripts/fuzz/targets/index.ts';
import { cpuMs } from '../cpu-ms.ts';

/** Runs the inputs of seeds 1 to `count` and demands that each has a result or a message, within its time. */
export function expectNoFinding(name: string, count: number): { taken: number; refused: number } {
  const target = targetOf(name);
  const corpus = target.corpus(false);
  const ends = { taken: 0, refused: 0 };
  for (let seed = 1; seed <= count; seed++) {
    const bytes = target.mutate(seed, corpus);
    const start = cpuMs();
    const verdict = judge((input) => target.run(input), bytes);
    const ms = cpuMs() - start;
    if (typeof verdict !== 'string') expect.fail(`${name}, seed ${seed}: ${verdict.kind}: ${verdict.what}`);
    expect(ms, `${name}, seed ${seed}, CPU time of ${bytes.length} bytes`).toBeLessThan(
      limitMs(bytes.length, target.reads),
    );
    ends[verdict]++;
  }
  return ends;
}

/** The same of files, of which some are taken and some are not, or the changes are too wild, or none. */
export function expectNoFindingInFiles(name: string, count: number): void {
  const { taken, refused } = expectNoFinding(name, count);
  expect(taken).toBeGreaterThan(count / 20);
  expect(refused).toBeGreaterThan(count / 20);
}
