import { describe, expect, test } from 'vitest';
import { pesAsTheyGetFree, pesByRound, sharesOf } from '../../../src/simulate/turns/pes.ts';
import type { Residency } from '../../../src/simulate/turns/residency.ts';

/** Residencies of so many PEs, one a round. */
const residencies = (...pes: number[]): Residency[] =>
  pes.map((own, layer) => ({ group: 0, round: layer, layer, copy: 0, pes: own }));

/** Three PEs on tile 4 and two on tile 7. */
const CHIP = [
  { tile: 4, pes: 3 },
  { tile: 7, pes: 2 },
];

describe('PEs as they get free', () => {
  test('go to the next residency in the order of writing', () => {
    // The first two take 2 + 3 PEs. The second is finished first, then the first.
    const { runs, gates } = pesAsTheyGetFree(residencies(2, 3, 4, 1), CHIP, Float64Array.of(9, 5, 20, 30));
    expect(runs).toEqual([
      [{ tile: 4, pes: 2, gate: -1 }],
      [
        { tile: 4, pes: 1, gate: -1 },
        { tile: 7, pes: 2, gate: -1 },
      ],
      [
        { tile: 4, pes: 1, gate: 0 },
        { tile: 7, pes: 2, gate: 0 },
        { tile: 4, pes: 1, gate: 1 },
      ],
      [{ tile: 4, pes: 1, gate: 1 }],
    ]);
    expect(gates).toEqual([[1], [0]]);
    expect(sharesOf(runs[2]!)).toEqual([
      { tile: 4, pes: 2 },
      { tile: 7, pes: 2 },
    ]);
  });

  test('of two that are finished at once, those of the one that is written first go first', () => {
    const { gates } = pesAsTheyGetFree(residencies(2, 3, 5), CHIP, Float64Array.of(6, 6, 20));
    expect(gates).toEqual([[0], [1]]);
  });
});

describe('PEs by rounds', () => {
  test('a round waits for all of the one before, and so does the next group', () => {
    const [a, b] = residencies(2, 3) as [Residency, Residency];
    const all = [a, { ...a, copy: 1 }, b, { ...a, group: 1 }];
    const { runs, gates } = pesByRound(all, ({ pes }) => [{ tile: 0, pes }]);
    expect(runs.map(([run]) => run!.gate)).toEqual([-1, -1, 0, 1]);
    expect(gates).toEqual([[0, 1], [2]]);
  });
});
