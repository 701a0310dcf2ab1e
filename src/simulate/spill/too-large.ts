import { oneLine } from '../../input/show.ts';
import type { SimulationGraph } from '../model/graph.ts';
import type { TooLarge } from './plan.ts';

/** What does not fit a buffer, and the smallest one that it fits, as a text of one line. */
export function tooLargeText(graph: SimulationGraph, { node, set, tile, buffer, bits }: TooLarge): string {
  const { name, setColumns } = graph.nodes[node]!;
  const where = `the set in row ${Math.floor(set / setColumns)}, column ${set % setColumns} of ${oneLine(name)}`;
  const size = buffer === 'input' ? graph.chip.inputBufferBits : graph.chip.outputBufferBits;
  return (
    `one pixel of ${where} takes ${bytes(bits)} bytes, and the ${buffer} buffer of tile ${tile} has ` +
    `${bytes(size ?? 0)}; chip.${buffer}BufferBytes: ${Math.ceil(bits / 8)} is the least that would do`
  );
}

function bytes(bits: number): string {
  return Math.ceil(bits / 8).toLocaleString('en-US');
}
