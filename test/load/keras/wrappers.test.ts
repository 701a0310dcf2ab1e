import { describe, expect, test } from 'vitest';
import { loadKeras } from '../../../src/load/keras/index.ts';
import { baseLayers } from '../../../src/network/network.ts';
import { type Json, load, output } from './helpers.ts';

const conv = { class_name: 'Conv2D', config: { name: 'conv', filters: 3, kernel_size: 3 } };
const dense = { class_name: 'Dense', config: { name: 'dense', units: 3 } };

describe('layers around others', () => {
  test.each([
    'SpectralNormalization',
    'WeightNormalization',
    'PruneLowMagnitude',
    'ClusterWeights',
    'QuantizeWrapperV2',
  ])('%s has the weights of the layer in it', (className) => {
    const network = load([8, 8, 4], [className, { layer: conv }]);
    expect(baseLayers(network)).toMatchObject([
      { name: 'l1/conv', weights: { rows: 36, columns: 3 }, shape: { height: 6 } },
    ]);
  });

  test('a class of a package is found by its own name', () => {
    const network = load([8, 8, 4], ['Addons>SpectralNormalization', { layer: conv }]);
    expect(baseLayers(network)).toHaveLength(1);
  });

  test('Pipeline applies its layers one after the other', () => {
    const layers = [{ class_name: 'RandomFlip', config: { name: 'f' } }, conv];
    expect(output(load([8, 8, 4], ['Pipeline', { layers }]))).toEqual([6, 6, 3]);
  });

  test('refuses what holds no layer, or layers without end', () => {
    expect(() => load([8, 8, 4], ['SpectralNormalization', {}])).toThrowError('must have one layer in it');
    let layer: Json = conv;
    for (let i = 0; i < 50; i++)
      layer = { class_name: 'SpectralNormalization', config: { name: `n${i}`, layer } };
    expect(() => load([8, 8, 4], ['SpectralNormalization', { layer }])).toThrowError('too deep');
    expect(() =>
      load([5, 4], ['TimeDistributed', { layer: { class_name: 'LSTM', config: { name: 'r' } } }]),
    ).toThrowError('recurrent');
  });
});

describe('TimeDistributed', () => {
  test('around Dense is Dense: its positions are the steps', () => {
    const network = load([5, 4], ['TimeDistributed', { layer: dense }]);
    expect(baseLayers(network)).toMatchObject([
      { name: 'l1/dense', shape: { height: 5 }, weights: { rows: 4 } },
    ]);
    expect(network.warnings).toEqual([]);
  });

  test('around a convolution applies it to every step, with a warning', () => {
    const network = load([5, 8, 8, 4], ['TimeDistributed', { layer: conv }]);
    expect(
      baseLayers(network).map(({ weights, shape }) => [weights.rows, shape.height, shape.width]),
    ).toEqual(new Array(5).fill([36, 6, 6]));
    expect(output(network)).toEqual([6, 6, 15]);
    expect(network.warnings).toEqual([expect.stringContaining('applies conv 5 times with the same weights')]);
  });

  test('keeps the steps apart: a vector of each is a row of a sequence', () => {
    const pool = { class_name: 'GlobalAveragePooling2D', config: { name: 'pool' } };
    const network = load(
      [5, 8, 8, 4],
      ['TimeDistributed', { layer: conv }],
      ['TimeDistributed', { layer: pool }],
      ['Dense', { units: 2 }],
    );
    expect(baseLayers(network).at(-1)).toMatchObject({
      shape: { height: 5, width: 1 },
      weights: { rows: 3 },
    });
    const joined = network.layers.findLast(({ op }) => op === 'Concat')!;
    expect(joined.inputs.map(({ rows }) => rows)).toEqual(
      [0, 1, 2, 3, 4].map((step) => expect.objectContaining({ kind: 'window', kernel: 1, padding: step })),
    );
  });

  test('around a model', () => {
    const layers = [conv, { class_name: 'Flatten', config: { name: 'flat' } }, dense];
    const layer = { class_name: 'Sequential', config: { name: 'features', layers } };
    const network = load([2, 8, 8, 4], ['TimeDistributed', { layer }]);
    expect(baseLayers(network).map(({ name }) => name)).toEqual([
      'l1/features/conv',
      'l1/features/dense',
      'l1/features/conv_1',
      'l1/features/dense_1',
    ]);
    expect(output(network)).toEqual([2, 1, 3]);
  });
});

describe('models of Keras 2.0', () => {
  test('a Sequential model in another one is a bare list without a name', () => {
    const features = {
      class_name: 'Sequential',
      config: [{ ...conv, config: { ...conv.config, batch_input_shape: [null, 8, 8, 4] } }],
    };
    const flat = { class_name: 'Flatten', config: { name: 'flat' } };
    const text = JSON.stringify({ class_name: 'Sequential', config: [features, flat, dense] });
    const network = loadKeras(text, 'test');
    expect(baseLayers(network).map(({ name, weights }) => [name, weights.rows])).toEqual([
      ['layer_0/conv', 36],
      ['dense', 108],
    ]);
  });

  test('and so in a Functional model, which names it', () => {
    const text = JSON.stringify({
      class_name: 'Model',
      config: {
        layers: [
          {
            name: 'in',
            class_name: 'InputLayer',
            config: { name: 'in', batch_input_shape: [null, 8, 8, 4] },
            inbound_nodes: [],
          },
          { name: 'features', class_name: 'Sequential', config: [conv], inbound_nodes: [[['in', 0, 0]]] },
        ],
        input_layers: [['in', 0, 0]],
        output_layers: [['features', 1, 0]],
      },
    });
    expect(baseLayers(loadKeras(text, 'test'))[0]!.name).toBe('features/conv');
  });

  test('a list of anything else is no configuration', () => {
    const text = JSON.stringify({
      class_name: 'Sequential',
      config: [{ class_name: 'Sequential', config: ['x'] }],
    });
    expect(() => loadKeras(text, 'test')).toThrowError('layer layer_0 (Sequential), layers.0');
  });
});
