import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type ChipSize, sizesFinding } from '../../src/experiments/sizes.ts';
import { turnsChip } from '../../src/experiments/turns-setup.ts';
import { type ScheduleOptions, schedule, zooNetwork } from '../../src/index.ts';
import { readArchitecture } from '../../src/node/architecture.ts';
import { markdown } from '../../src/report/markdown.ts';
import { sizesText } from '../../src/report/sizes-table.ts';
import { findZooEntry } from '../../src/zoo/index.ts';

const file = readArchitecture(fileURLToPath(new URL('../../docs/examples/turns.yaml', import.meta.url)));
const names = ['tinyyolov3', 'tinyyolov4', 'vgg16', 'vgg19', 'resnet50'] as const;
const finding = sizesFinding(names.map((name) => findZooEntry(name)!));
const networkOf = (name: string) => finding.networks.find(({ network }) => network === name)!;
const sizeOf = (name: string, share: number) => networkOf(name).sizes.find((size) => size.share === share)!;

test('docs/examples/turns.yaml is the chip of the experiments on turns', () => {
  const { description: _, source: __, ...built } = turnsChip;
  const { description: ___, ...read } = file;
  expect(read).toEqual(built);
});

describe('speed over the size of the chip', () => {
  const run = (options: ScheduleOptions) =>
    schedule(zooNetwork('tinyyolov4'), file, { ...options, granularity: 'row' });
  const stream = { batch: 48, group: 16 } as const;
  const perSecond = ({ intervalCycles = 0 }) => 1e9 / (intervalCycles * 1400);

  test('is what schedule says, in turns', () => {
    const half = sizeOf('tinyyolov4', 0.5);
    expect(half.pes).toBe(59);
    for (const reload of ['rolling', 'barrier'] as const) {
      const one = run({ pes: 59, reload });
      expect(one.roundCount).toBe(half.roundCount);
      expect(half[reload].latencyNs).toBe(one.latencyNs);
      expect(half[reload].throughputPerSecond).toBe(perSecond(run({ pes: 59, reload, ...stream })));
    }
    expect(half.peWritesPerInference).toBe(run({ pes: 59, ...stream }).peWritesPerInference);
    expect(half.layerByLayer.latencyNs).toBe(run({ pes: 59, scheduling: 'lbl' }).latencyNs);
  });

  test('is what schedule says, with all weights at once', () => {
    expect(sizeOf('tinyyolov4', 0.9).atOnce).toBeUndefined();
    const { atOnce, layerByLayer } = sizeOf('tinyyolov4', 1.5);
    expect(atOnce!.latencyNs).toBe(run({ pes: 176 }).latencyNs);
    expect(atOnce!.throughputPerSecond).toBe(perSecond(run({ pes: 176, ...stream })));
    expect(layerByLayer.latencyNs).toBe(run({ pes: 176, scheduling: 'lbl', rounds: 'auto' }).latencyNs);
  });

  test.each(names)(
    'a tenth of %s in turns is faster than all of it at once without room for copies',
    (name) => {
      const { latencyNs, throughputPerSecond } = sizeOf(name, 1).atOnce!;
      const { rolling } = sizeOf(name, 0.1);
      expect(rolling.throughputPerSecond).toBeGreaterThan(2 * throughputPerSecond);
      expect(rolling.latencyNs).toBeLessThan(latencyNs / 2);
    },
  );

  test('turns are faster than all weights at once even on twice the PEs, for these networks', () => {
    const beaten = finding.networks.filter(({ sizes }) => {
      const { rolling, atOnce } = sizes.at(-1)!;
      return (
        rolling.latencyNs >= atOnce!.latencyNs || rolling.throughputPerSecond <= atOnce!.throughputPerSecond
      );
    });
    expect(beaten).toEqual([]);
  });

  test('rolling is no slower than barrier for one inference, and gains most for the ResNet', () => {
    const gains = finding.networks.map(({ network, sizes }) => ({
      network,
      largest: Math.max(...sizes.map(({ rolling, barrier }) => barrier.latencyNs / rolling.latencyNs)),
      least: Math.min(...sizes.map(({ rolling, barrier }) => barrier.latencyNs / rolling.latencyNs)),
    }));
    expect(gains.filter(({ least }) => least < 1)).toEqual([]);
    const [first] = gains.toSorted((a, b) => b.largest - a.largest);
    expect(first).toMatchObject({ network: 'resnet50' });
    expect(first!.largest).toBeGreaterThan(1.4);
  });

  test('across layers gains much for the ResNet, little or nothing for those whose layers fill the chip', () => {
    const gain = ({ rolling, layerByLayer }: ChipSize) => layerByLayer.latencyNs / rolling.latencyNs;
    for (const name of ['tinyyolov3', 'tinyyolov4', 'vgg16', 'vgg19']) {
      for (const size of networkOf(name).sizes) expect(gain(size)).toBeLessThan(1.25);
    }
    expect(gain(sizeOf('resnet50', 0.25))).toBeGreaterThan(1.7);
    expect(gain(sizeOf('vgg16', 0.9))).toBeLessThan(1);
  });

  test('tells from which size on turns are as fast as all weights at once on twice the PEs', () => {
    for (const { sizes, sufficient } of finding.networks) {
      const { atOnce } = sizes.at(-1)!;
      const fastEnough = sizes.filter(({ rolling }) => rolling.latencyNs <= atOnce!.latencyNs);
      expect(sufficient.latencyShare).toBe(fastEnough[0]!.share);
      expect(sufficient.latencyShare).toBeLessThanOrEqual(1);
    }
  });
});

test('ResNet152 gains most from turns across layers; for a stream on twice its PEs residency is ahead', () => {
  const { networks } = sizesFinding([findZooEntry('resnet152')!]);
  const { sizes, sufficient } = networks[0]!;
  const most = (gain: (size: ChipSize) => number) => Math.max(...sizes.map(gain));
  const { rolling, atOnce } = sizes.at(-1)!;
  expect(rolling.throughputPerSecond / atOnce!.throughputPerSecond).toBeCloseTo(0.92, 2);
  expect(sufficient).toEqual({ latencyShare: 0.25 });
  expect(most((size) => size.layerByLayer.latencyNs / size.rolling.latencyNs)).toBeCloseTo(2.3, 1);
  expect(most((size) => size.rolling.throughputPerSecond / size.barrier.throughputPerSecond)).toBeCloseTo(
    1.5,
    1,
  );
  // More PEs are not always faster: rounds are chosen for barrier.
  const perSecond = (share: number) =>
    sizes.find((size) => size.share === share)!.rolling.throughputPerSecond;
  expect(perSecond(1)).toBeLessThan(perSecond(0.9));
}, 150_000);

test('prints two tables that fit a terminal, and a sentence for every network', () => {
  const text = markdown(sizesText(finding));
  expect(text.match(/^\| resnet50 +\| +50 % \| +195 \| /gm)).toHaveLength(2);
  expect(text.match(/^\w+: turns are as fast as all at once on 200 % from /gm)).toHaveLength(5);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});
