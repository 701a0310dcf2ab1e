import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isBase } from '../../src/network/network.ts';
import { FULL_NETWORKS } from './networks/at-full-size.ts';
import { LARGE_CHIPS } from './networks/chips.ts';
import { HeldNetwork, largestDeviation } from './networks/held-network.ts';
import { deviationText, expectTable } from './networks/table.ts';

const TOLERANCE = 1e-4;
const HEADINGS = ['network', 'which', 'base layers', ...LARGE_CHIPS.map(({ name }) => name)];

const rows: string[][] = [];
const isThere = ({ file }: { readonly file?: string }) => file === undefined || existsSync(file);

test.each(FULL_NETWORKS.filter(isThere))(
  '$name is what ONNX Runtime computes',
  async ({ name, has, build, seconds = Infinity }) => {
    const held = await HeldNetwork.of(build(), 1);
    const bases = held.network.layers.filter(isBase).length;
    const deviations = LARGE_CHIPS.map((chip) => {
      const timeline = chip.timeline(held.network);
      if (chip.hasRounds) expect(timeline.residencies.length, chip.name).toBeGreaterThan(0);
      const before = process.cpuUsage();
      const executed = held.execute(timeline);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1e6, `seconds of processor time, ${chip.name}`).toBeLessThan(seconds);
      const deviation = largestDeviation(executed);
      expect.soft(deviation, chip.name).toBeLessThan(TOLERANCE);
      expect(executed.tensors, chip.name).toHaveLength(bases);
      return deviation;
    });
    rows.push([name, has, String(bases), ...deviations.map(deviationText)]);
  },
  // Half a minute by itself, where nothing else runs.
  300_000,
);

test.runIf(FULL_NETWORKS.every(isThere))('docs/verification.md lists them', () => {
  expect(rows, 'the tests of all networks have to run').toHaveLength(FULL_NETWORKS.length);
  expectTable(HEADINGS, rows);
});
