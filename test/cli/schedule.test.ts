import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/index.ts';
import { MODELS, modelFile } from '../models.ts';
import { clsaCim, json, output, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const scheduled = (...args: string[]) => json<Schedule>('schedule', ...args);

/** Spec.md section 8: network or file, sets, extra PEs, PE_min, baseline, cycles, speedup. */
const specValues: [string, string, number, number, number, number, number][] = [
  ['tinyyolov4', 'row', 32, 117, 113061, 5109, 22.13],
  ['tinyyolov4', 'pixel', 0, 117, 113061, 43945, 2.573],
  ['tinyyolov4', 'pixel', 32, 117, 113061, 4109, 27.515],
  ['tinyyolov4', '4x4', 16, 117, 113061, 8324, 13.583],
  ['tinyyolov3', 'row', 32, 142, 232882, 8060, 28.894],
  ['tinyyolov3', 'pixel', 32, 142, 232882, 7345, 31.706],
  ['vgg16', 'row', 32, 233, 137788, 8540, 16.134],
  ['resnet50', 'pixel', 32, 390, 58310, 1865, 31.265],
  ['resnet152', 'row', 32, 936, 85358, 5138, 16.613],
  ['darknet/yolov4-tiny.cfg', 'row', 32, 117, 113061, 5109, 22.13],
  ['darknet/yolov4-tiny.cfg', '4x4', 16, 117, 113061, 8324, 13.583],
  ['darknet/yolov3-tiny.cfg', 'pixel', 32, 142, 232882, 7345, 31.706],
  ['onnx/light_resnet50.onnx', 'pixel', 32, 422, 61398, 1886, 32.555],
  ['onnx/light_squeezenet.onnx', 'row', 32, 44, 37042, 1494, 24.794],
  ['onnx/resnet18.onnx', '4x4', 16, 201, 30234, 3833, 7.888],
];

/** What spec.md section 6 says of the numbers of every schedule. */
function expectConsistent(result: Schedule): void {
  const { layers, cycles, totalPes } = result;
  const sum = (count: (layer: Schedule['layers'][number]) => number) =>
    layers.reduce((total, layer) => total + count(layer), 0);
  expect(result.minimumPes).toBe(sum((layer) => layer.pes));
  expect(result.usedPes).toBe(sum((layer) => layer.pes * layer.copies));
  expect(result.usedPes).toBeLessThanOrEqual(totalPes);
  expect(result.baselineCycles).toBe(sum((layer) => layer.mvms));
  expect(cycles).toBe(Math.max(...layers.map((layer) => layer.endCycle)));
  expect(result.speedup).toBeCloseTo(result.baselineCycles / cycles, 9);
  expect(result.utilization).toBeCloseTo(sum((layer) => layer.pes * layer.mvms) / (totalPes * cycles), 9);
  for (const { outputShape, mvms } of layers) expect(outputShape[0] * outputShape[1]).toBe(mvms);
}

describe.concurrent('schedule --json', () => {
  test('prints exactly the keys and values that are promised', async () => {
    const result = await scheduled('tinyyolov4', '--extra-pes', '32', '--granularity', 'row');
    expect(result).toMatchObject({
      model: 'tinyyolov4',
      architecture: 'paper',
      granularity: 'row',
      scheduling: 'xinf',
      minimumPes: 117,
      totalPes: 149,
      usedPes: 149,
      baselineCycles: 113061,
      cycles: 5109,
      latencyNs: 7152600,
    });
    expect(result.speedup).toBeCloseTo(22.13, 2);
    expect(result.utilization).toBeCloseTo(0.2857, 4);
    expect(result.layers).toHaveLength(21);
    expect(result.layers[0]).toEqual({
      name: 'conv2d',
      op: 'Conv2D',
      outputShape: [208, 208, 32],
      pes: 1,
      copies: 13,
      sets: 208,
      mvms: 43264,
      startCycle: 0,
      endCycle: 3328,
    });
  });

  test('has the defaults that are promised', async () => {
    const [short, long] = await Promise.all([
      output('schedule', 'tinyyolov4', '--json'),
      output(
        ...['schedule', 'tinyyolov4', '--arch', 'paper', '--extra-pes', '0', '--duplication', 'greedy'],
        ...['--scheduling', 'xinf', '--granularity', 'pixel', '--json'],
      ),
    ]);
    expect(short).toBe(long);
    expect(short).toMatch(/^\{\n[\s\S]*\n\}\n$/);
  });

  test.each(specValues.filter(([model]) => !model.includes('/') || existsSync(MODELS)))(
    'gives the values of spec.md section 8: %s, %s sets, %i extra PEs',
    async (model, granularity, extraPes, minimumPes, baselineCycles, cycles, speedup) => {
      const result = await scheduled(
        ...[model.includes('/') ? modelFile(model) : model, '--granularity', granularity],
        ...['--extra-pes', String(extraPes)],
      );
      expect(result).toMatchObject({ minimumPes, baselineCycles, cycles, granularity });
      expect(result.totalPes).toBe(minimumPes + extraPes);
      expect(result.latencyNs).toBe(cycles * 1400);
      expect(result.speedup).toBeCloseTo(speedup, 3);
      expectConsistent(result);
    },
  );
});

describe.concurrent('options of schedule', () => {
  test('--scheduling lbl runs layer by layer; the baseline takes its own time', async () => {
    const result = await scheduled('resnet50', '--scheduling', 'lbl', '--duplication', 'none');
    expect(result).toMatchObject({ scheduling: 'lbl', cycles: 58310, speedup: 1 });
    expectConsistent(result);
  });

  test('--duplication none, greedy and sum differ as spec.md section 5 says', async () => {
    const [none, greedy, sum] = await Promise.all(
      ['none', 'greedy', 'sum'].map((policy) =>
        scheduled('tinyyolov4', '--extra-pes', '32', '--scheduling', 'lbl', '--duplication', policy),
      ),
    );
    expect(none?.usedPes).toBe(117);
    expect(none?.cycles).toBe(113061);
    expect(sum?.cycles).toBeLessThan(greedy?.cycles ?? 0);
    for (const result of [none, greedy, sum]) expect(result?.totalPes).toBe(149);
  });

  test('--duplication FILE gives the copies that a file lists, by name or in order', async () => {
    const byName = join(folder, 'copies.yaml');
    const inOrder = join(folder, 'copies.json');
    writeFileSync(byName, 'conv2d: 13\nconv2d_1: 3\n');
    writeFileSync(inOrder, JSON.stringify([13, 3, ...Array<number>(19).fill(1)]));
    const [first, second] = await Promise.all(
      [byName, inOrder].map((file) => scheduled('tinyyolov4', '--extra-pes', '32', '--duplication', file)),
    );
    expect(first?.layers.slice(0, 3).map(({ copies }) => copies)).toEqual([13, 3, 1]);
    expect(first?.usedPes).toBe(117 + 12 + 2 * 2);
    expect(second).toEqual(first);
  });

  test('--pes is --extra-pes beyond the minimum', async () => {
    const [pes, extraPes] = await Promise.all([
      scheduled('tinyyolov4', '--pes', '149'),
      scheduled('tinyyolov4', '--extra-pes', '32'),
    ]);
    expect(pes).toEqual(extraPes);
  });

  test('--arch NAME takes its crossbars, latency and number of PEs; --pes and --extra-pes override that', async () => {
    const [isaac, pes, extraPes] = await Promise.all([
      scheduled('tinyyolov4', '--arch', 'isaac'),
      scheduled('tinyyolov4', '--arch', 'isaac', '--pes', '20000'),
      scheduled('tinyyolov4', '--arch', 'isaac', '--extra-pes', '0'),
    ]);
    expect(isaac).toMatchObject({ architecture: 'isaac', totalPes: 16128 });
    expect(isaac.latencyNs).toBe(isaac.cycles * 1600);
    expect(pes.totalPes).toBe(20000);
    expect(extraPes.totalPes).toBe(extraPes.minimumPes);
    expectConsistent(isaac);
  });

  test('--arch FILE takes what `architectures paper` prints, edited', async () => {
    const yaml = await output('architectures', 'paper');
    const same = join(folder, 'same.yaml');
    const edited = join(folder, 'edited.yaml');
    writeFileSync(same, yaml);
    writeFileSync(
      edited,
      yaml
        .replace('name: paper', 'name: mine')
        .replace('crossbarRows: 256', 'crossbarRows: 128')
        .replace('mvmLatencyNs: 1400', 'mvmLatencyNs: 100')
        .replace('# pes:', 'pes: 300'),
    );
    const [paper, again, mine] = await Promise.all([
      output('schedule', 'tinyyolov4', '--json'),
      output('schedule', 'tinyyolov4', '--json', '--arch', same),
      scheduled('tinyyolov4', '--arch', edited),
    ]);
    expect(again).toBe(paper);
    expect(mine).toMatchObject({ architecture: 'mine', totalPes: 300 });
    expect(mine.minimumPes).toBeGreaterThan(117);
    expect(mine.latencyNs).toBe(mine.cycles * 100);
  });

  test('--dim sets the dimensions of a network of the zoo', async () => {
    const result = await scheduled('tinyyolov4', '--dim', 'height=608', '--dim', 'width=320');
    expect(result.layers[0]?.outputShape).toEqual([304, 160, 32]);
    expect(result.minimumPes).toBe(117);
  });

  test('--granularity cuts short at the edge, and a block as large as the OFM is one set', async () => {
    const [cut, whole] = await Promise.all([
      scheduled('tinyyolov4', '--granularity', '5x3'),
      scheduled('tinyyolov4', '--granularity', '1000000x1000000'),
    ]);
    expect(cut.layers[0]?.sets).toBe(Math.ceil(208 / 5) * Math.ceil(208 / 3));
    expect(whole.layers.every(({ sets }) => sets === 1)).toBe(true);
    expect(whole.granularity).toBe('1000000x1000000');
  });

  test.each(['xinf', 'lbl'])(
    '--validate checks a %s schedule and says so on standard error',
    async (order) => {
      const outcome = await clsaCim(
        ...['schedule', 'tinyyolov4', '--scheduling', order, '--granularity', '4x4', '--extra-pes', '16'],
        ...['--validate', '--json'],
      );
      expect(outcome).toMatchObject({ status: 0, stderr: 'clsa-cim: the schedule is valid\n' });
      expect(JSON.parse(outcome.stdout)).toMatchObject({ scheduling: order });
    },
  );
});

describe.concurrent('the table of schedule', () => {
  test('has a row for every base layer, the metrics and what is published', async () => {
    const text = await output('schedule', 'tinyyolov4', '--extra-pes', '32', '--granularity', 'row');
    expect(text).toMatch(/^tinyyolov4 on paper, row sets, across layers \(xinf\)\n/);
    expect(text.match(/^\| conv2d.*$/gm)).toHaveLength(21);
    expect(text).toMatch(
      /\| conv2d +\| Conv2D \| 208 x 208 x 32 \|.* 13 \|.* 208 \| 43,264 \|.* 0 \| 3,328 \|/,
    );
    expect(text).toMatch(/\| speedup +\| +22\.13x \| +21\.90x \|/);
    expect(text).toMatch(/\| latency +\| 7\.153 ms \|/);
    expect(text).toMatch(/\| PEs +\| 117 \+ 32 \| +117 \+ 32 \|/);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('says nothing of published numbers where there are none', async () => {
    const text = await output('schedule', 'tinyyolov4', '--arch', 'isaac', '--scheduling', 'lbl');
    expect(text).toMatch(/^tinyyolov4 on isaac, pixel sets, layer by layer \(lbl\)\n/);
    expect(text).not.toMatch(/published/);
  });
});
