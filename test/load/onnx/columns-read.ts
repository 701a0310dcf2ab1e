import type { Network } from '../../../src/network/network.ts';
import { positionsRead } from '../../reference/reads.ts';

/**
 * What every column of the network's last layer reads, directly or through non-base layers, of the columns of its
 * first: `0+1 2 -`, where `-` is nothing.
 */
export function columnsRead({ layers }: Network): string {
  const behind = (index: number, x: number): number[] => {
    const { inputs } = layers[index]!;
    if (index === 0) return [x];
    return inputs.flatMap(({ from, columns }) =>
      positionsRead(columns, x, layers[from]!.shape.width).flatMap((q) => behind(from, q)),
    );
  };
  return Array.from({ length: layers.at(-1)!.shape.width }, (_, x) => {
    const read = [...new Set(behind(layers.length - 1, x))].toSorted((a, b) => a - b);
    return read.length === 0 ? '-' : read.join('+');
  }).join(' ');
}
