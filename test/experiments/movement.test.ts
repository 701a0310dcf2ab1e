import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findingsChip } from '../../src/experiments/findings-setup.ts';
import { movementFinding } from '../../src/experiments/movement.ts';
import { findPreset, schedule, simulate, zooNetwork } from '../../src/index.ts';
import { readArchitecture } from '../../src/node/architecture.ts';
import { markdown } from '../../src/report/markdown.ts';
import { movementText } from '../../src/report/movement-table.ts';
import { findZooEntry } from '../../src/zoo/index.ts';

const file = readArchitecture(fileURLToPath(new URL('../../docs/examples/findings.yaml', import.meta.url)));
const finding = movementFinding([findZooEntry('tinyyolov4')!, findZooEntry('vgg16')!]);
const settingsOf = (name: string) => finding.networks.find(({ network }) => network === name)!.settings;

test('docs/examples/findings.yaml is the chip of the experiments', () => {
  const { description: _, source: __, ...built } = findingsChip;
  const { description: ___, ...read } = file;
  expect(read).toEqual(built);
});

describe('movement', () => {
  test('compares runs of simulate with the same mapping', () => {
    const network = zooNetwork('tinyyolov4');
    const options = { extraPes: 32, granularity: 'row', batch: 8 } as const;
    const here = simulate(network, file, options);
    const free = simulate(network, { ...file, chip: { clockNs: 1 } }, options);
    const setting = settingsOf('tinyyolov4').find((one) => one.setting === 'wdup+32')!;
    expect(setting.usedPes).toBe(149);
    expect(setting.free.throughputPerSecond).toBe(free.throughputPerSecond);
    expect(setting.onChip[0]).toMatchObject({
      linkBitsPerCycle: 32,
      throughputPerSecond: here.throughputPerSecond,
      throughputOverestimate: free.throughputPerSecond / here.throughputPerSecond - 1,
    });
  });

  test('has the throughput of the slowest layer and the latency of the schedule where movement is free', () => {
    // TinyYOLOv4 without duplication: its first layer takes 208 · 208 MVMs of 1400 ns.
    const [none] = settingsOf('tinyyolov4');
    const options = { extraPes: 0, duplication: 'none', granularity: 'row' } as const;
    const { cycles } = schedule(zooNetwork('tinyyolov4'), findPreset('paper')!, options);
    expect(none!.setting).toBe('none');
    expect(none!.free.throughputPerSecond).toBeCloseTo(1e9 / (208 * 208 * 1400), 6);
    expect(none!.free.latencyNs).toBe(cycles * 1400);
  });

  test('finds next to nothing without duplication, and far more where every PE is at work', () => {
    for (const { network } of finding.networks) {
      const overestimates = settingsOf(network).map(({ onChip }) => onChip[0]!.throughputOverestimate);
      expect(Math.abs(overestimates[0]!)).toBeLessThan(0.03);
      expect(overestimates[2]).toBeGreaterThan(0.5);
    }
  });

  test('tells the largest overestimate', () => {
    const all = finding.networks.flatMap(({ settings }) =>
      settings.flatMap(({ onChip }) => onChip.map(({ throughputOverestimate }) => throughputOverestimate)),
    );
    expect(all).toHaveLength(2 * 3 * 3);
    expect(finding.largestOverestimate).toBe(all.toSorted((a, b) => a - b).at(-1));
    expect(markdown(movementText(finding))).toMatch(
      new RegExp(
        `throughput: \\+${(finding.largestOverestimate * 100).toFixed(1)} % here, up to \\+308\\.0 %`,
      ),
    );
  });
});
