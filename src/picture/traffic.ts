import type { Simulation, SpillTraffic } from '../simulate/index.ts';

/** What went to off-chip memory and the shared buffer for want of room, and came from there, because of layers. */
export interface TrafficPicture {
  /** Layers and inputs that have any, in the order of the file; none where nothing spilled and no weights were written. */
  readonly layers: readonly string[];
  /** What it was. */
  readonly parts: readonly TrafficPart[];
  /** Of what spilled, and of weights, which way they took; none where there is only one. */
  readonly ways: readonly TrafficPart[];
}

/** A part of it. */
export interface TrafficPart {
  /** In a few words. */
  readonly name: string;
  /** Bits by layer. */
  readonly bits: readonly number[];
}

/** What is moved because of one layer. */
interface Row extends SpillTraffic {
  readonly name: string;
  readonly weightBits: number;
}

/** Bits by layer. */
export function trafficPictureOf(simulation: Simulation): TrafficPicture {
  const { inputs, layers, weightBits = 0, writtenPes = 0, sharedBuffer } = simulation;
  const perPe = writtenPes === 0 ? 0 : weightBits / writtenPes;
  const nothing: SpillTraffic = { spilledBits: 0, fetchedBits: 0, sharedBufferBits: 0 };
  const all = [...inputs.map((input) => ({ ...input, writtenPes: 0 })), ...layers];
  const rows = all
    .map(
      ({ name, spill = nothing, writtenPes: pes = 0 }): Row => ({ name, ...spill, weightBits: pes * perPe }),
    )
    .filter(({ spilledBits, fetchedBits, weightBits: weights }) => spilledBits + fetchedBits + weights > 0);
  const part = (name: string, bits: (row: Row) => number): TrafficPart => ({ name, bits: rows.map(bits) });
  const parts = [
    part('stored', ({ spilledBits }) => spilledBits),
    part('fetched back', ({ fetchedBits }) => fetchedBits),
    part('weights', (row) => row.weightBits),
  ];
  const through = (row: Row) => row.spilledBits + row.fetchedBits + row.weightBits - row.sharedBufferBits;
  return {
    layers: rows.map(({ name }) => name),
    parts: parts.filter(({ bits }) => bits.some((value) => value > 0)),
    ways:
      sharedBuffer === undefined
        ? []
        : [
            part('through the port', through),
            part('through the shared buffer', ({ sharedBufferBits }) => sharedBufferBits),
          ],
  };
}
