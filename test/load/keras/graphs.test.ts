import { describe, expect, test } from 'vitest';
import { loadKeras } from '../../../src/load/keras/index.ts';
import { baseLayers, type Network } from '../../../src/network/network.ts';
import {
  from,
  functional,
  IMAGE,
  type Json,
  last,
  load,
  loadFunctional,
  output,
  sequential,
} from './helpers.ts';

describe('merging and graphs', () => {
  test('residual, squeeze and excitation, concat, dot', () => {
    const network = loadFunctional({
      in: IMAGE,
      conv: ['Conv2D', { filters: 4, kernel_size: 3, padding: 'same', activation: 'relu' }, [[from('in')]]],
      add: ['Add', {}, [[from('in'), from('conv')]]],
      pool: ['GlobalAveragePooling2D', {}, [[from('add')]]],
      gate: ['Dense', { units: 4, activation: 'sigmoid' }, [[from('pool')]]],
      shape: ['Reshape', { target_shape: [1, 1, 4] }, [[from('gate')]]],
      scale: ['Multiply', {}, [[from('add'), from('shape')]]],
      join: ['Concatenate', { axis: -1 }, [[from('scale'), from('conv')]]],
      side: ['Concatenate', { axis: 1 }, [[from('scale'), from('conv')]]],
    });
    const shapeOf = (name: string) => network.layers.find((layer) => layer.name === name)!.shape;
    expect(shapeOf('scale')).toEqual({ height: 8, width: 8, channels: 4 });
    expect(shapeOf('join')).toEqual({ height: 8, width: 8, channels: 8 });
    expect(shapeOf('side')).toEqual({ height: 16, width: 8, channels: 4 });
  });

  test('Dot is a MatMul of activations', () => {
    const network = loadFunctional({
      in: ['InputLayer', { batch_input_shape: [null, 6, 4] }, []],
      other: ['InputLayer', { batch_input_shape: [null, 9, 4] }, []],
      dot: ['Dot', { axes: [2, 2], normalize: false }, [[from('in'), from('other')]]],
    });
    expect(last(network)).toMatchObject({ op: 'MatMul', shape: { height: 6, width: 1, channels: 9 } });
  });

  test('an input that comes behind layers of another one lies as its reader says, too', () => {
    const conv = { filters: 2, kernel_size: 1, use_bias: false, data_format: 'channels_first' };
    const network = loadFunctional({
      in: ['InputLayer', { batch_input_shape: [null, 4, 9, 7] }, []],
      first: ['Conv2D', conv, [[from('in')]]],
      other: ['InputLayer', { batch_input_shape: [null, 4, 9, 7] }, []],
      second: ['Conv2D', conv, [[from('other')]]],
      sum: ['Add', {}, [[from('first'), from('second')]]],
    });
    expect(network.layers.map(({ name, shape }) => [name, ...Object.values(shape)])).toEqual([
      ['in', 9, 7, 4],
      ['first', 9, 7, 2],
      ['other', 9, 7, 4],
      ['second', 9, 7, 2],
      ['sum', 9, 7, 2],
    ]);
  });

  test('layers in any order are brought into a topological one', () => {
    const network = loadFunctional({
      b: ['ReLU', {}, [[from('a')]]],
      a: ['ReLU', {}, [[from('in')]]],
      in: IMAGE,
    });
    expect(network.layers.map(({ name }) => name)).toEqual(['in', 'a', 'b']);
  });

  test('a chain of many layers, written backwards', () => {
    const layers: Record<string, [string, Json, unknown[]]> = {};
    for (let i = 20_000; i > 0; i--) layers[`r${i}`] = ['ReLU', {}, [[from(i === 1 ? 'in' : `r${i - 1}`)]]];
    const network = loadFunctional({ ...layers, in: IMAGE });
    expect(network.layers).toHaveLength(20_001);
    expect(last(network).name).toBe('r20000');
  });

  test('a shared layer is one layer per application, with a warning', () => {
    const network = loadFunctional({
      in: IMAGE,
      conv: ['Conv2D', { filters: 4, kernel_size: 1 }, [[from('in')], [['conv', 0, 0, {}]]]],
      add: ['Add', {}, [[from('conv'), ['conv', 1, 0, {}]]]],
    });
    expect(baseLayers(network).map(({ name }) => name)).toEqual(['conv', 'conv_1']);
    expect(network.warnings).toEqual([expect.stringContaining('conv (Conv2D) is applied 2 times')]);
  });

  test.each([0, 1])('models in models are inlined, their applications counted from %i', (first) => {
    const inner = functional(
      { in: IMAGE, conv: ['Conv2D', { filters: 4, kernel_size: 3, padding: 'same' }, [[from('in')]]] },
      [['conv', 0, 0]],
    );
    const network = loadFunctional({
      in: IMAGE,
      block: ['Functional', inner.config, [[from('in')], [['block', first, 0, {}]]]],
      head: ['Conv2D', { filters: 2, kernel_size: 1 }, [[['block', first + 1, 0, {}]]]],
    });
    expect(baseLayers(network).map(({ name }) => name)).toEqual(['block/conv', 'block/conv_1', 'head']);
  });

  test('a Sequential model in a Sequential model, without input layers', () => {
    const network = loadKeras(
      JSON.stringify({
        class_name: 'Sequential',
        config: [
          {
            class_name: 'Sequential',
            config: {
              name: 'features',
              layers: [
                {
                  class_name: 'Conv2D',
                  config: {
                    name: 'conv',
                    batch_input_shape: [null, 8, 8, 3],
                    filters: 4,
                    kernel_size: [3, 3],
                  },
                },
              ],
            },
          },
          { class_name: 'Flatten', config: { name: 'flatten' } },
          { class_name: 'Dense', config: { name: 'dense', units: 10, activation: 'softmax' } },
        ],
      }),
      'test',
    );
    expect(baseLayers(network).map(({ name }) => name)).toEqual(['features/conv', 'dense']);
    expect(network.layers[0]!.name).toBe('features_input');
  });
});

describe('outputs', () => {
  const outputsOf = ({ layers, outputs }: Network) => outputs.map((index) => layers[index]!.name);
  const from = (name: string) => [[[name, 0, 0, {}]]];
  const conv: [string, Json] = ['Conv2D', { filters: 4, kernel_size: 3, padding: 'same' }];
  const layers: Record<string, [string, Json, unknown[]]> = {
    in: IMAGE,
    inner: [...conv, from('in')],
    pooled: ['GlobalAveragePooling2D', {}, from('inner')],
    unread: ['ReLU', {}, from('inner')],
  };

  test('of a functional model are those that it says, with their biases', () => {
    const said = functional(layers, [
      ['pooled', 0, 0],
      ['inner', 0, 0],
      ['in', 0, 0],
    ]);
    expect(outputsOf(loadKeras(JSON.stringify(said), 'test'))).toEqual(['inner/bias', 'pooled']);
  });

  test('of a functional model with one may stand without a list around it, as Keras 3 writes it', () => {
    const said = functional(layers, ['inner', 0, 0]);
    expect(outputsOf(loadKeras(JSON.stringify(said), 'test'))).toEqual(['inner/bias']);
  });

  test('of a functional model that says none are the layers that nobody reads', () => {
    expect(outputsOf(loadFunctional(layers))).toEqual(['pooled', 'unread']);
  });

  test('of a sequential model is its last layer, with its activation', () => {
    const network = load([8, 8, 4], conv, ['Dense', { units: 3, activation: 'softmax' }], ['Dropout']);
    expect(network.outputs).toEqual([network.layers.length - 1]);
    expect(last(network).op).toBe('Softmax');
  });
});
describe('open dimensions', () => {
  const text = sequential([null, null, 3], ['Conv2D', { filters: 2, kernel_size: 3 }]);

  test('are listed, and given as INPUT:AXIS', () => {
    expect(() => loadKeras(text, 'x')).toThrowError('(in:1, in:2); give them with dims');
    const dims = { 'in:1': 224, 'in:2': 224 };
    expect(() => loadKeras(text, 'x')).toThrowError(expect.objectContaining({ code: 'OPEN_SIZES', dims }));
    const network = loadKeras(text, 'x', { dims: { 'in:1': 10, 'in:2': 12 } });
    expect(output(network)).toEqual([8, 10, 2]);
  });

  test.each<[Record<string, number>, string]>([
    [{ 'in:1': 10, 'in:2': 12, 'x:1': 3 }, "dimension x:1: the model's inputs have in:0, in:1"],
    [{ 'in:1': 10, 'in:2': 12, 'in:3': 4 }, 'the file fixes it to 3'],
    [{ 'in:1': 0 }, 'must be a positive integer'],
  ])('%j', (dims, message) => {
    expect(() => loadKeras(text, 'x', { dims })).toThrowError(message);
  });
});
