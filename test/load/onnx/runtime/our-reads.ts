import { vi } from 'vitest';
import { NetworkBuilder } from '../../../../src/network/builder.ts';
import type { Network } from '../../../../src/network/network.ts';
import { visitPositionsRead } from '../../../../src/network/positions-read.ts';
import type { Arrangement, Tensor } from '../../../../src/network/tensor.ts';
import { loadOnnxBytes } from '../load-onnx.ts';
import type { ModelSpec } from '../onnx-writer.ts';
import { model } from '../onnx-writer.ts';
import { heightOf, widthOf } from './positions.ts';

/** What is read: a base layer or an input of the network by name, and how its OFM lies in a tensor. */
export interface Source extends Arrangement {
  readonly layer: string;
}

/** What the loader makes of one output of a model. */
export interface Loaded extends Arrangement {
  /** Per position of the output and source, the positions of the source that are read, one byte for each. */
  readonly reads: readonly (readonly Uint8Array[])[];
}

/** The shape that the loader gives the first output of a model. */
export function dimsOf(spec: ModelSpec): readonly number[] {
  return loaded(spec, spec.outputs![0]!, []).dims;
}

/** Loads a model with one of its outputs only. A constant reads nothing. */
export function loaded(spec: ModelSpec, output: string, sources: readonly Source[]): Loaded {
  const spy = vi.spyOn(NetworkBuilder.prototype, 'output');
  try {
    const network = loadOnnxBytes(model({ ...spec, outputs: [output] }), 'test.onnx');
    // The last one: an input that lies elsewhere than it was supposed to is built for once more.
    const tensor: Tensor | undefined = spy.mock.calls.at(-1)?.[0];
    if (tensor === undefined) throw new Error(`the loader left out what computes ${output}`);
    if (tensor.layer === undefined) return { ...tensor, h: -1, w: -1, reads: [blank(sources)] };
    // The layer that computes the output, and not a Reshape behind it, which only hands it on.
    const name = (spy.mock.contexts.at(-1) as NetworkBuilder).nameOf(tensor);
    const layer = network.layers.findIndex((candidate) => candidate.name === name);
    return { ...tensor, reads: readsOf(network, layer < 0 ? network.outputs[0]! : layer, tensor, sources) };
  } finally {
    spy.mockRestore();
  }
}

/** Follows what every position of a layer reads back to the sources. */
function readsOf(
  network: Network,
  output: number,
  tensor: Arrangement,
  sources: readonly Source[],
): Uint8Array[][] {
  // Per layer, position and source: the positions that are read.
  const reads: Uint8Array[][][] = [];
  for (const layer of network.layers) {
    const { height, width } = layer.shape;
    const positions = Array.from({ length: height * width }, () => blank(sources));
    reads.push(positions);
    const source = sources.findIndex((candidate) => candidate.layer === layer.name);
    if (source >= 0) {
      checkSize(layer.name, sources[source]!, height, width);
      positions.forEach((position, i) => {
        position[source]![i] = 1;
      });
      continue;
    }
    for (const { from, rows, columns } of layer.inputs) {
      const operand = network.layers[from]!.shape;
      const columnsRead = Array.from({ length: width }, (_, x) =>
        listed((visit) => visitPositionsRead(columns, x, operand.width, visit)),
      );
      for (let y = 0; y < height; y++) {
        const rowsRead = listed((visit) => visitPositionsRead(rows, y, operand.height, visit));
        for (let x = 0; x < width; x++) {
          const into = positions[y * width + x]!;
          for (const q of rowsRead)
            for (const p of columnsRead[x]!) join(into, reads[from]![q * operand.width + p]!);
        }
      }
    }
  }
  const { shape, name } = network.layers[output]!;
  checkSize(name, tensor, shape.height, shape.width);
  return reads[output]!;
}

function blank(sources: readonly Source[]): Uint8Array[] {
  return sources.map((source) => new Uint8Array(heightOf(source) * widthOf(source)));
}

function listed(visitAll: (visit: (position: number) => void) => void): number[] {
  const positions: number[] = [];
  visitAll((position) => positions.push(position));
  return positions;
}

function join(into: readonly Uint8Array[], more: readonly Uint8Array[]): void {
  more.forEach((positions, source) => {
    const target = into[source]!;
    for (let i = 0; i < positions.length; i++) target[i]! |= positions[i]!;
  });
}

function checkSize(name: string, tensor: Arrangement, height: number, width: number): void {
  if (heightOf(tensor) === height && widthOf(tensor) === width) return;
  throw new Error(
    `layer ${name} is a map of ${height} x ${width}, and its tensor has ${heightOf(tensor)} x ${widthOf(tensor)}`,
  );
}

/**
 * How the OFM of a base layer or an input lies in a tensor, told by the sizes of the OFM: `axes` are those that may
 * carry positions. H comes in front of W where both orders fit.
 */
export function arrangementOf(
  network: Network,
  name: string,
  dims: readonly number[],
  axes: readonly number[],
): Arrangement {
  const layer = network.layers.find((candidate) => candidate.name === name);
  if (layer === undefined) throw new Error(`no layer ${name}`);
  const { height, width } = layer.shape;
  const wide = [-1, ...axes.filter((axis) => dims[axis]! > 1)];
  const pairs = wide.flatMap((h) => wide.map((w) => ({ dims, h, w })));
  const fitting = pairs.filter((pair) => heightOf(pair) === height && widthOf(pair) === width);
  return fitting.find(({ h, w }) => h < w || w < 0) ?? fitting[0] ?? { dims, h: -1, w: -1 };
}
