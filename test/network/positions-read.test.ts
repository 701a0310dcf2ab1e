import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visitPositionsRead } from '../../src/network/positions-read.ts';
import { rawNetwork } from '../reference/random-network.ts';
import { positionsRead } from '../reference/reads.ts';

test('positions read are those of the reference', () => {
  fc.assert(
    fc.property(rawNetwork(), (network) => {
      for (const layer of network.layers) {
        for (const { from, rows } of layer.inputs) {
          const inputSize = network.layers[from]!.shape.height;
          for (let p = 0; p < layer.shape.height; p++) {
            const visited: number[] = [];
            visitPositionsRead(rows, p, inputSize, (q) => visited.push(q));
            const expected = positionsRead(rows, p, inputSize);
            const distinct = [...new Set(visited)];
            expect(distinct.toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});
