import { describe, expect, test } from 'vitest';
import type { SimulationGraph, SimulationTurns } from '../../../src/simulate/model/graph.ts';
import { base, edge, on, rowOfTiles, same, simulate, starts } from './by-hand.ts';

/** A runs from 0 to 5 on tile 0; B, which reads nothing, is written on tile 1 behind it: two PEs of 12 bits, 10 cycles each. */
const nodes = [base([5]), base([1], { copies: [on(1)] })];
const turns: SimulationTurns = {
  writes: [{ node: 1, copy: 0, tile: 1, pes: 2, bits: 12, gate: 0 }],
  gates: [[{ node: 0, copy: 0 }]],
  writeCycles: 10,
};
const chip = {
  ...{ ...rowOfTiles(2), offChipBitsPerCycle: 4, offChipLatencyCycles: 2, linkBitsPerCycle: 6 },
  ...{ hopCycles: 1, tileWritePorts: 1 },
};

describe('weights in turns, computed by hand', () => {
  test('everything free: both PEs are written from the end of A on', () => {
    const free = simulate(nodes, [], rowOfTiles(2), { turns });
    expect(starts(free)).toEqual([[0], [15]]);
    expect(free.nodes[1]).toMatchObject({
      waitWriteCycles: 15,
      waitDataCycles: 0,
      hopBits: 24,
      offChipBits: 0,
    });
    expect(free.tiles[1]).toMatchObject({ waitWriteCycles: 15 });
  });

  test('through memory, port, link and the write port of the tile', () => {
    // Both start at 5, and memory gives them at 7. Port: 7 to 10 and 10 to 13. Over the link 1 + 2 cycles: 13 and 16. The port for writing: 13 to
    // 23, then 23 to 33.
    const run = simulate(nodes, [], chip, { turns });
    expect(starts(run)).toEqual([[0], [33]]);
    expect(run).toMatchObject({ cycles: 34, messages: 2 });
    expect(run.nodes[1]).toMatchObject({ hopBits: 24, offChipBits: 24, waitOffChipCycles: 3 });
    expect(run.links[0]).toEqual({ bits: 24, busyCycles: 4 });
    // Two ports for writing: 16 to 26.
    expect(starts(simulate(nodes, [], { ...chip, tileWritePorts: 2 }, { turns }))[1]).toEqual([26]);
  });

  test('one at a time: the second starts when the first is written', () => {
    // At 23; memory 25, port 28, tile 31, written at 41.
    const run = simulate(nodes, [], chip, { turns: { ...turns, parallelWrites: 1 } });
    expect(starts(run)[1]).toEqual([41]);
  });

  test('a gate opens when all of its copies are finished, and writes start in order', () => {
    // A has copies that are done at 3 and 7; B waits for both, C for neither but stands behind B.
    const three = [base([3, 7], { copies: [on(0), on(0)] }), base([1]), base([1])];
    const gates = [
      [
        { node: 0, copy: 0 },
        { node: 0, copy: 1 },
      ],
      [],
    ];
    const writes = [1, 2].map((node, gate) => ({ ...turns.writes[0]!, node, tile: 0, pes: 1, gate }));
    const run = simulate(three, [], rowOfTiles(1), { turns: { writes, gates, writeCycles: 10 } });
    expect(starts(run)).toEqual([[0, 0], [17], [17]]);
  });

  test('groups: each has its copies, and sets are in order within a group only', () => {
    // Two inferences, a group each. A's second copy is written behind the first set of A, from 4 to 6. B reads A; its copies are there.
    const group = (first: number, groupBefore?: number) => ({
      inferences: { first, count: 1 },
      ...(groupBefore === undefined ? {} : { groupBefore }),
    });
    const all: SimulationGraph['nodes'] = [
      base([4], group(0)),
      base([9], group(0)),
      base([4], group(1, 0)),
      base([2], group(1, 1)),
    ];
    const edges = [edge(0, 1, same(1), [8]), edge(2, 3, same(1), [8])];
    const written = {
      writes: [{ node: 2, copy: 0, tile: 0, pes: 1, bits: 1, gate: 0 }],
      gates: [[{ node: 0, copy: 0 }]],
      writeCycles: 2,
    };
    const run = simulate(all, edges, rowOfTiles(1), { turns: written, batch: 2 });
    expect(starts(run)).toEqual([[0], [4], [6], [10]]);
    expect(run.inferenceEnds).toEqual([13, 12]);
    // The time between starts of a layer, whichever group they are of.
    expect(run.nodes[2]).toMatchObject({ waitWriteCycles: 6 });
    expect(run.nodes[3]).toMatchObject({ waitDataCycles: 6 });
  });

  test('an input starts the sets of a group behind those of the group before', () => {
    const input = { kind: 'input' as const, durations: Int32Array.of(0, 0) };
    const all = [
      base([0, 0], { ...input, inferences: { first: 0, count: 1 } }),
      base([0, 0], { ...input, inferences: { first: 1, count: 1 }, groupBefore: 0 }),
    ];
    const run = simulate(
      all,
      [],
      { ...rowOfTiles(1), offChipBitsPerCycle: 4 },
      {
        batch: 2,
        turns: { writes: [], gates: [], writeCycles: 1 },
      },
    );
    expect(starts(run)).toEqual([
      [0, 2],
      [2, 6],
    ]);
  });
});
