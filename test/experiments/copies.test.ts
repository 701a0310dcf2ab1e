import { describe, expect, test } from 'vitest';
import { copiesChip, copiesFinding } from '../../src/experiments/copies.ts';
import { schedule, simulate, zooNetwork } from '../../src/index.ts';
import { copiesText } from '../../src/report/copies-table.ts';
import { markdown } from '../../src/report/markdown.ts';
import { findZooEntry } from '../../src/zoo/index.ts';

const finding = copiesFinding([findZooEntry('tinyyolov3')!, findZooEntry('resnet50')!]);
const settingsOf = (name: string) => finding.networks.find(({ network }) => network === name)!.settings;
const { chip: _, ...freeChip } = copiesChip;
const tinyYolo = zooNetwork('tinyyolov3');

describe('TinyYOLOv3 with 64 PEs more, for which 52x are published', () => {
  const most = settingsOf('tinyyolov3').at(-1)!;

  test('gets 50.32x at row sets and 60.46x at pixel sets', () => {
    expect(most).toMatchObject({ extraPes: 64, totalPes: 48 + 64 });
    expect(most.free.latency.toFixed(2)).toBe('50.32');
    expect(most.freePixelLatency.toFixed(2)).toBe('60.46');
    expect(finding.published).toEqual({ network: 'tinyyolov3', extraPes: 64, speedup: 52 });
  });

  test('gets what schedule says, with one column for a weight as with eight', () => {
    for (const cellBits of [8, 4, 2, 1]) {
      const { speedup } = schedule(tinyYolo, { ...freeChip, cellBits }, { extraPes: 64, granularity: 'row' });
      expect(speedup).toBeCloseTo(most.free.latency, 10);
    }
  });

  test('gets what simulate says on the chip, 49.50x', () => {
    const { firstLatencyNs } = simulate(tinyYolo, copiesChip, { extraPes: 64, granularity: 'row' });
    const { latencyNs } = schedule(tinyYolo, freeChip, {
      scheduling: 'lbl',
      duplication: 'none',
      extraPes: 0,
    });
    expect(most.onChip.latency).toBe(latencyNs / firstLatencyNs);
    expect(most.onChip.latency.toFixed(2)).toBe('49.50');
  });

  test('has the throughput of its slowest layer: 232,882 MVMs in the time of 3,462', () => {
    expect(most.free.throughput).toBeCloseTo(232_882 / 3_462, 1);
  });
});

test.each(['tinyyolov3', 'resnet50'])('%s is the faster, the more PEs it has', (name) => {
  const settings = settingsOf(name);
  const rises = (speedups: readonly number[]) => {
    expect(speedups).toEqual(speedups.toSorted((a, b) => a - b));
    expect(speedups.at(-1)).toBeGreaterThan(2 * speedups[0]!);
  };
  expect(settings.map(({ extraPes }) => extraPes)).toEqual([0, 16, 32, 64]);
  rises(settings.map(({ free }) => free.latency));
  rises(settings.map(({ onChip }) => onChip.latency));
  rises(settings.map(({ freePixelLatency }) => freePixelLatency));
  for (const { free, onChip, freePixelLatency } of settings) {
    expect(onChip.latency).toBeLessThan(free.latency);
    expect(freePixelLatency).toBeGreaterThan(free.latency);
  }
});

test('prints the figure beside the published one, in lines that fit a terminal', () => {
  const text = markdown(copiesText(finding));
  expect(text).toContain(
    'tinyyolov3, 64 extra PEs, one inference, free: 50.32x at row sets, 60.46x at pixel sets;\n' +
      'up to 52x published (CIMFlow, ',
  );
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(text.match(/^\| tinyyolov3 \| +64 \| 112 \|/gm)).toHaveLength(2);
  expect(markdown(copiesText(copiesFinding([findZooEntry('vgg16')!])))).not.toContain('published');
});
