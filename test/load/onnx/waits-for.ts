import { isBase, type Network } from '../../../src/network/network.ts';
import { positionsRead } from '../../reference/reads.ts';
import { layerOf } from './helpers.ts';

/**
 * What position (y, x) of a layer waits for: by the name of every base layer that it reads, directly or through
 * non-base layers, the rows and columns of that layer's OFM, as `rows x columns`; `everything` where it is all.
 */
export function waitsFor(network: Network, name: string, y: number, x: number): Record<string, string> {
  const read = new Map<string, Set<string>>();
  const follow = (index: number, row: number, column: number): void => {
    const layer = network.layers[index]!;
    const positions = read.get(layer.name) ?? new Set();
    const position = `${row},${column}`;
    if (positions.has(position)) return;
    read.set(layer.name, positions.add(position));
    if (!isBase(layer)) operands(index, row, column);
  };
  const operands = (index: number, row: number, column: number): void => {
    const { inputs } = network.layers[index]!;
    for (const { from, rows, columns } of inputs) {
      const operand = network.layers[from]!.shape;
      for (const q of positionsRead(rows, row, operand.height))
        for (const p of positionsRead(columns, column, operand.width)) follow(from, q, p);
    }
  };
  operands(network.layers.indexOf(layerOf(network, name)), y, x);
  const bases = network.layers.filter((layer) => isBase(layer) && read.has(layer.name));
  return Object.fromEntries(
    bases.map(({ name: base, shape }) => {
      const positions = [...read.get(base)!].map((position) => position.split(',').map(Number));
      const isAll = positions.length === shape.height * shape.width;
      return [base, isAll ? 'everything' : `${span(positions, 0)} x ${span(positions, 1)}`];
    }),
  );
}

/** The rows or the columns of some positions, as `first-last` or one number. */
function span(positions: readonly number[][], direction: 0 | 1): string {
  const along = positions.map((position) => position[direction]!);
  const [low, high] = [Math.min(...along), Math.max(...along)];
  return low === high ? `${low}` : `${low}-${high}`;
}
