import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Reproduction } from '../../src/experiments/reproduction.ts';
import {
  type Architecture,
  architecturePresets,
  parseArchitecture,
  type Schedule,
  zoo,
} from '../../src/index.ts';
import type { Inspection } from '../../src/report/inspection.ts';
import { int, model, node, weights } from '../load/onnx/onnx-writer.ts';
import { clsaCim, json, output, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** No line of a text is wider than a terminal of 100 columns. */
function expectNarrow(text: string): void {
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
}

describe.concurrent('inspect', () => {
  test('--json describes every layer, and which PEs a base layer gets', async () => {
    const result = await json<Inspection>('inspect', 'tinyyolov4', '--extra-pes', '32');
    expect(result).toMatchObject({
      model: 'tinyyolov4',
      architecture: 'paper',
      crossbar: [256, 256],
      columnsPerWeight: 1,
      minimumPes: 117,
      totalPes: 149,
      usedPes: 149,
    });
    const base = result.layers.filter((layer) => layer.pes !== undefined);
    expect(base).toHaveLength(21);
    expect(base[0]).toMatchObject({ outputShape: [208, 208, 32], weights: [27, 32, 1], mvms: 43264, pes: 1 });
    let next = 0;
    for (const { pes = 0, copies = 0, firstPe, lastPe } of base) {
      expect(firstPe).toBe(next);
      next += pes * copies;
      expect(lastPe).toBe(next - 1);
    }
    expect(next).toBe(149);
    const names = new Set<string>();
    for (const layer of result.layers) {
      for (const input of layer.inputs) expect(names).toContain(input);
      names.add(layer.name);
    }
  });

  test('prints a table of all layers', async () => {
    const text = await output('inspect', 'tinyyolov4', '--extra-pes', '32');
    expect(text).toMatch(/^tinyyolov4 on paper: crossbars of 256 x 256, 1 column per weight\n/);
    expect(text).toMatch(
      /\| conv2d +\| Conv2D +\| +208 x 208 x 32 \| +27 x 32 \| 43,264 \| +1 \| +13 \| 0–12 +\| +1 \|/,
    );
    expect(text).toMatch(
      /\n\d+ layers, 21 of them base layers with 113,061 MVMs; 117 PEs at least, 149 used of 149\n$/,
    );
  });

  test('shows a network that does not fit, and what is missing', async () => {
    const text = await output('inspect', 'tinyyolov4', '--pes', '100');
    expect(text).toMatch(/\| conv2d_14 +\|.*\| +36 \| +1 \|/);
    expect(text).toMatch(
      /117 PEs at least, 117 used of 100\n17 PEs are missing; with one copy each the layers do not fit\n$/,
    );
    const result = await json<Inspection>('inspect', 'tinyyolov4', '--pes', '100');
    expect(result).toMatchObject({ minimumPes: 117, totalPes: 100, missingPes: 17 });
    expect(await json<Inspection>('inspect', 'tinyyolov4')).toMatchObject({ missingPes: 0 });
  });

  test('says which of several crossbars a layer gets, and why', async () => {
    const chip = 'docs/examples/two-crossbars.yaml';
    const { crossbars = [], layers, ...result } = await json<Inspection>('inspect', 'vgg16', '--arch', chip);
    expect(result).not.toHaveProperty('crossbar');
    expect(crossbars.map(({ name, size, totalPes }) => [name, size, totalPes])).toEqual([
      ['large', [256, 256], 192],
      ['small', [64, 64], 768],
    ]);
    for (const { name, minimumPes, totalPes, usedPes } of crossbars) {
      const own = layers.filter(({ crossbar }) => crossbar === name);
      expect(own.reduce((sum, { pes = 0, copies = 0 }) => sum + pes * copies, 0)).toBe(usedPes);
      // PEs of each size are numbered from 0.
      expect(own.map(({ lastPe }) => lastPe).at(-1)).toBe(usedPes - 1);
      expect(minimumPes).toBeLessThanOrEqual(usedPes);
      expect(usedPes).toBeLessThanOrEqual(totalPes);
      for (const { reason } of own) expect(reason).toMatch(/^(fills|would fill more)/);
    }
    const text = await output('inspect', 'vgg16', '--arch', chip);
    expect(text).toMatch(
      /^vgg16 on two-crossbars: crossbars of 256 x 256 and 64 x 64, 1 column per weight\n/,
    );
    expect(text).toMatch(
      /\| block1_conv1 \| small +\| fills 42 % of its 64 x 64 crossbars, 3 % of 256 x 256 ones +\|/,
    );
    const refused = await clsaCim('schedule', 'resnet152', '--arch', chip);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^clsa-cim: network resnet152: does not fit the crossbars: PEs are missing, \d+ of large/,
    );
    const many = await output('inspect', 'resnet152', '--arch', chip);
    expect(many).toMatch(/\n[\d,]+ PEs are missing: [\d,]+ of large(, [\d,]+ of small)?; with one copy each/);
  });

  test('keeps hostile names on their line', async () => {
    const nodes = [node('Conv', 'x w', 'y', {}, 'a\n| \u001b[31mb'.padEnd(5000, 'c'))];
    const path = file(
      'names.onnx',
      model({ inputs: { x: [1, 3, 8, 8] }, nodes, initializers: { w: weights(4, 3, 1, 1) }, outputs: ['y'] }),
    );
    const outcome = await clsaCim('inspect', path);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(outcome.stdout).not.toMatch(/\u001b/);
    expect(outcome.stdout.match(/^\|/gm)).toHaveLength(4);
    expect(Math.max(...outcome.stdout.split('\n').map((line) => line.length))).toBeLessThan(200);
  });
});

describe.concurrent('models', () => {
  test('--json lists the zoo with what its networks need', async () => {
    const models = await json<Record<string, unknown>[]>('models');
    expect(models.map(({ name }) => name)).toEqual(zoo.map(({ name }) => name));
    expect(models.find(({ name }) => name === 'resnet152')).toMatchObject({
      baseLayers: 155,
      minimumPes: 936,
      mvms: 85358,
      dims: { height: 224, width: 224 },
    });
  });

  test('prints a table', async () => {
    const text = await output('models');
    expect(text).toMatch(
      /\| vgg19 +\| +16 \| +314 \| 141,904 \| height=width=224 \| VGG19 without classifier/,
    );
    expect(text).toMatch(/--dim height=608/);
  });
});

describe.concurrent('architectures', () => {
  test('lists the presets', async () => {
    const text = await output('architectures');
    for (const { name } of architecturePresets) expect(text).toContain(`| ${name} `);
    expectNarrow(text);
  });

  test('--json lists them in full', async () => {
    expect(await json<Architecture[]>('architectures')).toEqual(architecturePresets);
  });

  test.each(architecturePresets.map(({ name }) => name))('prints %s as YAML, and as JSON', async (name) => {
    const preset = architecturePresets.find((candidate) => candidate.name === name);
    const yaml = await output('architectures', name);
    expect(parseArchitecture(yaml, 'printed')).toEqual(preset);
    expect(parse(yaml)).toEqual(preset);
    expect(await json('architectures', name)).toEqual(preset);
    expectNarrow(yaml);
  });

  test('checks a file and prints it in full', async () => {
    const path = file('mine.json', JSON.stringify({ ...architecturePresets[0], name: 'mine' }));
    expect(await output('architectures', path)).toMatch(/^name: mine$/m);
  });
});

describe.concurrent('reproduce', () => {
  test('--json has the numbers of schedule', async () => {
    const [result, xinf, none, lbl] = await Promise.all([
      json<Reproduction>('reproduce', 'tinyyolov4', 'vgg16'),
      json<Schedule>('schedule', 'tinyyolov4', '--extra-pes', '32', '--granularity', 'row'),
      json<Schedule>('schedule', 'vgg16', '--duplication', 'none'),
      json<Schedule>(
        ...(['schedule', 'tinyyolov4', '--scheduling', 'lbl', '--duplication', 'sum'] as const),
        ...['--extra-pes', '16'],
      ),
    ]);
    expect(result.networks.map(({ network }) => network)).toEqual(['tinyyolov4', 'vgg16']);
    const find = (name: string, setting: string, granularity: string) =>
      result.networks
        .find(({ network }) => network === name)
        ?.settings.find((found) => found.setting === setting && found.granularity === granularity);
    const numbers = ({ totalPes, cycles, speedup, utilization }: Schedule) => ({
      ...{ totalPes, cycles, speedup, utilization },
    });
    expect(find('tinyyolov4', 'wdup+32 xinf', 'row')).toMatchObject({
      ...numbers(xinf),
      publishedSpeedup: 21.9,
    });
    expect(find('vgg16', 'xinf', 'pixel')).toMatchObject(numbers(none));
    expect(find('tinyyolov4', 'wdup+16', 'row')).toMatchObject(numbers(lbl));
  });

  test('without names evaluates the seven networks of the paper, with base layers and PEs as published', async () => {
    const result = await json<Reproduction>('reproduce');
    expect(result.networks).toHaveLength(7);
    for (const network of result.networks) {
      expect(network.baseLayers).toBe(network.publishedBaseLayers);
      expect(network.minimumPes).toBe(network.publishedMinimumPes);
    }
  });

  test('prints tables that fit a terminal', async () => {
    const text = await output('reproduce');
    expect(text).toMatch(/\| tinyyolov4 \| wdup\+32 xinf \| row +\| 22\.13x \| +21\.90x \| +\+1\.0 % \|/);
    expectNarrow(text);
  });
});

describe.concurrent('help and version', () => {
  test.each([['--help'], ['-h'], ['help'], ['schedule', '--help'], ['help', 'schedule']])(
    '%s %s',
    async (...args) => {
      expect(await output(...args)).toMatch(/^Usage: clsa-cim/);
    },
  );

  test.each([['--version'], ['-V']])('%s', async (flag) => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await output(flag)).toBe(`${version}\n`);
  });
});

describe.concurrent('what a model leaves open', () => {
  const nodes = [node('Conv', 'x w', 'y', { kernel_shape: [1, 1] })];
  const conv = { nodes, initializers: { w: weights(4, 3, 1, 1) }, outputs: ['y'] };

  test('--dim gives the size of an open dimension', async () => {
    const path = file('open.onnx', model({ inputs: { x: ['N', 3, 'side', 'side'] }, ...conv }));
    const result = await json<Schedule>('schedule', path, '--dim', 'side=7');
    expect(result.layers[0]?.outputShape).toEqual([7, 7, 4]);
  });

  test('--allow-unknown takes an unknown operator as position by position, with a warning', async () => {
    const path = file(
      'unknown.onnx',
      model({
        inputs: { x: [1, 3, 8, 8] },
        ...conv,
        nodes: [...nodes, node('my.domain:Fancy', 'y', 'z'), node('Conv', 'z v', 'out')],
        initializers: { ...conv.initializers, v: weights(2, 4, 1, 1), unused: int(1) },
        outputs: ['out'],
      }),
    );
    const outcome = await clsaCim('schedule', path, '--allow-unknown', '--json');
    expect(outcome.status).toBe(0);
    expect(outcome.stderr).toMatch(/^clsa-cim: warning: [^\n]*Fancy[^\n]*\n$/);
    const result: Schedule = JSON.parse(outcome.stdout);
    expect(result.layers).toHaveLength(2);
    expect(result.cycles).toBe(65);
  });
});
