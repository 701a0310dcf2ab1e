import { vi } from 'vitest';
import { loadOnnxBytes } from '../../../../src/load/onnx/index.ts';
import { NetworkBuilder } from '../../../../src/network/builder.ts';
import { isBase, type Network } from '../../../../src/network/network.ts';
import { visitPositionsRead } from '../../../../src/network/positions-read.ts';
import type { Tensor } from '../../../../src/network/tensor.ts';
import type { ModelSpec } from '../onnx-writer.ts';
import { model } from '../onnx-writer.ts';
import { type Axes, heightOf, widthOf } from './positions.ts';

/** What is read: a base layer or an input of the network by name, with its axes. */
export interface Source extends Axes {
  readonly layer: string;
}

/** What the loader makes of one output of a model. */
export interface Loaded extends Axes {
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
    const tensor: Tensor | undefined = spy.mock.calls[0]?.[0];
    if (tensor === undefined) throw new Error(`the loader left out what computes ${output}`);
    const { dims, h, w } = tensor;
    if (tensor.layer === undefined) return { dims, h: -1, w: -1, reads: [blank(sources)] };
    return { dims, h, w, reads: readsOf(network, network.outputs[0]!, { dims, h, w }, sources) };
  } finally {
    spy.mockRestore();
  }
}

/** Follows what every position of a layer reads back to the sources. */
function readsOf(network: Network, output: number, axes: Axes, sources: readonly Source[]): Uint8Array[][] {
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
        listed((visit) => visitPositionsRead(columns, x, operand.width, width, visit)),
      );
      for (let y = 0; y < height; y++) {
        const rowsRead = listed((visit) => visitPositionsRead(rows, y, operand.height, height, visit));
        for (let x = 0; x < width; x++) {
          const into = positions[y * width + x]!;
          for (const q of rowsRead)
            for (const p of columnsRead[x]!) join(into, reads[from]![q * operand.width + p]!);
        }
      }
    }
  }
  const { shape, name } = network.layers[output]!;
  checkSize(name, axes, shape.height, shape.width);
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

function checkSize(name: string, axes: Axes, height: number, width: number): void {
  if (heightOf(axes) === height && widthOf(axes) === width) return;
  throw new Error(
    `layer ${name} is a map of ${height} x ${width}, and its tensor has ${heightOf(axes)} x ${widthOf(axes)}`,
  );
}

/** The axes that the loader gives an input which no base layer reads first: told by its OFM. */
export function inputAxes(network: Network, name: string, dims: readonly number[]): Axes {
  const layer = network.layers.find((candidate) => candidate.name === name && !isBase(candidate));
  if (layer === undefined) throw new Error(`no input ${name}`);
  const { height, width } = layer.shape;
  const axes = [-1, ...dims.keys()];
  const pairs = axes.flatMap((h) => axes.map((w) => ({ dims, h, w })));
  // The last axes first, and H in front of W.
  const fitting = pairs
    .filter((pair) => heightOf(pair) === height && widthOf(pair) === width)
    .filter(({ h, w }) => h < w || w < 0)
    .sort((a, b) => b.w - a.w || b.h - a.h);
  return fitting[0] ?? { dims, h: -1, w: -1 };
}
