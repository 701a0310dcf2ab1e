import { oneLine } from '../../input/show.ts';
import type { SimulationGraph } from '../model/graph.ts';
import { spillPlan, type TooLarge } from './plan.ts';

/** What does not fit a buffer, or both kinds of them, and the smallest that it fits, as a text of one line. */
export function tooLargeText(graph: SimulationGraph, tooLarge: TooLarge): string {
  const all = [tooLarge, ...tooLargeThen(graph, tooLarge)];
  const sizes = all.map(({ buffer, bits }) => `chip.${buffer}BufferBytes: ${Math.ceil(bits / 8)}`);
  const verb = sizes.length > 1 ? 'are' : 'is';
  return `${all.map((one) => fitsNot(graph, one)).join('; ')}; ${sizes.join(' and ')} ${verb} the least that would do`;
}

function fitsNot({ nodes, chip }: SimulationGraph, { node, set, tile, buffer, bits }: TooLarge): string {
  const { name, setColumns } = nodes[node]!;
  const where = `the set in row ${Math.floor(set / setColumns)}, column ${set % setColumns} of ${oneLine(name)}`;
  const size = buffer === 'input' ? chip.inputBufferBits : chip.outputBufferBits;
  return `one pixel of ${where} takes ${bytes(bits)} bytes, and the ${buffer} buffer of tile ${tile} has ${bytes(size ?? 0)}`;
}

/** What does not fit the output buffers where the input buffers are large enough. */
function tooLargeThen(graph: SimulationGraph, { buffer, bits }: TooLarge): readonly TooLarge[] {
  if (buffer === 'output') return [];
  const chip = { ...graph.chip, inputBufferBits: bits };
  const { tooLarge } = spillPlan({ ...graph, chip }, []);
  return tooLarge === undefined ? [] : [tooLarge];
}

function bytes(bits: number): string {
  return Math.ceil(bits / 8).toLocaleString('en-US');
}
