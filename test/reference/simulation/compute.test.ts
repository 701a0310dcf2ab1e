import { describe, expect, test } from 'vitest';
import { base, edge, finishes, on, rowOfTiles, same, simulate, starts } from './by-hand.ts';

describe('copies, GPEUs and ports of buffers, computed by hand', () => {
  test('a GPEU that two layers share', () => {
    // Both layers are on tile 0 and compute sets 0 and 1 at 0..2 and 2..4; the GPEU takes 3 cycles for A's and 2 for B's.
    // At 2 both ask; A (lower node) gets 2..5, B 5..7. At 4 both ask again, behind B's set 0: A 7..10, B 10..12.
    const gpeu = (cycles: number) => ({ gpeuCycles: Int32Array.of(cycles, cycles) });
    const simulation = simulate([base([2, 2], gpeu(3)), base([2, 2], gpeu(2))], [], rowOfTiles(1));
    expect(starts(simulation)).toEqual([
      [0, 2],
      [0, 2],
    ]);
    expect(finishes(simulation)).toEqual([
      [5, 10],
      [7, 12],
    ]);
    expect(simulation.tiles[0]?.gpeuBusyCycles).toBe(10);
    // A's set 1 waits from 4 to 7, B's from 2 to 5 and from 4 to 10. There is always a copy or the GPEU at work.
    expect(simulation.nodes.map(({ waitGpeuCycles }) => waitGpeuCycles)).toEqual([3, 9]);
    expect(simulation.tiles[0]).toMatchObject({ waitGpeuCycles: 12, computeCycles: 8, busyCycles: 12 });
  });

  test('a join takes its tile’s GPEU, one set at a time and the lowest that is ready', () => {
    // A's copies finish its sets at 4 and 1; the join reads one set each and takes 2 + 1 cycles. Its set 1 is ready first: 1..4.
    // Its set 0 is ready at 4, in the cycle in which the join is free again: 4..7. C reads set 1 and 0 of the join, in this order.
    const nodes = [
      base([4, 1], { copies: [on(0), on(0)] }),
      base([2, 2], { kind: 'join', gpeuCycles: Int32Array.of(1, 1) }),
      base([1, 1]),
    ];
    const edges = [edge(0, 1, same(2), [8, 8]), edge(1, 2, [[1], [0]], [8, 8])];
    const simulation = simulate(nodes, edges, rowOfTiles(1));
    expect(starts(simulation)).toEqual([
      [0, 0],
      [4, 1],
      [4, 7],
    ]);
    expect(simulation.tiles[0]?.gpeuBusyCycles).toBe(6);
  });

  test('two ports of an input buffer and three readers', () => {
    // A on tile 0 is finished at 1 with a value of 8 bits, which P, Q and R on tile 0 read through two ports of 4 bits a cycle: 2 cycles each.
    // All three start at 1. P takes port 0 from 1 to 3, Q port 1 from 1 to 3, R port 0 (the lower one of two that get free at 3) from 3 to 5.
    // P and Q take 1 cycle of MVMs, but hold their copies until they have read, at 3. R has 6 cycles of MVMs, 1..7, and reads meanwhile.
    const chip = { ...rowOfTiles(1), inputBufferPorts: 2, inputBufferPortBitsPerCycle: 4 };
    const nodes = [base([1]), base([1]), base([1]), base([6])];
    const edges = [1, 2, 3].map((reader) => edge(0, reader, [[0]], [8]));
    const simulation = simulate(nodes, edges, chip);
    expect(starts(simulation)).toEqual([[0], [1], [1], [1]]);
    expect(finishes(simulation)).toEqual([[1], [3], [3], [7]]);
    expect(simulation.nodes.map(({ waitReadCycles }) => waitReadCycles)).toEqual([0, 0, 0, 2]);
    expect(simulation.tiles[0]).toMatchObject({ waitReadCycles: 2, computeCycles: 9 });
    // With one port, which is what there is if the number is left out: 1..3, 3..5, 5..7.
    const { inputBufferPorts: _, ...one } = chip;
    expect(finishes(simulate(nodes, edges, one))).toEqual([[1], [3], [5], [7]]);
  });

  test('a join reads before it asks for the GPEU, and a copy on several tiles reads on each', () => {
    // The port takes 4 bits a cycle. A on tile 0 is finished at 1 with a value that the join on tile 0 reads along two edges, 8 and 6 bits: 14 bits, 4 cycles, 1..5.
    // B with copies on tiles 0 and 1 reads 8 bits, 2 cycles: it starts at 1 too, after the join: on tile 0 5..7, on tile 1 1..3. Its MVM of 1 cycle
    // is over at 2, but the copy is held until 7. The join's task of 2 cycles: 5..7.
    const chip = { ...rowOfTiles(2), inputBufferPortBitsPerCycle: 4 };
    const nodes = [base([1]), base([2], { kind: 'join' }), base([1], { copies: [on(0, 1)] })];
    const edges = [edge(0, 1, [[0]], [8]), edge(0, 1, [[0]], [6]), edge(0, 2, [[0]], [8])];
    const simulation = simulate(nodes, edges, chip);
    expect(starts(simulation)).toEqual([[0], [1], [1]]);
    expect(finishes(simulation)).toEqual([[1], [7], [7]]);
    expect(simulation.nodes.map(({ waitReadCycles }) => waitReadCycles)).toEqual([0, 0, 4]);
    expect(simulation.tiles.map(({ waitReadCycles }) => waitReadCycles)).toEqual([4, 0]);
    // Busy: tile 0 with A (0..1) and the GPEU (5..7); B's home is tile 1 (1..7).
    expect(simulation.tiles.map(({ busyCycles }) => busyCycles)).toEqual([3, 6]);
    // A join without work of its own is finished when it has read.
    const light = [nodes[0]!, base([0], { kind: 'join' }), nodes[2]!];
    expect(finishes(simulate(light, edges, chip))[1]).toEqual([5]);
  });

  test('a batch of 3', () => {
    // A: 2 sets of 2 cycles on 1 copy: 6 sets one after the other, finished at 2, 4, … 12. B: 1 set of 3 cycles per inference, which reads both: from
    // 4, 8 and 12 on; its two copies take turns, but are never both needed.
    const nodes = [base([2, 2]), base([3], { copies: [on(0), on(0)] })];
    const edges = [edge(0, 1, [[0, 1]], [8, 8])];
    const simulation = simulate(nodes, edges, rowOfTiles(1), { batch: 3 });
    expect(finishes(simulation)).toEqual([
      [2, 4, 6, 8, 10, 12],
      [7, 11, 15],
    ]);
    expect(simulation.inferenceEnds).toEqual([7, 11, 15]);
    // Copies on tiles 1 and 2: inferences 0 and 2 are sent to tile 1, inference 1 to tile 2 by way of tile 1.
    const apart = [nodes[0]!, base([3], { copies: [on(1), on(2)] })];
    const spread = simulate(apart, edges, rowOfTiles(3), { batch: 3 });
    expect(spread.links.slice(0, 2).map(({ bits }) => bits)).toEqual([48, 16]);
  });

  test('layer by layer', () => {
    // B's pixels need only one of A's each, but wait until all of this input's are finished, at 3 and 6; inference 1 of A goes on at 3.
    const nodes = [base([1, 1, 1]), base([1, 1, 1], { copies: [on(0), on(0), on(0)] })];
    const edges = [edge(0, 1, same(3), [8, 8, 8])];
    const simulation = simulate(nodes, edges, rowOfTiles(1), { batch: 2, scheduling: 'lbl' });
    expect(starts(simulation)).toEqual([
      [0, 1, 2, 3, 4, 5],
      [3, 3, 3, 6, 6, 6],
    ]);
  });

  describe('MVMs that overlap, one every 2 cycles with a result after 5', () => {
    const times = { mvmCycles: 5, mvmIntervalCycles: 2 };
    // A's sets have 1 and 2 MVMs, B's 1 each, and read one set each.
    const nodes = [base([2, 4]), base([2, 2])];
    const edges = [edge(0, 1, same(2), [8, 8])];

    test('a copy is free before its results are out', () => {
      // A's set 0 holds the copy at 0..2, its result is out at 5; set 1 at 2..6, and at 9, 5 cycles after its second MVM began at 4.
      // B's sets hold its copy at 5..7 and 9..11, and their results are out at 10 and 14.
      const simulation = simulate(nodes, edges, rowOfTiles(1), times);
      expect(starts(simulation)).toEqual([
        [0, 2],
        [5, 9],
      ]);
      expect(finishes(simulation)).toEqual([
        [5, 9],
        [10, 14],
      ]);
      expect(simulation.nodes[0]).toMatchObject({ computeCycles: 6, waitCopyCycles: 2, waitDataCycles: 0 });
      expect(simulation.nodes[1]).toMatchObject({ computeCycles: 4, waitCopyCycles: 0, waitDataCycles: 9 });
      // Until a result is out its MVM is at work. A's value stays in the input buffer until B's set that reads it is finished: both are there at 9..10.
      expect(simulation.tiles[0]).toMatchObject({ busyCycles: 14, inputPeakBits: 16 });
      // Layer by layer B waits for A's last result, at 9.
      expect(starts(simulate(nodes, edges, rowOfTiles(1), { ...times, scheduling: 'lbl' }))[1]).toEqual([
        9, 11,
      ]);
    });

    test('a result has its room from its start on, so small output buffers let nothing overlap', () => {
      // Room for one result of each layer. A's set 1 waits until set 0's result is sent, at 5; its result is out at 5 + 2 + 5.
      const chip = { ...rowOfTiles(1), outputBufferBits: 16 };
      const simulation = simulate(nodes, edges, chip, times);
      expect(starts(simulation)).toEqual([
        [0, 5],
        [5, 12],
      ]);
      expect(simulation.nodes[0]).toMatchObject({ waitSpaceCycles: 5, endCycle: 12 });
    });

    test('reading holds the copy, and the last result comes so much later', () => {
      // A is finished at 5 with 8 bits, which B reads in 4 cycles, 5..9. Its one MVM would hold the copy at 5..7 only; so its result is out at 9 + 3.
      const chip = { ...rowOfTiles(1), inputBufferPortBitsPerCycle: 2 };
      const simulation = simulate([base([2]), base([2])], [edge(0, 1, [[0]], [8])], chip, times);
      expect(finishes(simulation)).toEqual([[5], [12]]);
      expect(simulation.tiles[0]?.busyCycles).toBe(12);
    });

    test('partial sums go home when the MVMs are done', () => {
      // A is on tiles 0 and 1. After its 2 MVMs, at 2 + 5, tile 0 sends 2 · 3 bits of partial sums home over a link of 2 bits: 3 cycles.
      const chip = { ...rowOfTiles(2), linkBitsPerCycle: 2 };
      const copies = [{ tiles: [0, 1], partialBitsPerPixel: [3] }];
      const simulation = simulate([base([4], { copies })], [], chip, times);
      expect(finishes(simulation)).toEqual([[10]]);
      expect(simulation.links[0]).toEqual({ bits: 6, busyCycles: 3 });
      // The home is at work until the MVMs are done.
      expect(simulation.tiles.map(({ busyCycles }) => busyCycles)).toEqual([0, 7]);
    });

    test('in a batch a copy goes on with the next inference meanwhile', () => {
      expect(starts(simulate(nodes, edges, rowOfTiles(1), { ...times, batch: 2 }))).toEqual([
        [0, 2, 6, 8],
        [5, 9, 11, 15],
      ]);
    });
  });
});
