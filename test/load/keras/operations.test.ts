import { describe, expect, test } from 'vitest';
import { loadKeras } from '../../../src/load/keras/index.ts';
import { baseLayers } from '../../../src/network/network.ts';
import { from, IMAGE, type Json, loadFunctional, ops, output, sequential } from './helpers.ts';

describe('Keras 3', () => {
  const tensor = (layer: string, node = 0, index = 0) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 8, 8, 4], dtype: 'float32', keras_history: [layer, node, index] },
  });
  const layer = (
    name: string,
    class_name: string,
    config: Json,
    args: unknown[],
    module = 'keras.layers',
  ) => ({
    module,
    class_name,
    config: { name, ...config },
    registered_name: null,
    name,
    inbound_nodes: args.length === 0 ? [] : [{ args, kwargs: {} }],
  });
  const OPS = 'keras.src.ops.numpy';

  test('references by keras_history, operations, batch_shape', () => {
    const network = loadKeras(
      JSON.stringify({
        module: 'keras.src.models.functional',
        class_name: 'Functional',
        config: {
          name: 'functional',
          layers: [
            layer('in', 'InputLayer', { batch_shape: [null, 8, 8, 4] }, []),
            layer('conv', 'Conv2D', { filters: 4, kernel_size: [1, 1] }, [tensor('in')]),
            layer('add', 'Add', {}, [[tensor('in'), tensor('conv')]]),
            layer('times', 'Multiply', {}, [tensor('add'), 2], OPS),
            layer('silu', 'Silu', {}, [tensor('times')], 'keras.src.ops.nn'),
            layer('mean', 'Mean', { axis: [1, 2], keepdims: false }, [tensor('silu')], OPS),
            layer('reshape', 'Reshape', { newshape: [-1, 2, 2] }, [tensor('mean')], OPS),
            layer('parts', 'Split', { indices_or_sections: 2, axis: -1 }, [tensor('silu')], OPS),
            layer('max', 'Maximum', {}, [tensor('parts', 0, 0), tensor('parts', 0, 1)], OPS),
          ],
          input_layers: ['in', 0, 0],
          output_layers: ['max', 0, 0],
        },
      }),
      'test',
    );
    expect(ops(network)).toEqual([
      'Input',
      'Conv2D',
      'BiasAdd',
      'Add',
      'Mul',
      'Swish',
      'ReduceMean',
      'Split',
      'Split',
      'Max',
    ]);
    expect(output(network)).toEqual([8, 8, 2]);
  });
});

describe('TensorFlow operations and TF.js', () => {
  test('TFOpLambda with keyword and constant arguments', () => {
    const op = (name: string) => ({ function: name });
    const network = loadFunctional({
      in: IMAGE,
      add: ['TFOpLambda', op('__operators__.add'), [from('in', { y: 2.0, name: null })]],
      both: ['TFOpLambda', op('math.multiply'), [from('in', { y: ['add', 0, 0] })]],
      flipped: ['TFOpLambda', op('math.subtract'), [['_CONSTANT_VALUE', -1, 1.0, { y: ['both', 0, 0] }]]],
      join: ['TFOpLambda', op('concat'), [[from('flipped', { axis: -1 }), from('in', { axis: -1 })]]],
      mean: ['TFOpLambda', op('math.reduce_mean'), [from('join', { axis: [1, 2], keepdims: true })]],
      turned: ['TFOpLambda', op('compat.v1.transpose'), [from('mean', { perm: [0, 3, 1, 2] })]],
      small: ['TFOpLambda', op('image.resize'), [from('join', { size: [4, 4], method: 'nearest' })]],
    });
    expect(ops(network)).toEqual(['Input', 'Add', 'Mul', 'Sub', 'Concat', 'ReduceMean', 'Resize']);
    expect(output(network)).toEqual([4, 4, 8]);
  });

  test('model.json of a layers model, and a document within a string', () => {
    const model: unknown = JSON.parse(sequential([8, 8, 3], ['Conv2D', { filters: 2, kernel_size: 3 }]));
    for (const document of [
      {
        format: 'layers-model',
        modelTopology: { keras_version: '2.4', model_config: model },
        weightsManifest: [],
      },
      { modelTopology: model },
      JSON.stringify(model),
    ]) {
      expect(baseLayers(loadKeras(JSON.stringify(document), 'x'))).toHaveLength(1);
    }
  });

  test('a graph model is refused', () => {
    const text = JSON.stringify({ format: 'graph-model', modelTopology: { node: [] } });
    expect(() => loadKeras(text, 'x')).toThrowError('convert the original to ONNX');
  });
});
