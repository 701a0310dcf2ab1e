import { type Edge, isBase, type Layer, type Network } from '../network/network.ts';
import { visitPositionsRead } from '../network/positions-read.ts';
import type { Reads } from '../network/reads.ts';

/**
 * When the values of one OFM are there, in cycles, position by position in row-major order. `undefined`
 * stands for an OFM that is there at time 0, such as an input of the network.
 */
export type Availability = Float64Array | undefined;

/** Per layer, the last layer that reads it on the way to a base layer; undefined where none does. */
export function lastReadersOf(network: Network): (number | undefined)[] {
  const lastReaders = new Array<number | undefined>(network.layers.length).fill(undefined);
  for (let index = network.layers.length - 1; index >= 0; index--) {
    const layer = network.layers[index]!;
    if (lastReaders[index] === undefined && !isBase(layer)) continue;
    for (const { from } of layer.inputs) lastReaders[from] ??= index;
  }
  return lastReaders;
}

/** When everything that each output position of a layer reads is there. */
export function readBy(
  network: Network,
  layer: Layer,
  available: ReadonlyMap<number, Availability>,
): Availability {
  let ready: Availability;
  for (const edge of layer.inputs) {
    const from = available.get(edge.from);
    if (from === undefined) continue;
    ready ??= new Float64Array(layer.shape.height * layer.shape.width);
    readEdge(network.layers[edge.from]!, from, layer, edge, ready);
  }
  return ready;
}

/** Raises `ready` to when everything is there that each output position of `layer` reads through one edge. */
function readEdge(ifmLayer: Layer, from: Float64Array, layer: Layer, edge: Edge, ready: Float64Array): void {
  const ifm = ifmLayer.shape;
  const { height, width } = layer.shape;
  const rowsRead = positionsRead(edge.rows, ifm.height, height);
  const columnsRead = positionsRead(edge.columns, ifm.width, width);
  /** Per column of the IFM, the latest of the rows that output row `y` reads. */
  const latest = new Float64Array(ifm.width);
  for (let y = 0; y < height; y++) {
    const rows = rowsRead[y]!;
    // Positions that read everything share one list, and then also its maximum.
    if (rows !== rowsRead[y - 1]) {
      latest.fill(0);
      for (const row of rows) {
        for (let column = 0; column < ifm.width; column++) {
          latest[column] = Math.max(latest[column]!, from[row * ifm.width + column]!);
        }
      }
    }
    let value = 0;
    for (let x = 0; x < width; x++) {
      const columns = columnsRead[x]!;
      if (columns !== columnsRead[x - 1]) {
        value = 0;
        for (const column of columns) value = Math.max(value, latest[column]!);
      }
      ready[y * width + x] = Math.max(ready[y * width + x]!, value);
    }
  }
}

/** Per output position, the input positions that it reads in one direction (spec.md section 4, Stage II). */
function positionsRead(reads: Reads, inputSize: number, outputSize: number): readonly (readonly number[])[] {
  const outputs = Array.from({ length: outputSize }, (_, p) => p);
  if (reads.kind === 'all') {
    const everything = Array.from({ length: inputSize }, (_, q) => q);
    return outputs.map(() => everything);
  }
  return outputs.map((p) => {
    const read: number[] = [];
    visitPositionsRead(reads, p, inputSize, (q) => read.push(q));
    return read;
  });
}
