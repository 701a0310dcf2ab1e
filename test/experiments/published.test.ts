import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { publishedOf } from '../../src/experiments/published.ts';
import { loadDarknet } from '../../src/load/darknet/index.ts';
import type { Network } from '../../src/network/network.ts';
import { loadModel } from '../../src/node/model.ts';
import { zoo, zooNetwork } from '../../src/zoo/index.ts';

const MODELS = new URL('../../../shared/models/darknet/', import.meta.url);
const tiny = zooNetwork('tinyyolov4');
const published = zoo.find(({ name }) => name === 'tinyyolov4')!.published;

describe('what is published of a network', () => {
  test.each(zoo.map(({ name, published }) => [name, published] as const))('%s', (name, its) => {
    expect(publishedOf(zooNetwork(name), paper)).toBe(its);
  });

  test.for([
    ['yolov4-tiny.cfg', 'tinyyolov4'],
    ['yolov3-tiny.cfg', 'tinyyolov3'],
    ['yolov3.cfg', undefined],
  ] as const)('is told by content: %s is %s', ([file, name], { skip }) => {
    const path = fileURLToPath(new URL(file, MODELS));
    skip(!existsSync(path), `${file} is not in ../shared/models/darknet`);
    expect(publishedOf(loadModel(path), paper)).toBe(zoo.find((entry) => entry.name === name)?.published);
  });

  test('is nothing for a network that only has the name', () => {
    const cfg = '[net]\nheight=32\nwidth=32\nchannels=3\n[convolutional]\nfilters=8\nsize=3\npad=1\n';
    expect(publishedOf(loadDarknet(cfg, 'tinyyolov4'), paper)).toBeUndefined();
    expect(publishedOf(zooNetwork('tinyyolov4', { dims: { height: 608 } }), paper)).toBeUndefined();
  });

  test('is nothing for a network that differs in an edge, a shape or weights', () => {
    const changed = (change: (network: Network) => Network) =>
      publishedOf(change(structuredClone(tiny)), paper);
    const last = tiny.layers.findLastIndex(({ weights }) => weights !== undefined);
    const withLast = (what: object) => (network: Network) => ({
      ...network,
      layers: network.layers.map((layer, i) => (i === last ? { ...layer, ...what } : layer)),
    });
    const { shape, weights, inputs } = tiny.layers[last]!;
    expect(changed((network) => ({ ...network, name: 'mine' }))).toBe(published);
    expect(changed(withLast({ shape: { ...shape, channels: 256 } }))).toBeUndefined();
    expect(changed(withLast({ weights: { ...weights, rows: 1 } }))).toBeUndefined();
    expect(changed(withLast({ inputs: [{ ...inputs[0]!, from: 0 }] }))).toBeUndefined();
    expect(changed(withLast({ inputs: [{ ...inputs[0]!, rows: { kind: 'all' } }] }))).toBeUndefined();
  });
});

describe('the chip of the paper', () => {
  test.each([
    ['another name', { name: 'mine', description: 'My own.' }],
    ['a number of PEs', { pes: 149 }],
    ['an empty chip', { chip: {} }],
  ])('is the same with %s', (_, change) => {
    expect(publishedOf(tiny, { ...paper, ...change })).toBe(published);
  });

  test.each([
    ['crossbars', { crossbarRows: 128 }],
    ['time', { mvmLatencyNs: 100 }],
    ['bits', { cellBits: 2 }],
    ['tiles', { chip: { meshRows: 4, meshColumns: 4, pesPerTile: 16 } }],
  ])('is another with other %s, whatever it is called', (_, change) => {
    expect(publishedOf(tiny, { ...paper, ...change })).toBeUndefined();
  });
});
