import { loadKeras } from '../../../src/load/keras/index.ts';
import type { LoadOptions } from '../../../src/load/options.ts';
import type { Layer, Network } from '../../../src/network/network.ts';

export type Json = Record<string, unknown>;
export type Model = { class_name: string; config: Json };
export type Shape = (number | null)[];

/** A Sequential model whose first layer is an input of this shape (without the batch). */
export function sequential(shape: Shape, ...layers: [className: string, config?: Json][]): string {
  const all: [string, Json?][] = [['InputLayer', { batch_input_shape: [null, ...shape] }], ...layers];
  return JSON.stringify({
    class_name: 'Sequential',
    config: {
      name: 'sequential',
      layers: all.map(([class_name, config], index) => ({
        class_name,
        config: { name: class_name === 'InputLayer' ? 'in' : `l${index}`, ...config },
      })),
    },
  });
}

export function load(shape: Shape, ...layers: [className: string, config?: Json][]): Network {
  return loadKeras(sequential(shape, ...layers), 'test');
}

export function last(network: Network): Layer {
  return network.layers.at(-1)!;
}

/** Height, width and channels of the last layer. */
export function output(network: Network): number[] {
  const { height, width, channels } = last(network).shape;
  return [height, width, channels];
}

export function ops(network: Network): string[] {
  return network.layers.map((layer) => layer.op);
}

/** A Functional model of Keras 2 from `name: [class, config, inbound nodes]`. */
export function functional(
  layers: Record<string, [string, Json, unknown[]]>,
  outputs: unknown[] = [],
): Model {
  return {
    class_name: 'Functional',
    config: {
      name: 'model',
      layers: Object.entries(layers).map(([name, [class_name, config, inbound_nodes]]) => ({
        name,
        class_name,
        config: { name, ...config },
        inbound_nodes,
      })),
      input_layers: [['in', 0, 0]],
      output_layers: outputs,
    },
  };
}

export function loadFunctional(
  layers: Record<string, [string, Json, unknown[]]>,
  options?: LoadOptions,
): Network {
  return loadKeras(JSON.stringify(functional(layers)), 'test', options);
}

export const IMAGE: [string, Json, unknown[]] = ['InputLayer', { batch_input_shape: [null, 8, 8, 4] }, []];
export const from = (name: string, kwargs: Json = {}) => [name, 0, 0, kwargs];

/** A reference to a tensor as Keras 3 writes it, with the shape that it states. */
export function kerasTensor(layer: string, shape?: Shape, index = 0): Json {
  const config = {
    ...(shape && { shape: [null, ...shape] }),
    dtype: 'float32',
    keras_history: [layer, 0, index],
  };
  return { class_name: '__keras_tensor__', config };
}

/** An array of ones of this shape, as Keras 3 writes a constant. */
export function ones(...dims: number[]): Json {
  const value = dims.reduceRight<unknown>((item, size) => new Array(size).fill(item), 1);
  return { class_name: '__numpy__', config: { value, dtype: 'float32' } };
}

/** A slice of an index as Keras 3 writes it. */
export function range(start: number | null, stop: number | null, step: number | null = null): Json {
  return { class_name: '__slice__', config: { start, stop, step } };
}

/** A layer of a Functional model of Keras 3, applied to `args`. */
export function keras3(
  name: string,
  class_name: string,
  config: Json,
  args: unknown[],
  module = 'keras.layers',
) {
  const inbound_nodes = args.length === 0 ? [] : [{ args, kwargs: {} }];
  return { module, class_name, config: { name, ...config }, registered_name: null, name, inbound_nodes };
}

/** A Functional model of Keras 3 with inputs `in0`, `in1`, … of these shapes, whose last layer is its output. */
export function keras3Model(shapes: Shape[], ...layers: ReturnType<typeof keras3>[]): string {
  const inputs = shapes.map((shape, i) =>
    keras3(`in${i}`, 'InputLayer', { batch_shape: [null, ...shape] }, []),
  );
  return JSON.stringify({
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name: 'functional',
      layers: [...inputs, ...layers],
      input_layers: shapes.map((_, i) => [`in${i}`, 0, 0]),
      output_layers: [[layers.at(-1)!.name, 0, 0]],
    },
  });
}

/** One operation of keras.ops on inputs `in0`, `in1`, … of these shapes, called `op`. */
export function loadOperation(shapes: Shape[], class_name: string, config: Json, args?: unknown[]): Network {
  const operands = args ?? shapes.map((_, i) => kerasTensor(`in${i}`));
  return loadKeras(
    keras3Model(shapes, keras3('op', class_name, config, operands, 'keras.src.ops.numpy')),
    'test',
  );
}
