import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { axes } from './axes.ts';
import type { Axis } from './axis.ts';
import type { Sample } from './sample.ts';
import { type ScalingRow, sampleSchema } from './saved.ts';

/** The names of all axes. */
export const axisNames: readonly string[] = axes.map(({ name }) => name);

/**
 * Measures all axes, or those whose names are given; tells of each size before it is measured.
 *
 * @param isQuick Whether it is a smoke run, at small sizes.
 */
export function measureScaling(
  names: readonly string[],
  isQuick: boolean,
  tell: (line: string) => void,
): ScalingRow[] {
  const chosen = axes.filter(({ name }) => names.length === 0 || names.includes(name));
  return chosen.map((axis) => {
    const { name, unit, does } = axis;
    return { name, unit, does, samples: isQuick ? quickSamples(axis, tell) : samplesOf(axis, tell) };
  });
}

/** Each size has a process of its own, so that the highest memory of the process is that of this size. */
function samplesOf(axis: Axis, tell: (line: string) => void): Sample[] {
  return axis.sizes.map((size) => {
    tell(`${axis.name} ${size}`);
    return inFolder((folder) => {
      if (axis.write !== undefined) child(folder, axis, 'write', size);
      return v.parse(sampleSchema, JSON.parse(child(folder, axis, 'measure', size)));
    });
  });
}

/** All in one process, since most of the time of a smoke run would go by with starting them. */
function quickSamples(axis: Axis, tell: (line: string) => void): Sample[] {
  tell(axis.name);
  return inFolder((folder) =>
    child(folder, axis, 'quick', ...axis.quickSizes)
      .trim()
      .split('\n')
      .map((line) => v.parse(sampleSchema, JSON.parse(line))),
  );
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-scaling-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A million nodes or points take more than V8 allows by itself on some machines. Garbage is collected on one thread: on a busy machine
 * helpers of the collector spin while they wait for each other, which is time of the CPU, but no work.
 */
const V8_OPTIONS = ['--max-old-space-size=12288', '--single-threaded-gc'];

function child(folder: string, { name }: Axis, task: string, ...sizes: number[]): string {
  const script = fileURLToPath(new URL('child.js', import.meta.url));
  const args = [...V8_OPTIONS, script, folder, name, task, ...sizes.map(String)];
  return execFileSync(process.execPath, args, {
    ...{ encoding: 'utf8', maxBuffer: 2 ** 26 },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
