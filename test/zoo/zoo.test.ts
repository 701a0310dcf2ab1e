import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { type BaseLayer, baseLayers, type Layer, mvms, type Network } from '../../src/network/network.ts';
import { findZooEntry, zoo, zooNetwork } from '../../src/zoo/index.ts';

/** PEs of one copy on crossbars of 256 x 256 cells, one cell a weight: spec.md section 3. */
function pes({ weights: { rows, columns, groups } }: BaseLayer): number {
  const diagonal = Math.min(Math.floor(256 / rows), Math.floor(256 / columns));
  if (groups > 1 && diagonal >= 1) return Math.ceil(groups / diagonal);
  return groups * Math.ceil(rows / 256) * Math.ceil(columns / 256);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
const baseline = (network: Network) => sum(baseLayers(network).map(mvms));
const parameters = (network: Network) =>
  sum(baseLayers(network).map(({ weights: { rows, columns, groups } }) => rows * columns * groups));

function layerOf(network: Network, name: string): Layer {
  const layer = network.layers.find((candidate) => candidate.name === name);
  if (layer === undefined) throw new Error(`${network.name} has no layer ${name}`);
  return layer;
}

function shapeOf(network: Network, name: string): number[] {
  const { height, width, channels } = layerOf(network, name).shape;
  return [height, width, channels];
}

/** Operators of the layers that read the OFM of layer `name`. */
function readersOf(network: Network, name: string): string[] {
  const index = network.layers.indexOf(layerOf(network, name));
  return network.layers.flatMap(({ op, inputs }) => (inputs.some(({ from }) => from === index) ? [op] : []));
}

describe("the paper's networks", () => {
  test.each([
    ['tinyyolov4', 21, 117],
    ['tinyyolov3', 13, 142],
    ['vgg16', 13, 233],
    ['vgg19', 16, 314],
    ['resnet50', 53, 390],
    ['resnet101', 104, 679],
    ['resnet152', 155, 936],
  ])('%s has %i base layers on %i PEs', (name, count, pesMinimum) => {
    const network = zooNetwork(name);
    expect(baseLayers(network)).toHaveLength(count);
    expect(sum(baseLayers(network).map(pes))).toBe(pesMinimum);
    expect(findZooEntry(name)?.published).toMatchObject({ baseLayers: count, pesMinimum });
  });

  test.each([
    ['tinyyolov4', 113061],
    ['tinyyolov3', 232882],
    ['vgg16', 137788],
    ['resnet50', 58310],
    ['resnet152', 85358],
  ])('%s takes %i MVMs', (name, cycles) => expect(baseline(zooNetwork(name))).toBe(cycles));

  test('carry the published speedups', () => {
    expect(findZooEntry('tinyyolov4')?.published?.speedups).toEqual([
      { speedup: 21.9, extraPes: 32, scheduling: 'xinf', duplicated: true },
    ]);
    expect(findZooEntry('tinyyolov3')?.published?.speedups[0]).toMatchObject({ speedup: 29.2, extraPes: 32 });
  });
});

describe('TinyYOLO', () => {
  test('has the shapes of the publication', () => {
    const v4 = zooNetwork('tinyyolov4');
    expect(shapeOf(v4, 'conv2d')).toEqual([208, 208, 32]);
    expect(shapeOf(v4, 'conv2d_17')).toEqual([13, 13, 255]);
    expect(shapeOf(v4, 'conv2d_20')).toEqual([26, 26, 255]);
    // Upsampled 128 channels beside 256 of the last cross stage partial block.
    expect(baseLayers(v4)[19]!.weights).toEqual({ rows: 9 * (128 + 256), columns: 256, groups: 1 });
    const v3 = zooNetwork('tinyyolov3');
    expect(shapeOf(v3, 'conv2d')).toEqual([416, 416, 16]);
    expect(shapeOf(v3, 'conv2d_9')).toEqual([13, 13, 255]);
    expect(shapeOf(v3, 'conv2d_12')).toEqual([26, 26, 255]);
  });

  test('concatenates what the cross stage partial block says', () => {
    const network = zooNetwork('tinyyolov4');
    const inputs = (name: string) =>
      layerOf(network, name).inputs.map(({ from }) => network.layers[from]!.name);
    expect(inputs('split')).toEqual(['leaky_re_lu_2']);
    expect(inputs('concatenate')).toEqual(['leaky_re_lu_4', 'leaky_re_lu_3']);
    expect(inputs('concatenate_1')).toEqual(['leaky_re_lu_2', 'leaky_re_lu_5']);
  });

  test('scales with the frame', () => {
    const network = zooNetwork('tinyyolov4', { dims: { height: 4320, width: 7680 } });
    expect(shapeOf(network, 'conv2d')).toEqual([2160, 3840, 32]);
    expect(sum(baseLayers(network).map(pes))).toBe(117);
  });

  const models = new URL('../../../shared/models/darknet/', import.meta.url);
  test.for([
    ['tinyyolov4', 'yolov4-tiny.cfg'],
    ['tinyyolov3', 'yolov3-tiny.cfg'],
  ] as const)('%s has the base layers of %s', ([name, file], { skip }) => {
    const path = new URL(file, models);
    skip(!existsSync(path), `${file} is not in ../shared/models/darknet`);
    const layers = baseLayers(zooNetwork(name)).map(({ shape, weights }) => ({
      shape: [shape.height, shape.width, shape.channels],
      weights: [weights.rows, weights.columns],
    }));
    expect(layers).toEqual(darknetConvolutions(readFileSync(path, 'utf8')));
  });
});

/** OFM and weights of the convolutions in a Darknet file, read by hand: just what the two files need. */
function darknetConvolutions(text: string) {
  const sections = text
    .replaceAll(/#.*/g, '')
    .split('[')
    .slice(1)
    .map((section) => {
      const [kind, ...lines] = section.split('\n');
      const values = Object.fromEntries(lines.map((line) => line.split('=').map((part) => part.trim())));
      return { kind: kind!.replace(']', '').trim(), values, number: (key: string) => Number(values[key]) };
    });
  const net = sections.shift()!;
  const maps: [number, number, number][] = [];
  const convolutions: { shape: number[]; weights: number[] }[] = [];
  for (const { kind, values, number } of sections) {
    const [h, w, c] = maps.at(-1) ?? [net.number('height'), net.number('width'), net.number('channels')];
    const stride = number('stride');
    if (kind === 'convolutional') {
      const shape: [number, number, number] = [
        Math.ceil(h / stride),
        Math.ceil(w / stride),
        number('filters'),
      ];
      convolutions.push({ shape, weights: [number('size') ** 2 * c, number('filters')] });
      maps.push(shape);
    } else if (kind === 'route') {
      const sources = String(values.layers)
        .split(',')
        .map((layer) => maps.at(Number(layer))!);
      const channels = sum(sources.map((source) => source[2])) / Number(values.groups ?? 1);
      maps.push([sources[0]![0], sources[0]![1], channels]);
    } else if (kind === 'maxpool') maps.push([Math.ceil(h / stride), Math.ceil(w / stride), c]);
    else if (kind === 'upsample') maps.push([h * stride, w * stride, c]);
    else maps.push([h, w, c]);
  }
  return convolutions;
}

describe('VGG', () => {
  test('is named and shaped as in Keras', () => {
    const network = zooNetwork('VGG-16');
    expect(shapeOf(network, 'block1_conv1')).toEqual([224, 224, 64]);
    expect(shapeOf(network, 'block5_conv3')).toEqual([14, 14, 512]);
    expect(shapeOf(network, 'block5_pool')).toEqual([7, 7, 512]);
    expect(shapeOf(zooNetwork('vgg19'), 'block5_conv4')).toEqual([14, 14, 512]);
    expect(readersOf(network, 'block1_conv1')).toEqual(['BiasAdd']);
  });
});

describe('ResNet', () => {
  test('has the stride of a stage in its first 1x1 convolution', () => {
    const network = zooNetwork('resnet50');
    expect(shapeOf(network, 'conv1_conv')).toEqual([112, 112, 64]);
    expect(shapeOf(network, 'pool1_pool')).toEqual([56, 56, 64]);
    expect(shapeOf(network, 'conv2_block1_1_conv')).toEqual([56, 56, 64]);
    expect(shapeOf(network, 'conv3_block1_0_conv')).toEqual([28, 28, 512]);
    expect(shapeOf(network, 'conv3_block1_1_conv')).toEqual([28, 28, 128]);
    expect(shapeOf(network, 'conv5_block3_out')).toEqual([7, 7, 2048]);
  });

  test('adds the IFM of every block to its result', () => {
    const network = zooNetwork('resnet152');
    const additions = network.layers.filter(({ op }) => op === 'Add');
    expect(additions).toHaveLength(3 + 8 + 36 + 3);
    for (const { inputs } of additions) expect(inputs).toHaveLength(2);
    expect(
      layerOf(network, 'conv4_block36_add').inputs.map(({ from }) => network.layers[from]!.name),
    ).toEqual(['conv4_block35_out', 'conv4_block36_3_conv/bias']);
  });
});

describe('weights of the larger networks', () => {
  // Published counts include biases, norms and, where said, embedding tables, which own no PEs.
  test.each([
    // 3,538,984 in Keras, 34,112 of which are of batch norms (4 a channel) and 1,000 of the bias.
    ['mobilenetv2', 3.4e6, 3_469_760],
    // 86,567,656 in torchvision: biases, norms, class token and position embeddings are 0.3 % of it.
    ['vit_b16', 86.4e6, 86_292_480],
    // 12 blocks of 12·768² and a pooler of 768²; 110M with the embedding tables, which are not in crossbars.
    ['bert_base', 85e6, 85_524_480],
    // 6.74G with the embedding table (131M); the matrices of the blocks and lm_head are what is left.
    ['llama_7b', 6.6e9, 6_607_077_376],
  ])('%s has the published number', (name, published, exact) => {
    const count = parameters(zooNetwork(name));
    expect(count).toBe(exact);
    expect(Math.abs(count / published - 1)).toBeLessThan(0.03);
  });
});

describe('MobileNetV2', () => {
  test('filters every channel for itself', () => {
    const network = zooNetwork('mobilenetv2');
    expect(baseLayers(network)).toHaveLength(53);
    const depthwise = baseLayers(network).filter(({ weights }) => weights.groups > 1);
    expect(depthwise).toHaveLength(17);
    for (const { weights } of depthwise) expect([weights.rows, weights.columns]).toEqual([9, 1]);
    expect(shapeOf(network, 'block_16_project')).toEqual([7, 7, 320]);
    expect(shapeOf(network, 'predictions')).toEqual([1, 1, 1000]);
    expect(network.layers.filter(({ op }) => op === 'Add')).toHaveLength(10);
  });
});

describe('transformers', () => {
  test('ViT-B/16 has 12 blocks of 197 tokens', () => {
    const network = zooNetwork('vit_b16');
    expect(baseLayers(network)).toHaveLength(1 + 12 * 6 + 1);
    expect(shapeOf(network, 'patch_embeddings.projection')).toEqual([14, 14, 768]);
    expect(shapeOf(network, 'encoder.layer.11.attention.query')).toEqual([197, 1, 768]);
    expect(shapeOf(network, 'classifier')).toEqual([1, 1, 1000]);
  });

  test('keep the tokens in H through the heads of the attention', () => {
    const network = zooNetwork('bert-base', { dims: { sequence: 50 } });
    const name = 'encoder.layer.0.attention.self';
    expect(shapeOf(network, `${name}/scores`)).toEqual([50, 1, 12 * 50]);
    expect(shapeOf(network, `${name}/context`)).toEqual([50, 1, 768]);
    const [query, key] = layerOf(network, `${name}/scores`).inputs;
    expect([query!.rows.kind, key!.rows.kind]).toEqual(['same', 'all']);
    expect(network.layers.filter(({ op }) => op === 'Reshape' || op === 'Transpose')).toEqual([]);
    expect(network.layers.filter(({ op }) => op === 'MatMul')).toHaveLength(24);
  });

  test('Llama 7B prefills any number of tokens', () => {
    for (const sequence of [1, 32, 1024]) {
      const network = zooNetwork('llama_7b', { dims: { sequence } });
      expect(baseLayers(network)).toHaveLength(32 * 7 + 1);
      expect(baseline(network)).toBe(32 * 7 * sequence + 1);
      expect(shapeOf(network, 'model.layers.31.mlp.gate_proj')).toEqual([sequence, 1, 11008]);
      expect(network.layers.filter(({ op }) => op === 'Reshape')).toEqual([]);
    }
  });
});

describe('zooNetwork', () => {
  test.each(zoo.map(({ name }) => name))('%s is built in topological order with unique names', (name) => {
    const { layers, warnings } = zooNetwork(name);
    expect(new Set(layers.map((layer) => layer.name)).size).toBe(layers.length);
    layers.forEach((layer, index) => {
      for (const { from } of layer.inputs) expect(from).toBeLessThan(index);
    });
    expect(warnings).toEqual([]);
  });

  test('knows names whatever their spelling', () => {
    for (const name of ['ResNet-50', 'resnet_50', 'RESNET50']) expect(zooNetwork(name).name).toBe('resnet50');
    expect(zooNetwork('LLaMA-7B').name).toBe('llama_7b');
    expect(findZooEntry('resnet')).toBeUndefined();
  });

  test.each([
    ['resnet51', {}, /neither.*did you mean resnet50\?.*path to a model file/],
    ['', {}, /neither/],
    ['a\nb', {}, /"a\\nb"/],
    ['vgg16', { depth: 3 }, /vgg16 has no dimension called "depth"; it has height and width/],
    ['vgg16', { constructor: 3 }, /no dimension called "constructor"/],
    ['tinyyolov4', { height: 400 }, /height is 400, and must be a positive multiple of 32/],
    ['vit_b16', { width: 225 }, /width is 225, and must be a positive multiple of 16/],
    ['bert_base', { sequence: 0 }, /sequence is 0, and must be a positive integer/],
    ['bert_base', { sequence: Number.NaN }, /sequence is NaN/],
    ['bert_base', { sequence: 1.5 }, /sequence is 1.5/],
    ['llama_7b', { sequence: 2 ** 40 }, /too large/],
    ['vgg16', { height: 1 }, /at least 1/],
    ['resnet50', { height: 2 ** 20, width: 2 ** 20 }, /too large/],
  ])('refuses %j with %j', (name, dims, message) => {
    const build = () => zooNetwork(name, { dims });
    expect(build).toThrow(ClsaCimError);
    expect(build).toThrow(message);
    expect(build).not.toThrow(/\n/);
  });
});
