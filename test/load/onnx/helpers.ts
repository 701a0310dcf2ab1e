import type { LoadOptions } from '../../../src/load/options.ts';
import type { Layer, Network } from '../../../src/network/network.ts';
import { loadOnnxBytes } from './load-onnx.ts';
import { type ModelSpec, model } from './onnx-writer.ts';

/** Loads a model that a test has written down. */
export function load(spec: ModelSpec, options: LoadOptions = {}): Network {
  return loadOnnxBytes(model(spec), 'test.onnx', options);
}

/** The OFM of a layer, by name. */
export function shapeOf(network: Network, name: string): [number, number, number] {
  const { height, width, channels } = layerOf(network, name).shape;
  return [height, width, channels];
}

export function layerOf(network: Network, name: string): Layer {
  const layer = network.layers.find((candidate) => candidate.name === name);
  if (layer === undefined) {
    throw new Error(`no layer ${name} among ${network.layers.map((candidate) => candidate.name).join(', ')}`);
  }
  return layer;
}

/** Ops of all layers but the inputs. */
export function ops(network: Network): string[] {
  return network.layers.map(({ op }) => op).filter((op) => op !== 'Input');
}

/** What a layer reads: name of the operand, and the kinds of its rows and columns. */
export function reads(network: Network, name: string): [string, string, string][] {
  return layerOf(network, name).inputs.map(({ from, rows, columns }) => [
    network.layers[from]!.name,
    rows.kind,
    columns.kind,
  ]);
}
