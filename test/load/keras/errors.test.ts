import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../../src/errors.ts';
import { loadKeras } from '../../../src/load/keras/index.ts';
import {
  from,
  functional,
  IMAGE,
  type Json,
  last,
  load,
  loadFunctional,
  type Model,
  type Shape,
  sequential,
} from './helpers.ts';

describe('errors name the layer and the field', () => {
  const conv = { filters: 8, kernel_size: 3 };
  test.each<[Shape, [string, Json?][], string]>([
    [
      [8, 8, 3],
      [['Conv2D', { ...conv, filters: -1 }]],
      'layer l1 (Conv2D): filters is -1, but must be a positive integer',
    ],
    [[8, 8, 3], [['Conv2D', { kernel_size: 3 }]], 'layer l1 (Conv2D): filters is missing'],
    [[8, 8, 3], [['Conv2D', { ...conv, kernel_size: [3, 3, 3] }]], 'kernel_size'],
    [[8, 8, 3], [['Conv2D', { ...conv, strides: 0 }]], 'strides'],
    [[8, 8, 3], [['Conv2D', { ...conv, padding: 'full' }]], 'padding is "full"'],
    [[8, 8, 3], [['Conv2D', { ...conv, kernel_size: 9 }]], 'layer l1 (Conv2D)'],
    [[8, 8, 3], [['Conv2D', { ...conv, groups: 2 }]], 'cannot be split into 2 groups'],
    [[8, 8, 3], [['Conv2D', { ...conv, activation: 'warp' }]], 'allowUnknown'],
    [[10], [['Conv2D', conv]], 'needs an input of 4 dimensions, but gets [1, 10]'],
    [[8, 8, 3], [['LSTM', { units: 3 }]], 'layer l1 (LSTM): recurrent'],
    [[8, 8, 3], [['Conv3D', conv]], 'layer l1 (Conv3D): layers of three'],
    [[8, 8, 3], [['Warp']], 'layer l1 (Warp): the layer class Warp is unknown; allowUnknown'],
    [[8, 8, 3], [['constructor']], 'is unknown'],
    [[8, 8, 3], [['Reshape', { target_shape: [-1, -1] }]], 'cannot be reshaped'],
    [[8, 8, 3], [['Reshape', { target_shape: [5, 5] }]], 'has 192 values'],
    [[8, 8, 3], [['Permute', { dims: [1, 1, 2] }]], 'does not name each'],
    [[8, 8, 3], [['Cropping2D', { cropping: 4 }]], 'must be at least 1'],
    [[8, 8, 3], [['LayerNormalization', { axis: 7 }]], 'axis 7 does not exist'],
    [[8, -8, 3], [], 'batch_input_shape.2 is -8'],
    [[1e6, 1e6, 3], [], 'is too large'],
  ])('%j %j', (shape, layers, message) => {
    expect(() => load(shape, ...layers)).toThrowError(ClsaCimError);
    expect(() => load(shape, ...layers)).toThrowError(message);
  });

  test.each<[Record<string, [string, Json, unknown[]]>, string]>([
    [{ in: IMAGE, a: ['ReLU', {}, [[from('b')]]] }, 'layer a reads from b, which the model does not have'],
    [{ in: IMAGE, a: ['ReLU', {}, [[['in', 1, 0, {}]]]] }, 'layer a reads from application 1 of in'],
    [{ in: IMAGE, a: ['ReLU', {}, [[['in', 0, 1, {}]]]] }, 'layer a reads output 1 of in'],
    [{ in: IMAGE, a: ['ReLU', {}, [[from('a')]]] }, 'layer a reads from itself'],
    [
      { in: IMAGE, a: ['ReLU', {}, [[from('b')]]], b: ['ReLU', {}, [[from('a')]]] },
      'a cycle cannot be scheduled',
    ],
    [{ in: IMAGE, a: ['ReLU', {}, [[]]] }, 'layer a (ReLU): it reads from no other layer'],
    [{ in: IMAGE, a: ['ReLU', {}, [7]] }, 'inbound_nodes is not a list'],
    [
      { in: IMAGE, a: ['Add', {}, [[from('in'), from('b')]]], b: ['MaxPooling2D', {}, [[from('in')]]] },
      'layer a (Add): the shapes',
    ],
    [
      {
        in: IMAGE,
        a: ['TFOpLambda', { function: 'reshape' }, [from('in', { shape: [-1, ['in', 0, 0]] })]],
      },
      'its shape is computed from tensors',
    ],
    [{ in: ['InputLayer', {}, []] }, 'layer in (InputLayer): the file does not say the shape'],
    [{ in: IMAGE, a: ['Dot', { axes: 1 }, [[from('in'), from('in')]]] }, 'needs two tensors'],
  ])('%j', (layers, message) => {
    expect(() => loadFunctional(layers)).toThrowError(ClsaCimError);
    expect(() => loadFunctional(layers)).toThrowError(message);
  });

  test.each([
    ['', 'no valid JSON'],
    ['{"class_name": "Sequential", "con', 'is the file cut short?'],
    ['{}', 'this JSON is no network'],
    ['null', 'this JSON is no network'],
    ['[1]', 'this JSON is no network'],
    ['{"class_name": "MyModel", "config": {}}', 'class_name MyModel'],
    ['{"class_name": "Sequential", "config": {"layers": []}}', 'no layers'],
    ['{"class_name": "Sequential", "config": {"layers": [7]}}', 'layers.0'],
    ['{"class_name": "Sequential", "config": {"layers": [{"class_name": "ReLU"}]}}', 'name is missing'],
    [JSON.stringify(functional({ in: IMAGE })).replace('"in"', '"a\\nb"'), 'must be a name'],
  ])('%j', (text, message) => {
    expect(() => loadKeras(text, 'x')).toThrowError(ClsaCimError);
    expect(() => loadKeras(text, 'x')).toThrowError(message);
  });

  test('two layers of one name', () => {
    const text = JSON.stringify(functional({ in: IMAGE, on: IMAGE })).replaceAll('"on"', '"in"');
    expect(() => loadKeras(text, 'x')).toThrowError('two layers are called in');
  });

  test('an unknown class passes with allowUnknown and a warning', () => {
    const network = loadKeras(sequential([8, 8, 3], ['Warp']), 'x', { allowUnknown: true });
    expect(last(network)).toMatchObject({ op: 'Warp', shape: { channels: 3 } });
    expect(network.warnings).toHaveLength(1);
  });

  test('models that multiply by being nested, or that are nested too deep', () => {
    const nest = (times: number, depth: number): Model => {
      let model = functional({ in: IMAGE, out: ['ReLU', {}, [[from('in')]]] }, [['out', 0, 0]]);
      for (let i = 0; i < depth; i++) {
        const chain = Array.from({ length: times }, (_, k) => [
          k === 0 ? from('in') : ['block', k - 1, 0, {}],
        ]);
        model = functional({ in: IMAGE, block: ['Model', model.config, chain] }, [['block', times - 1, 0]]);
      }
      return model;
    };
    expect(() => loadKeras(JSON.stringify(nest(40, 4)), 'x')).toThrowError('more than 100000 layers');
    expect(() => loadKeras(JSON.stringify(nest(1, 40)), 'x')).toThrowError('nested too deep');
  });

  test('nothing but ClsaCimError for a damaged file', () => {
    const text = JSON.stringify(
      functional({
        in: IMAGE,
        conv: [
          'Conv2D',
          { filters: 4, kernel_size: [3, 3], padding: 'same', activation: 'relu' },
          [[from('in')]],
        ],
        up: ['UpSampling2D', { size: [2, 2] }, [[from('conv')]]],
        pad: [
          'ZeroPadding2D',
          {
            padding: [
              [1, 1],
              [1, 1],
            ],
          },
          [[from('up')]],
        ],
        join: ['Concatenate', { axis: 3 }, [[from('up'), from('up')]]],
        op: ['TFOpLambda', { function: 'split' }, [from('join', { num_or_size_splits: 2, axis: -1 })]],
        flat: ['Reshape', { target_shape: [-1, 2] }, [[['op', 0, 1, {}]]]],
        dense: ['Dense', { units: 3 }, [[from('flat')]]],
        mha: ['MultiHeadAttention', { num_heads: 2, key_dim: 2 }, [[from('dense'), from('dense')]]],
      }),
    );
    const junk = fc.constantFrom(
      '-1',
      '0',
      '1e9',
      '2147483647',
      '1e308',
      'null',
      '[]',
      '{}',
      '"x"',
      '[[[[1]]]]',
      'true',
    );
    const numbers = [...text.matchAll(/\d+|"[a-z_]+"|\[/g)];
    const damaged = fc.tuple(fc.nat(numbers.length - 1), junk).map(([at, value]) => {
      const match = numbers[at]!;
      return text.slice(0, match.index) + value + text.slice(match.index + match[0].length);
    });
    const cut = fc.nat(text.length).map((end) => text.slice(0, end));
    fc.assert(
      fc.property(
        fc.oneof({ weight: 8, arbitrary: damaged }, cut, fc.string(), fc.json()),
        fc.boolean(),
        (json, allowUnknown) => {
          try {
            loadKeras(json, 'fuzz', { allowUnknown });
          } catch (error) {
            if (!(error instanceof ClsaCimError)) throw error;
          }
        },
      ),
      { numRuns: 1500 },
    );
  });
});
