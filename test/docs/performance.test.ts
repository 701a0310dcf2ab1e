import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { axes } from '../../bench/scaling/axes.ts';
import { growthOf, LINEAR } from '../../bench/scaling/growth.ts';
import { readScalingRun, SAVED_RUN } from '../../bench/scaling/saved.ts';
import { axesTable, scalingTable } from '../../bench/scaling/table.ts';
import { markdown } from '../../src/report/markdown.ts';
import type { Table } from '../../src/report/table.ts';
import { root } from './documents.ts';

const path = join(root, 'docs/performance.md');
const run = readScalingRun(join(root, SAVED_RUN));

/** The text, with a table of the same first and second heads replaced. */
function withTable(text: string, table: Table): string {
  const lines = text.split('\n');
  const [first, second] = table.heads;
  const start = lines.findIndex((line) => new RegExp(`^\\| ${first} +\\| ${second}`).test(line));
  expect(start, `docs/performance.md has no table of ${first} and ${second}`).toBeGreaterThan(0);
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return lines.toSpliced(start, end - start, markdown([table])).join('\n');
}

test('docs/performance.md has the figures of bench/scaling.json', () => {
  const before = readFileSync(path, 'utf8');
  const machine = `${run.cores} cores and Node ${run.node.split('.')[0]}`;
  const after = [axesTable(run.rows), scalingTable(run.rows)]
    .reduce(withTable, before)
    .replace(/a machine with \d+ cores and Node \d+/, `a machine with ${machine}`);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, after);
  expect(readFileSync(path, 'utf8'), 'UPDATE_DOCS=1 writes them anew').toBe(after);
  expect(after).toContain(machine);
});

test('every axis has been measured', () => {
  expect(run.rows.map(({ name }) => name)).toEqual(axes.map(({ name }) => name));
  for (const { samples } of run.rows) expect(samples.length).toBeGreaterThan(2);
});

test('what grows more than linearly is explained, and nothing else is', () => {
  const [, explained] = /### Above 1\.1\n([\s\S]*?)\n### /.exec(readFileSync(path, 'utf8'))!;
  const named = axes.map(({ name }) => name).filter((name) => explained!.includes(`\`${name}\``));
  const above = run.rows.filter((row) => {
    const { time, memory } = growthOf(row);
    return [time, memory].some((fit) => fit !== undefined && fit.exponent > LINEAR);
  });
  expect(named).toEqual(above.map(({ name }) => name));
});
