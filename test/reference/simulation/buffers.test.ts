import { describe, expect, test } from 'vitest';
import type { SimulationNode } from '../../../src/simulate/model/graph.ts';
import { base, edge, on, rowOfTiles, same, simulate, starts } from './by-hand.ts';
import { inputWindows } from './windows.ts';

describe('room in buffers, computed by hand', () => {
  test('a full input buffer', () => {
    // The buffer of tile 1 holds one value of 8 bits, which is the window of A: B's set k reads A's set k only. Links are free. A is finished at
    // 1, 2, 3; B takes 5 cycles a set.
    //  1: value 0 is injected and there, B starts.
    //  2, 3: values 1 and 2 find no room: 8 + 8 > 8.
    //  6: B's set 0 is finished and gives value 0's room back; value 1 is injected, B starts.
    // 11: the same for value 2; B is finished at 16.
    const chip = { ...rowOfTiles(2), inputBufferBits: 8 };
    const nodes = [base([1, 1, 1]), base([5, 5, 5], { copies: [on(1)] })];
    const edges = [edge(0, 1, same(3), [8, 8, 8])];
    const simulation = simulate(nodes, edges, chip);
    expect(starts(simulation)).toEqual([
      [0, 1, 2],
      [1, 6, 11],
    ]);
    expect(simulation.cycles).toBe(16);
    expect(simulation.inputWindows).toEqual([{ node: 0, tile: 1, bits: 8 }]);
    // A's results 1 and 2 wait in the output buffer of tile 0: from 2 to 6 and from 3 to 11.
    expect(simulation.tiles[0]).toMatchObject({ outputPeakBits: 16, waitSendCycles: 12 });
    expect(simulation.tiles[1]).toMatchObject({ inputWindowBits: 8, outputWindowBits: 0 });
  });

  test('a full output buffer holds the layer up', () => {
    // As before, and the output buffers hold one result, the window of A's results. A's set 0: 0..1, leaves at 1, so set 1: 1..2; it leaves when value 0's
    // room is given back, at 6; set 2: 6..7, leaves at 11. Sets 1 and 2 were passed over (set 1 in the round before value 0 was sent).
    const chip = { ...rowOfTiles(2), inputBufferBits: 8, outputBufferBits: 8 };
    const nodes = [base([1, 1, 1]), base([5, 5, 5], { copies: [on(1)] })];
    const simulation = simulate(nodes, [edge(0, 1, same(3), [8, 8, 8])], chip);
    expect(starts(simulation)).toEqual([
      [0, 1, 6],
      [1, 6, 11],
    ]);
    expect(simulation.nodes[0]).toMatchObject({ waitSpaceCycles: 6, waitCopyCycles: 0, waitDataCycles: 0 });
    expect(simulation.outputWindows).toEqual([
      { node: 0, tile: 0, bits: 8 },
      { node: 1, tile: 1, bits: 8 },
    ]);
  });

  test('of nodes that wait for the same tile the last one is served first', () => {
    // Tile 1 holds 8 bits. X (node 0) is finished at 2 and 4, Y (node 1) at 1 and 3; their readers P and Q take 10 cycles a set.
    // Y's value 0 is injected at 1 and in use until 11. X's value 0 waits from 2, Y's value 1 from 3. At 11 Y's value 1 goes, Q runs
    // 11..21; at 21 X's value 0, P 21..31; at 31 X's value 1, P 31..41.
    const chip = { ...rowOfTiles(2), inputBufferBits: 8 };
    const nodes = [base([2, 2]), base([1, 2]), base([10, 10]), base([10, 10])].map((node, index) => ({
      ...node,
      copies: [on(index < 2 ? 0 : 1)],
    }));
    const edges = [edge(0, 2, same(2), [8, 8]), edge(1, 3, same(2), [8, 8])];
    expect(starts(simulate(nodes, edges, chip)).slice(2)).toEqual([
      [21, 31],
      [1, 11],
    ]);
  });

  test('a result that finds no room blocks nobody', () => {
    // Tiles 1 and 2 hold 8 bits. L (node 0) fills tile 2 from 1 until its reader on tile 2 is finished at 1 + 20 = 21. M (node 1), finished
    // at 2, needs 8 bits on tiles 1 and 2 and waits until 21. S (node 2), finished at 3, fits into tile 1: its reader runs 3..4. At 21 M
    // is injected, and both of its readers start.
    const chip = { ...rowOfTiles(3), inputBufferBits: 8 };
    const place = (node: SimulationNode, tile: number) => ({ ...node, copies: [on(tile)] });
    const nodes = [
      base([1]),
      base([2]),
      base([3]),
      place(base([20]), 2),
      place(base([5]), 1),
      place(base([5]), 2),
      place(base([1]), 1),
    ];
    const edges = [
      edge(0, 3, [[0]], [8]),
      edge(1, 4, [[0]], [8]),
      edge(1, 5, [[0]], [8]),
      edge(2, 6, [[0]], [1]),
    ];
    expect(starts(simulate(nodes, edges, chip)).slice(3)).toEqual([[1], [21], [21], [3]]);
  });

  test('a window keeps a fast stream from filling the buffer that a slow one needs', () => {
    // C on tile 1 reads X's and Y's set k together, 8 bits each. X is finished at 1 and 2, Y at 3 and 6. On demand one value of each is there at a time:
    // two windows of 8 bits. In a buffer of 16 bits that everybody shares X would put both its values at 2, and Y's would never fit. Here:
    //  1: X's value 0 into its window.   2: X's value 1: the window is full, shared room is 16 - 16 = 0; it waits.
    //  3: Y's value 0 into its window; C runs 3..4.
    //  4: C gives 16 bits back; X's value 1 goes (it has waited for 2 cycles).   6: Y's value 1 goes; C runs 6..7.
    const nodes = [base([1, 1]), base([3, 3]), base([1, 1], { copies: [on(1)] })];
    const edges = [edge(0, 2, same(2), [8, 8]), edge(1, 2, same(2), [8, 8])];
    const sized = (inputBufferBits: number) => simulate(nodes, edges, { ...rowOfTiles(2), inputBufferBits });
    const fits = sized(16);
    expect(fits.inputWindows).toEqual([
      { node: 0, tile: 1, bits: 8 },
      { node: 1, tile: 1, bits: 8 },
    ]);
    expect(starts(fits)[2]).toEqual([3, 6]);
    expect(fits.nodes[0]).toMatchObject({ waitSendCycles: 2 });
    // With 24 bits X's value 1 goes into the 8 shared ones at 2, with 23 it cannot.
    expect(sized(24).nodes[0]).toMatchObject({ waitSendCycles: 0 });
    expect(sized(23).nodes[0]).toMatchObject({ waitSendCycles: 2 });
    // With 15 bits Y's value 0 lacks one bit at 3. Y's set 1 is finished at 6, and that is the end.
    expect(sized(15).deadlock).toEqual({
      cycle: 6,
      sets: [{ node: 2, set: 0, waitsFor: 'values', source: 1 }],
      messages: [
        { node: 0, set: 1, tiles: [1] },
        { node: 1, set: 0, tiles: [1] },
      ],
      fullBuffers: [{ tile: 1, holds: [{ node: 0, bits: 8 }] }],
    });
    // X's value 1 waits from 2, Y's value 0 from 3 and its value 1 from 6, until the end.
    expect(sized(15).nodes.map(({ waitSendCycles }) => waitSendCycles)).toEqual([4, 3, 0]);
  });

  test('a result that is not in turn has shared room only', () => {
    // A's two copies finish set 0 at 4 and set 1 at 1; B reads them one by one, 1 cycle each. A's window on tile 1 is 8 bits.
    // With 8 bits set 1 has to wait: B runs set 0 at 4..5, then value 1 goes, and B runs 5..6.
    // With 16 bits value 1 is in shared room from 1 on, and value 0 in the window at 4.
    const nodes = [base([4, 1], { copies: [on(0), on(0)] }), base([1, 1], { copies: [on(1)] })];
    const edges = [edge(0, 1, same(2), [8, 8])];
    const sized = (inputBufferBits: number) => simulate(nodes, edges, { ...rowOfTiles(2), inputBufferBits });
    expect(sized(8).arrivals.map(({ cycle }) => cycle)).toEqual([4, 5]);
    expect(sized(16).arrivals.map(({ cycle }) => cycle)).toEqual([4, 1]);
    expect(sized(15).arrivals.map(({ cycle }) => cycle)).toEqual([4, 5]);
    for (const size of [8, 16]) expect(starts(sized(size))[1]).toEqual([4, 5]);
  });

  test('a set of a join that is not in turn has shared room for its result only', () => {
    // A's two copies, on tiles 0 and 2, finish set 0 at 4 and set 1 at 1. The join on tile 1 reads them one by one and takes 3 cycles; its results of 8 bits
    // are read on tile 0. With 8 bits of output buffer there is only the window, for set 0: 4..7. Its result leaves at 7, so set 1 starts at 7.
    // With 16 bits set 1 has 8 shared bits at 1 and is done at 4, where set 0 starts.
    const nodes = [
      base([4, 1], { copies: [on(0), on(2)] }),
      base([3, 3], { kind: 'join', copies: [on(1)] }),
      base([1, 1]),
    ];
    const edges = [edge(0, 1, same(2), [8, 8]), edge(1, 2, same(2), [8, 8])];
    const sized = (outputBufferBits: number) =>
      simulate(nodes, edges, { ...rowOfTiles(3), outputBufferBits });
    expect(starts(sized(16))[1]).toEqual([4, 1]);
    expect(starts(sized(15))[1]).toEqual([4, 7]);
    // On tile 0 A and the reader need a window of 8 bits each.
    expect(sized(8).outputWindows.map(({ node, tile }) => [node, tile])).toEqual([
      [0, 0],
      [0, 2],
      [1, 1],
      [2, 0],
    ]);
  });

  test('a value is kept once per tile, in the widest form that is needed there', () => {
    // B and C on tile 1 read A's one value, with 4 and 6 bits. B is finished at 3 and C at 8: 6 bits until 8. Another node D, finished at 2,
    // has 3 bits for tile 1 of 8 bits: no room (6 + 3 > 8) until 8.
    const chip = { ...rowOfTiles(2), inputBufferBits: 8 };
    const far = { copies: [on(1)] };
    const nodes = [base([1]), base([2], far), base([7], far), base([2]), base([1], far)];
    const edges = [edge(0, 1, [[0]], [4]), edge(0, 2, [[0]], [6]), edge(3, 4, [[0]], [3])];
    expect(starts(simulate(nodes, edges, chip))).toEqual([[0], [1], [1], [0], [8]]);
  });

  test('a batch of 2 with copies that rotate from inference to inference', () => {
    // A has 2 sets of 1 cycle; B has 1 set of 4 cycles, which reads both, on copies on tiles 1 and 2: inference 0 runs on tile 1, inference 1 on tile 2, so A has a
    // window of 16 bits on each. Neither waits: A is finished at 1, 2, 3, 4, B runs 2..6 and 4..8.
    // With both copies on tile 1 inference 1 finds the window full until 6: A's sets 2 and 3 wait for 3 and 2 cycles, and B runs 6..10.
    const on12 = [base([1, 1]), base([4], { copies: [on(1), on(2)] })];
    const on11 = [on12[0]!, base([4], { copies: [on(1), on(1)] })];
    const edges = [edge(0, 1, [[0, 1]], [8, 8])];
    const chip = { ...rowOfTiles(3), inputBufferBits: 16 };
    const apart = simulate(on12, edges, chip, { batch: 2 });
    expect(apart.inputWindows).toEqual([
      { node: 0, tile: 1, bits: 16 },
      { node: 0, tile: 2, bits: 16 },
    ]);
    expect(starts(apart)[1]).toEqual([2, 4]);
    const together = simulate(on11, edges, chip, { batch: 2 });
    expect(together.inputWindows).toEqual([{ node: 0, tile: 1, bits: 16 }]);
    expect(starts(together)[1]).toEqual([2, 6]);
    expect(together.nodes[0]).toMatchObject({ waitSendCycles: 5 });
    expect(together.inferenceEnds).toEqual([6, 10]);
    // A single inference never comes to tile 2.
    expect(simulate(on12, edges, chip).inputWindows).toHaveLength(1);
  });

  test('a deadlock', () => {
    // B's one set reads both values of A, a window of 16 bits, and the buffer of tile 1 holds 15: value 1 waits for B, B for value 1.
    const nodes = [base([1, 1]), base([1], { copies: [on(1)] })];
    const edges = [edge(0, 1, [[0, 1]], [8, 8])];
    const stuck = simulate(nodes, edges, { ...rowOfTiles(2), inputBufferBits: 15 });
    expect(stuck.deadlock).toEqual({
      cycle: 2,
      sets: [{ node: 1, set: 0, waitsFor: 'values', source: 0 }],
      messages: [{ node: 0, set: 1, tiles: [1] }],
      fullBuffers: [{ tile: 1, holds: [{ node: 0, bits: 8 }] }],
    });
    expect(starts(stuck)).toEqual([[0, 1], [-1]]);
    expect(stuck.inferenceEnds).toEqual([2]);
    expect(simulate(nodes, edges, { ...rowOfTiles(2), inputBufferBits: 16 }).deadlock).toBeUndefined();
    // A result that is larger than the output buffer never starts.
    const tight = simulate(nodes, edges, { ...rowOfTiles(2), outputBufferBits: 7 });
    expect(tight.deadlock?.sets).toEqual([
      { node: 0, set: 0, waitsFor: 'output room', tile: 0 },
      { node: 1, set: 0, waitsFor: 'values', source: 0 },
    ]);
    expect(tight.inferenceEnds).toEqual([-1]);
  });

  test('results that nobody reads and layers that read nothing', () => {
    // A's set 1 has no reader: no message, its room is free at once. B's set 1 reads only padding: it has to wait for set 0, no longer.
    const nodes = [base([1, 1]), base([1, 1], { copies: [on(0), on(0)] })];
    const edges = [edge(0, 1, [[0], []], [8, 8])];
    const simulation = simulate(nodes, edges, rowOfTiles(1));
    expect(starts(simulation)).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(simulation.messages).toBe(1);
    expect(simulation.tiles[0]).toMatchObject({ inputEndBits: 0, outputEndBits: 0, outputPeakBits: 24 });
    // With room for two results, a window of 8 bits each: A's set 1 starts at 1 when set 0 has left, B's set 0 at 1 in B's window, and
    // B's set 1 when that one is finished, at 2.
    const tight = simulate(nodes, edges, { ...rowOfTiles(1), outputBufferBits: 16 });
    expect(starts(tight)[1]).toEqual([1, 2]);
  });
});

describe('windows, computed by hand', () => {
  test('windows of layer by layer hold all of a layer', () => {
    // B's set k reads A's set k. Layer by layer, all of A is played before B: a window of 24 bits on tile 1; cross-layer 8 are enough.
    // With 24 bits, and output buffers of 8, A is finished at 1, 2, 3, and B runs from 3 on.
    const nodes = [base([1, 1, 1]), base([1, 1, 1], { copies: [on(1)] })];
    const edges = [edge(0, 1, same(3), [8, 8, 8])];
    const sized = (inputBufferBits: number, scheduling: 'lbl' | 'xinf') =>
      simulate(nodes, edges, { ...rowOfTiles(2), inputBufferBits, outputBufferBits: 8 }, { scheduling });
    expect(sized(24, 'lbl').inputWindows).toEqual([{ node: 0, tile: 1, bits: 24 }]);
    expect(sized(24, 'xinf').inputWindows).toEqual([{ node: 0, tile: 1, bits: 8 }]);
    expect(starts(sized(24, 'lbl'))[1]).toEqual([3, 4, 5]);
    expect(starts(sized(8, 'xinf'))[1]).toEqual([1, 2, 3]);
    // With 8 bits B has its first value at 1 and waits for all of A; A's set 1, finished at 2, cannot leave, so set 2 cannot start.
    expect(sized(8, 'lbl').deadlock).toEqual({
      cycle: 2,
      sets: [
        { node: 0, set: 2, waitsFor: 'output room', tile: 0 },
        { node: 1, set: 0, waitsFor: 'layer before' },
      ],
      messages: [{ node: 0, set: 1, tiles: [1] }],
      fullBuffers: [{ tile: 1, holds: [{ node: 0, bits: 8 }] }],
    });
  });

  test('windows count the sets that nobody asks for, and a reader that comes late', () => {
    // C reads B's set 0, which reads A's set 0. Nobody asks for B's set 1, which reads all three of A, but it runs: 24 bits on tile 1.
    const nodes = [base([1, 1, 1]), base([1, 1], { copies: [on(1)] }), base([1])];
    const edges = [edge(0, 1, [[0], [0, 1, 2]], [8, 8, 8]), edge(1, 2, [[0]], [8, 8])];
    const simulation = simulate(nodes, edges, { ...rowOfTiles(2), inputBufferBits: 24 });
    expect(simulation.inputWindows).toEqual([
      { node: 0, tile: 1, bits: 24 },
      { node: 1, tile: 0, bits: 8 },
    ]);
    expect(simulation.deadlock).toBeUndefined();
    // A skip: J reads A's set k and D's set k; D's set k reads C's sets up to k + 1, and C's set k reads A's set k. So two of A are there for J on tile 1 when J's set 0
    // is played (A's set 1 came for D's set 0), two of C on tile 2, and one of D.
    const skip = [
      base([1, 1, 1]),
      base([1, 1, 1], { copies: [on(2)] }),
      base([1, 1, 1], { copies: [on(2)] }),
      base([0, 0, 0], { kind: 'join', copies: [on(1)] }),
    ];
    const around = [
      edge(0, 1, same(3), [8, 8, 8]),
      edge(1, 2, [[0, 1], [1, 2], [2]], [4, 4, 4]),
      edge(0, 3, same(3), [8, 8, 8]),
      edge(2, 3, same(3), [2, 2, 2]),
    ];
    const graph = { nodes: skip, edges: around, chip: rowOfTiles(3), batch: 1, scheduling: 'xinf' as const };
    expect(inputWindows(graph)).toEqual([
      { node: 0, tile: 1, bits: 16 },
      { node: 0, tile: 2, bits: 8 },
      { node: 1, tile: 2, bits: 8 },
      { node: 2, tile: 1, bits: 2 },
    ]);
  });

  test('windows where two layers end the network: sets are asked for by their share of the layer', () => {
    // A has 4 sets. P (tile 1, 2 sets) reads two of them at a time, Q (tile 2, 4 sets) one. Asked for: Q0 (1/4), P0 (1/2, the lower node), Q1
    // (1/2), Q2 (3/4), P1, Q3. So on tile 2 there is one value at a time: value 0 until Q0, value 1 (played for P0) until Q1, value 2 until
    // Q2, value 3 (for P1) until Q3. By numbers of sets P1 would come before Q1, and three values would be on tile 2.
    const nodes = [
      base([1, 1, 1, 1]),
      base([1, 1], { copies: [on(1)] }),
      base([1, 1, 1, 1], { copies: [on(2)] }),
    ];
    const pairs = [
      [0, 1],
      [2, 3],
    ];
    const bits = [8, 8, 8, 8];
    const edges = [edge(0, 1, pairs, bits), edge(0, 2, same(4), bits)];
    expect(inputWindows({ nodes, edges, chip: rowOfTiles(3), batch: 1, scheduling: 'xinf' })).toEqual([
      { node: 0, tile: 1, bits: 16 },
      { node: 0, tile: 2, bits: 8 },
    ]);
  });
});
