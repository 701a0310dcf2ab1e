import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadKeras } from '../../../src/load/keras/index.ts';
import { baseLayers } from '../../../src/network/network.ts';
import { from, IMAGE, last, loadFunctional, ops } from './helpers.ts';

const INCEPTION = new URL('../../../../shared/cases/k3_InceptionResNetV2.json', import.meta.url);

describe.skipIf(!existsSync(INCEPTION))('InceptionResNetV2 (skipped without ../shared/cases)', () => {
  test('has 244 convolutions and a classifier, and the shapes of its paper', () => {
    const network = loadKeras(readFileSync(INCEPTION, 'utf8'), 'inception_resnet_v2');
    expect(network.warnings).toEqual([]);
    const layers = baseLayers(network);
    expect(layers.filter(({ op }) => op === 'Conv2D')).toHaveLength(244);
    expect(layers.at(-1)).toMatchObject({ name: 'predictions', weights: { rows: 1536, columns: 1000 } });
    const shapeOf = (name: string) => network.layers.find((layer) => layer.name === name)!.shape;
    expect(shapeOf('custom_scale_layer')).toEqual({ height: 35, width: 35, channels: 320 });
    expect(shapeOf('custom_scale_layer_10')).toEqual({ height: 17, width: 17, channels: 1088 });
    expect(shapeOf('custom_scale_layer_39')).toEqual({ height: 8, width: 8, channels: 2080 });
    const scaled = network.layers.filter(({ name }) => /^custom_scale_layer(_\d+)?$/.test(name));
    expect(scaled).toHaveLength(40);
    expect(scaled.every(({ op, inputs }) => op === 'Add' && inputs.length === 2)).toBe(true);
  });
});

describe('layers that come with models of Keras', () => {
  test('a block of ConvNeXt: LayerScale and StochasticDepth', () => {
    const network = loadFunctional({
      in: IMAGE,
      dw: ['Conv2D', { filters: 4, kernel_size: 7, padding: 'same', groups: 4 }, [[from('in')]]],
      norm: ['LayerNormalization', { axis: [3] }, [[from('dw')]]],
      up: ['Dense', { units: 16, activation: 'gelu' }, [[from('norm')]]],
      down: ['Dense', { units: 4 }, [[from('up')]]],
      scale: ['LayerScale', { init_values: 1e-6, projection_dim: 4 }, [[from('down')]]],
      depth: ['StochasticDepth', { drop_path_rate: 0.1 }, [[from('scale')]]],
      add: ['Add', {}, [[from('in'), from('depth')]]],
    });
    expect(baseLayers(network).map(({ weights }) => weights.rows)).toEqual([49, 4, 16]);
    expect(ops(network).slice(-2)).toEqual(['Mul', 'Add']);
    expect(last(network).inputs.every(({ rows }) => rows.kind === 'same')).toBe(true);
  });

  test('StochasticDepth of TensorFlow Addons adds its residual', () => {
    const network = loadFunctional({
      in: IMAGE,
      add: ['Addons>StochasticDepth', {}, [[from('in'), from('in')]]],
    });
    expect(last(network)).toMatchObject({ op: 'Add' });
  });

  test('CustomScaleLayer needs two inputs', () => {
    expect(() =>
      loadFunctional({ in: IMAGE, a: ['CustomScaleLayer', { scale: 1 }, [[from('in')]]] }),
    ).toThrowError('layer a (CustomScaleLayer): needs two inputs');
  });
});
