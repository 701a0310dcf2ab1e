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
