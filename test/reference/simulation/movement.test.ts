import { describe, expect, test } from 'vitest';
import { base, edge, finishes, on, rowOfTiles, same, simulate, starts } from './by-hand.ts';

describe('movement, computed by hand', () => {
  test('two layers, everything free: the schedule', () => {
    // A is finished at 2, 4, 6; B needs sets 0 and 1, then 1 and 2: starts at 4 and 6, 3 cycles each, one copy: 4..7, 7..10.
    const nodes = [base([2, 2, 2]), base([3, 3])];
    const edges = [
      edge(
        0,
        1,
        [
          [0, 1],
          [1, 2],
        ],
        [8, 8, 8],
      ),
    ];
    const free = simulate(nodes, edges, rowOfTiles(1));
    expect(starts(free)).toEqual([
      [0, 2, 4],
      [4, 7],
    ]);
    expect(free.cycles).toBe(10);
    expect(free.messages).toBe(3);
  });

  test('two layers over one link', () => {
    // A on tile 0 is finished at 1, 2, 3. A message of 8 bits holds the link of 2 bits a cycle for 4 cycles and a hop takes 3.
    // Entries: 1, max(2, 5) = 5, max(3, 9) = 9. Arrivals: entry + 3 + 4 = 8, 12, 16. B takes 1 cycle each: 8..9, 12..13, 16..17.
    const chip = { ...rowOfTiles(2), linkBitsPerCycle: 2, hopCycles: 3 };
    const nodes = [base([1, 1, 1]), base([1, 1, 1], { copies: [on(1)] })];
    const edges = [edge(0, 1, same(3), [8, 8, 8])];
    const simulation = simulate(nodes, edges, chip);
    expect(simulation.arrivals.map(({ cycle }) => cycle)).toEqual([8, 12, 16]);
    expect(starts(simulation)).toEqual([
      [0, 1, 2],
      [8, 12, 16],
    ]);
    expect(simulation.cycles).toBe(17);
    expect(simulation.links).toEqual([
      { bits: 24, busyCycles: 12 },
      { bits: 0, busyCycles: 0 },
    ]);
    // Output buffer of tile 0: set 0 leaves it at 1 + 4 = 5, set 1 at 9; sets 0, 1 and 2 are in it from 2 to 5.
    expect(simulation.tiles[0]).toMatchObject({ outputPeakBits: 24, inputPeakBits: 0 });
    // Input buffer of tile 1: set 0 from 1 to 9, set 1 from 2 to 13, set 2 from 3 to 17: all three from 3 to 9.
    expect(simulation.tiles[1]).toMatchObject({ inputPeakBits: 24, outputPeakBits: 8 });
    // The link makes A's results wait for 0, 3 and 6 cycles. A's sets 1 and 2 start when the copy gets free, B's when a value arrives. B's copy
    // computes for 3 cycles in all.
    expect(simulation.nodes[0]).toMatchObject({ waitLinkCycles: 9, waitCopyCycles: 2, waitDataCycles: 0 });
    expect(simulation.nodes[1]).toMatchObject({ computeCycles: 3, waitCopyCycles: 0, waitDataCycles: 16 });
    expect(simulation.nodes[0]).toMatchObject({ inputWrittenBits: 24, outputReadBits: 24, hopBits: 24 });
    expect(simulation.tiles.map(({ waitLinkCycles }) => waitLinkCycles)).toEqual([9, 0]);
    expect(simulation.tiles.map(({ busyCycles }) => busyCycles)).toEqual([3, 3]);
  });

  test('two flows that share a link', () => {
    // Tiles 0 - 1 - 2, hops of 1 cycle, 4 bits a cycle. A (tile 0) → C (tile 2) with 8 bits: s = 2. B (tile 1) → D (tile 2)
    // with 12 bits: s = 3. Both are finished at 1 and injected in the same round: A first (lower node), with both of its links:
    // link 0-1 entered at 1, link 1-2 at 2, held until 4, arrival 2 + 1 + 2 = 5. B enters link 1-2 at 4 – though it was idle
    // from 1 to 2 –, arrival 4 + 1 + 3 = 8.
    const chip = { ...rowOfTiles(3), linkBitsPerCycle: 4, hopCycles: 1 };
    const nodes = [
      base([1]),
      base([1], { copies: [on(1)] }),
      base([1], { copies: [on(2)] }),
      base([1], { copies: [on(2)] }),
    ];
    const edges = [edge(0, 2, [[0]], [8]), edge(1, 3, [[0]], [12])];
    const simulation = simulate(nodes, edges, chip);
    expect(starts(simulation)).toEqual([[0], [0], [5], [8]]);
    expect(simulation.links.slice(0, 2)).toEqual([
      { bits: 8, busyCycles: 2 },
      { bits: 20, busyCycles: 5 },
    ]);
  });

  test('partial sums across tiles', () => {
    // One set of 2 pixels at 3 cycles an MVM: 0..6 on tiles 0, 1, 2; the home is tile 2. Tile 0 sends 5 · 2 = 10 bits, s = 5; tile 1 sends
    // 2 · 2 = 4 bits, s = 2; a hop takes 1. Tile 0's message first: link 0-1 at 6, link 1-2 at 7, held until 12, arrival 7 + 1 + 5 = 13.
    // Tile 1's enters link 1-2 at 12: arrival 12 + 1 + 2 = 15. The copy is free at 6: the second set runs 6..12.
    // There tile 0's enters link 0-1 at 12 and link 1-2 at max(13, 14) = 14, until 19, arrival 20; tile 1's 19 + 1 + 2 = 22. Two GPEU
    // cycles on the home after each: 17 and 24.
    const chip = { ...rowOfTiles(3), linkBitsPerCycle: 2, hopCycles: 1 };
    const copies = [{ tiles: [0, 1, 2], partialBitsPerPixel: [5, 2] }];
    const gpeuCycles = Int32Array.of(2, 2);
    const simulation = simulate([base([6, 6], { copies, gpeuCycles })], [], chip, { mvmCycles: 3 });
    expect(starts(simulation)).toEqual([[0, 6]]);
    expect(finishes(simulation)).toEqual([[17, 24]]);
    expect(simulation.links.map(({ bits }) => bits)).toEqual([20, 28, 0, 0]);
    expect(simulation.tiles.map(({ gpeuBusyCycles }) => gpeuBusyCycles)).toEqual([0, 0, 4]);
    expect(simulation.messages).toBe(4);
    // Waits for links: tile 0's in link 1-2 at 14 instead of 13; tile 1's at 12 and 19 instead of 6 and 12.
    expect(simulation.tiles.map(({ waitLinkCycles }) => waitLinkCycles)).toEqual([1, 13, 0]);
    expect(simulation.nodes[0]).toMatchObject({ waitLinkCycles: 14, hopBits: 48, computeCycles: 12 });
    // The home is busy for 12 cycles of MVMs and 4 of the GPEU.
    expect(simulation.tiles.map(({ busyCycles }) => busyCycles)).toEqual([0, 0, 16]);
  });

  test('a set starts when its values are on every tile of its copy', () => {
    // A on tile 0; B on tiles 0 and 2. 8 bits, s = 2, hop 1: whole on tile 0 at 1 (no link), on tile 2 at 2 + 1 + 2 = 5. The room on
    // both is given back when B is finished, at 6.
    const chip = { ...rowOfTiles(3), linkBitsPerCycle: 4, hopCycles: 1 };
    const simulation = simulate(
      [base([1]), base([1], { copies: [on(0, 2)] })],
      [edge(0, 1, [[0]], [8])],
      chip,
    );
    expect(simulation.arrivals.map(({ tile, cycle }) => [tile, cycle])).toEqual([
      [0, 1],
      [2, 5],
    ]);
    expect(starts(simulation)).toEqual([[0], [5]]);
    expect(simulation.tiles.map(({ inputPeakBits }) => inputPeakBits)).toEqual([8, 0, 8]);
  });

  test('multicast to two tiles', () => {
    // A (tile 0) → B (tile 1) with 4 bits and → C (tile 2) with 8 bits; 2 bits a cycle, hops of 1. Link 0-1 carries 8 bits (the
    // widest behind it), s = 4, link 1-2 8 bits. Entries 1 and 2; arrivals 1 + 1 + 4 = 6 and 2 + 1 + 4 = 7. One message.
    const chip = { ...rowOfTiles(3), linkBitsPerCycle: 2, hopCycles: 1 };
    const nodes = [base([1]), base([1], { copies: [on(1)] }), base([1], { copies: [on(2)] })];
    const simulation = simulate(nodes, [edge(0, 1, [[0]], [4]), edge(0, 2, [[0]], [8])], chip);
    expect(starts(simulation)).toEqual([[0], [6], [7]]);
    expect(simulation.messages).toBe(1);
    expect(simulation.links.slice(0, 2)).toEqual([
      { bits: 8, busyCycles: 4 },
      { bits: 8, busyCycles: 4 },
    ]);
    expect(simulation.tiles.map(({ inputPeakBits }) => inputPeakBits)).toEqual([0, 4, 8]);
  });

  test('off-chip input and output', () => {
    // The port takes 4 bits a cycle at tile 0. The input's two sets of 8 bits: 0..2, 2..4. A (tile 0) gets them at 2 and 4, 1 cycle each: finished at
    // 3 and 5. It sends 12 bits per set back to the port on its own tile: 3 cycles, 3..6 and 6..9.
    const chip = { ...rowOfTiles(1), offChipBitsPerCycle: 4 };
    const nodes = [base([0, 0], { kind: 'input' }), base([1, 1], { outputBits: Int32Array.of(12, 12) })];
    const edges = [edge(0, 1, same(2), [8, 8])];
    const simulation = simulate(nodes, edges, chip);
    expect(finishes(simulation)).toEqual([
      [2, 4],
      [3, 5],
    ]);
    expect(simulation.cycles).toBe(9);
    // Without the figure the input is there at 0 and the output ends where it is.
    expect(simulate(nodes, edges, rowOfTiles(1)).cycles).toBe(2);
    // On tile 1: the input's values take a link (1 hop of 2 cycles, 8 bits a cycle: 3 cycles) to A at 5 and 7; A is finished at 6 and 8; the way back
    // takes ceil(12 / 8) + 2 = 4 cycles: at the port at 10 and 12, which is done at 13 and 16.
    const far = [nodes[0]!, { ...nodes[1]!, copies: [on(1)] }];
    const wide = { ...rowOfTiles(2), offChipBitsPerCycle: 4, linkBitsPerCycle: 8, hopCycles: 2 };
    const overLinks = simulate(far, edges, wide);
    expect(finishes(overLinks)[1]).toEqual([6, 8]);
    expect(overLinks.cycles).toBe(16);
    expect(overLinks.links).toEqual([
      { bits: 16, busyCycles: 2 },
      { bits: 24, busyCycles: 4 },
    ]);
  });

  test('an output that is read inside, too', () => {
    // Tiles 0 - 1 - 2, 4 bits a cycle, hops of 1; the port is on tile 2 and takes 4 bits a cycle. A on tile 0 is finished at 1. B on tile 1 reads 8 bits of it, 12
    // leave the chip. Both go over link 0-1: 12 bits, the wider ones, 3 cycles, 1..4. B gets it at 1 + 1 + 3 = 5. Link 1-2: entered at 2,
    // at the port at 2 + 1 + 3 = 6, out at 9. B's own result (16 bits) stays on the chip.
    const chip = {
      ...rowOfTiles(3),
      linkBitsPerCycle: 4,
      hopCycles: 1,
      offChipBitsPerCycle: 4,
      offChipTile: 2,
    };
    const output = base([1], { outputBits: Int32Array.of(12) });
    const nodes = [output, base([1], { copies: [on(1)], resultBits: Int32Array.of(16) })];
    const simulation = simulate(nodes, [edge(0, 1, [[0]], [8])], chip);
    expect(starts(simulation)).toEqual([[0], [5]]);
    expect(simulation.cycles).toBe(9);
    expect(simulation.inferenceEnds).toEqual([6]);
    expect(simulation.messages).toBe(1);
    expect(simulation.links.slice(0, 2).map(({ bits }) => bits)).toEqual([12, 12]);
    const moved = { inputWrittenBits: 8, outputReadBits: 8, hopBits: 24, offChipBits: 12 };
    expect(simulation.nodes[0]).toMatchObject(moved);
    // A full buffer on tile 1 keeps all of the result back. E (node 2), the later node, goes first at 1: its 8 bits are on tile 1 at 1 + 1 + 2 = 4 for F,
    // which runs 4..14. At 14 A's result is injected: with B at 14 + 1 + 3 = 18, at the port at 15 + 1 + 3 = 19, out at 22.
    const others = [base([1]), base([10], { copies: [on(1)] })];
    const edges = [edge(0, 1, [[0]], [8]), edge(2, 3, [[0]], [8])];
    const full = simulate([...nodes, ...others], edges, { ...chip, inputBufferBits: 8 });
    expect(starts(full).slice(1)).toEqual([[18], [0], [4]]);
    expect(full.cycles).toBe(22);
    expect(full.nodes[0]).toMatchObject({ waitSendCycles: 13 });
  });

  test('two inputs share the port', () => {
    // Both ask at 0; node 0 gets 0..2, node 1 2..4. Node 0 asks for its next set at 2, behind node 1: 4..6; node 1 asks at 4: 6..8.
    const chip = { ...rowOfTiles(1), offChipBitsPerCycle: 4 };
    const input = base([0, 0], { kind: 'input' });
    const simulation = simulate([input, input], [], chip);
    expect(finishes(simulation)).toEqual([
      [2, 6],
      [4, 8],
    ]);
    expect(starts(simulation)).toEqual([
      [0, 2],
      [0, 4],
    ]);
    expect(simulation.nodes.map(({ waitOffChipCycles }) => waitOffChipCycles)).toEqual([2, 4]);
    expect(simulation.nodes.map(({ offChipBits }) => offChipBits)).toEqual([16, 16]);
  });
});
