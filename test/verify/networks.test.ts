import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isBase } from '../../src/network/network.ts';
import { WeightFiles } from '../../src/node/external-data.ts';
import { model } from '../load/onnx/onnx-writer.ts';
import { writtenBeside } from './networks/beside.ts';
import { CHIPS } from './networks/chips.ts';
import { HeldNetwork, largestDeviation } from './networks/held-network.ts';
import { NETWORKS } from './networks/index.ts';
import { deviationText, expectTable } from './networks/table.ts';

const TOLERANCE = 1e-4;
const HEADINGS = ['network', 'what is in it', 'base layers', ...CHIPS.map(({ name }) => name)];
const MOST = Math.max(...CHIPS.map(({ inferences }) => inferences));

const rows: string[][] = [];
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test.each(NETWORKS)('$name is what ONNX Runtime computes, on every chip', async ({ name, has, build }) => {
  const held = await HeldNetwork.of(model(build()), MOST);
  const bases = held.network.layers.filter(isBase).length;
  const deviations = CHIPS.map((chip) => {
    const timeline = chip.timeline(held.network);
    expect(timeline.residencies.length > 0, chip.name).toBe(chip.hasRounds);
    expect(timeline.inferences, chip.name).toBe(chip.inferences);
    const executed = held.execute(timeline);
    const deviation = largestDeviation(executed);
    expect.soft(deviation, chip.name).toBeLessThan(TOLERANCE);
    // What is compared has values, of all base layers.
    expect(executed.tensors, chip.name).toHaveLength(bases);
    expect(Math.min(...executed.tensors.map(({ largest }) => largest))).toBeGreaterThan(0.1);
    return deviation;
  });
  rows.push([name, has, String(bases), ...deviations.map(deviationText)]);
});

test('docs/verification.md lists them', () => {
  expect(rows, 'the tests of all networks have to run').toHaveLength(NETWORKS.length);
  expectTable(HEADINGS, rows);
});

test('weights in a file beside the model are read where they lie', async () => {
  const path = writtenBeside(NETWORKS[0]!.build());
  folders.push(dirname(path));
  const own = readFileSync(path).length;
  const files = new WeightFiles(path);
  try {
    const held = await HeldNetwork.of(files, 1);
    for (const chip of CHIPS.filter(({ inferences }) => inferences === 1)) {
      const executed = held.execute(chip.timeline(held.network));
      expect(largestDeviation(executed)).toBeLessThan(TOLERANCE);
      expect(executed.weightBytes).toBeGreaterThan(own);
    }
  } finally {
    files.close();
  }
});
