import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { buildGraph } from '../../src/simulate/build-graph.ts';
import type {
  SimulationChip,
  SimulationCopy,
  SimulationEdge,
  SimulationGraph,
  SimulationNode,
} from '../../src/simulate/graph.ts';
import { operatorNetwork, rawNetwork, type ScheduleCase, scheduleCase } from '../reference/random-network.ts';
import { referenceSchedule } from '../reference/reference.ts';
import { type ReferenceSimulation, referenceSimulation } from '../reference/simulation.ts';
import { inputWindows, outputWindows, type Window } from '../reference/simulation-windows.ts';

/** A mesh of one row of tiles; links go right (0, 1, …) and left (after them). Everything is free. */
function rowOfTiles(tiles: number): SimulationChip {
  const right = Array.from({ length: tiles - 1 }, (_, tile): [number, number] => [tile, tile + 1]);
  const links = [...right, ...right.map(([from, to]): [number, number] => [to, from])];
  const route = (from: number, to: number) => {
    const number = (tile: number) => (from < to ? tile : tiles - 2 + tile);
    const step = from < to ? 1 : -1;
    return Array.from({ length: Math.abs(to - from) }, (_, hop) => number(from + hop * step));
  };
  return { tiles, links, route, hopCycles: 0, offChipTile: 0 };
}

/** A base layer of one row of sets, on one copy on tile 0, with the given durations. */
function base(durations: readonly number[], o: Partial<SimulationNode> = {}): SimulationNode {
  const { setRows = 1, setColumns = durations.length } = o;
  const perSet = (value: number) => Int32Array.from(durations, () => value);
  return {
    kind: 'base',
    layer: 0,
    name: 'by hand',
    op: 'Conv2D',
    setRows,
    setColumns,
    durations: Int32Array.from(durations),
    gpeuCycles: perSet(0),
    resultBits: perSet(8),
    copies: [on(0)],
    ...o,
  };
}

const on = (...tiles: number[]): SimulationCopy => ({
  tiles,
  partialBitsPerPixel: tiles.slice(1).map(() => 0),
});

/** Set k of `to` reads the sets `columns[k]` of `from`; both are one row of sets. */
function edge(from: number, to: number, columns: readonly (readonly number[])[], bits: readonly number[]) {
  const lists = columns.map((list) => Int32Array.from(list));
  return { from, to, rows: [Int32Array.of(0)], columns: lists, bits: Int32Array.from(bits) };
}

const same = (count: number) => Array.from({ length: count }, (_, k) => [k]);

function simulate(
  nodes: readonly SimulationNode[],
  edges: readonly SimulationEdge[],
  chip: SimulationChip,
  o: Partial<SimulationGraph> = {},
): ReferenceSimulation {
  return referenceSimulation({ nodes, edges, chip, batch: 1, scheduling: 'xinf', ...o });
}

const starts = (simulation: ReferenceSimulation) => simulation.nodes.map(({ start }) => start);
const finishes = (simulation: ReferenceSimulation) => simulation.nodes.map(({ finish }) => finish);

describe('cases computed by hand', () => {
  it('two layers, everything free: the schedule', () => {
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

  it('two layers over one link', () => {
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

  it('a full input buffer', () => {
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

  it('a full output buffer holds the layer up', () => {
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

  it('of nodes that wait for the same tile the last one is served first', () => {
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

  it('a result that finds no room blocks nobody', () => {
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

  it('a window keeps a fast stream from filling the buffer that a slow one needs', () => {
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
      rooms: [{ tile: 1, holds: [{ node: 0, bits: 8 }] }],
    });
    // X's value 1 waits from 2, Y's value 0 from 3 and its value 1 from 6, until the end.
    expect(sized(15).nodes.map(({ waitSendCycles }) => waitSendCycles)).toEqual([4, 3, 0]);
  });

  it('a result that is not in turn has shared room only', () => {
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

  it('a set of a join that is not in turn has shared room for its result only', () => {
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

  it('two flows that share a link', () => {
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

  it('a GPEU that two layers share', () => {
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

  it('a join takes its tile’s GPEU, one set at a time and the lowest that is ready', () => {
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

  it('partial sums across tiles', () => {
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

  it('two ports of an input buffer and three readers', () => {
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

  it('a join reads before it asks for the GPEU, and a copy on several tiles reads on each', () => {
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

  it('a set starts when its values are on every tile of its copy', () => {
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

  it('multicast to two tiles', () => {
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

  it('a value is kept once per tile, in the widest form that is needed there', () => {
    // B and C on tile 1 read A's one value, with 4 and 6 bits. B is finished at 3 and C at 8: 6 bits until 8. Another node D, finished at 2,
    // has 3 bits for tile 1 of 8 bits: no room (6 + 3 > 8) until 8.
    const chip = { ...rowOfTiles(2), inputBufferBits: 8 };
    const far = { copies: [on(1)] };
    const nodes = [base([1]), base([2], far), base([7], far), base([2]), base([1], far)];
    const edges = [edge(0, 1, [[0]], [4]), edge(0, 2, [[0]], [6]), edge(3, 4, [[0]], [3])];
    expect(starts(simulate(nodes, edges, chip))).toEqual([[0], [1], [1], [0], [8]]);
  });

  it('off-chip input and output', () => {
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

  it('an output that is read inside, too', () => {
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

  it('two inputs share the port', () => {
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

  it('a batch of 3', () => {
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

  it('a batch of 2 with copies that rotate from inference to inference', () => {
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

  it('layer by layer', () => {
    // B's pixels need only one of A's each, but wait until all of this input's are finished, at 3 and 6; inference 1 of A goes on at 3.
    const nodes = [base([1, 1, 1]), base([1, 1, 1], { copies: [on(0), on(0), on(0)] })];
    const edges = [edge(0, 1, same(3), [8, 8, 8])];
    const simulation = simulate(nodes, edges, rowOfTiles(1), { batch: 2, scheduling: 'lbl' });
    expect(starts(simulation)).toEqual([
      [0, 1, 2, 3, 4, 5],
      [3, 3, 3, 6, 6, 6],
    ]);
  });

  it('windows of layer by layer hold all of a layer', () => {
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
      rooms: [{ tile: 1, holds: [{ node: 0, bits: 8 }] }],
    });
  });

  it('windows count the sets that nobody asks for, and a reader that comes late', () => {
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

  it('windows where two layers end the network: sets are asked for by their share of the layer', () => {
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

  it('a deadlock', () => {
    // B's one set reads both values of A, a window of 16 bits, and the buffer of tile 1 holds 15: value 1 waits for B, B for value 1.
    const nodes = [base([1, 1]), base([1], { copies: [on(1)] })];
    const edges = [edge(0, 1, [[0, 1]], [8, 8])];
    const stuck = simulate(nodes, edges, { ...rowOfTiles(2), inputBufferBits: 15 });
    expect(stuck.deadlock).toEqual({
      cycle: 2,
      sets: [{ node: 1, set: 0, waitsFor: 'values', source: 0 }],
      messages: [{ node: 0, set: 1, tiles: [1] }],
      rooms: [{ tile: 1, holds: [{ node: 0, bits: 8 }] }],
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

  it('results that nobody reads and layers that read nothing', () => {
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

/** Numbers of a random graph come from one list of bytes, so that fast-check can shrink it. */
class Bytes {
  readonly #bytes: readonly number[];
  #next = 0;

  constructor(bytes: readonly number[]) {
    this.#bytes = bytes;
  }

  /** A number from `least` to `most`; `least` when the bytes are used up. */
  number(least: number, most: number): number {
    const byte = this.#bytes[this.#next++] ?? 0;
    return least + (byte % (most - least + 1));
  }

  list(count: number, least: number, most: number): Int32Array {
    return Int32Array.from({ length: count }, () => this.number(least, most));
  }

  /** Some of 0, 1, … count - 1, in order. */
  some(count: number): number[] {
    return Array.from({ length: count }, (_, k) => k).filter(() => this.number(0, 1) === 1);
  }

  maybe(least: number, most: number): number | undefined {
    return this.number(0, 2) === 0 ? undefined : this.number(least, most);
  }
}

/** A mesh of two columns; routes go along X, then along Y. */
function mesh(rows: number): Pick<SimulationChip, 'tiles' | 'links' | 'route'> {
  const links: (readonly [number, number])[] = [];
  for (let from = 0; from < 2 * rows; from++) {
    for (const to of [from ^ 1, from - 2, from + 2]) if (to >= 0 && to < 2 * rows) links.push([from, to]);
  }
  const route = (from: number, to: number): number[] => {
    if (from === to) return [];
    const next = from % 2 === to % 2 ? from + 2 * Math.sign(to - from) : from ^ 1;
    return [links.findIndex(([a, b]) => a === from && b === next), ...route(next, to)];
  };
  return { tiles: 2 * rows, links, route };
}

/** Leaves the figures out that are undefined. */
const given = (figures: Readonly<Record<string, number | undefined>>) =>
  Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== undefined));

interface Shape {
  /** Buffers have limits, so that there may be a deadlock. */
  readonly tight?: boolean;
  /** Movement, GPEU and port cost nothing. */
  readonly free?: boolean;
  /** The largest batch; 3 if left out. */
  readonly most?: number;
}

function randomGraph(bytes: Bytes, { tight = false, free = false, most = 3 }: Shape): SimulationGraph {
  const { tiles, links, route } = mesh(bytes.number(1, 3));
  const figures = {
    linkBitsPerCycle: bytes.maybe(1, 8),
    offChipBitsPerCycle: bytes.maybe(1, 8),
    inputBufferBits: tight ? bytes.maybe(10, 120) : undefined,
    outputBufferBits: tight ? bytes.maybe(8, 60) : undefined,
    inputBufferPorts: bytes.maybe(1, 3),
    inputBufferPortBitsPerCycle: bytes.maybe(4, 24),
  };
  const hopCycles = free ? 0 : bytes.number(0, 3);
  const chip = { tiles, links, route, hopCycles, offChipTile: bytes.number(0, tiles - 1) };
  const nodes: SimulationNode[] = [];
  const edges: SimulationEdge[] = [];
  for (let node = bytes.number(1, 5); node >= 0; node--) {
    const kind = (['input', 'base', 'base', 'base', 'join'] as const)[bytes.number(0, 4)]!;
    nodes.push(randomNode(bytes, tiles, kind, free));
    if (kind !== 'input') edges.push(...randomEdges(bytes, nodes));
  }
  const isRead = (node: number) => edges.some(({ from }) => from === node);
  return {
    nodes: nodes.map((node, index) => {
      // One in four of those that are read inside leaves the chip, too.
      const isOutput = !isRead(index) || bytes.number(0, 3) === 3;
      return isOutput ? { ...node, outputBits: bytes.list(perInput(node), 0, 16) } : node;
    }),
    edges,
    chip: { ...chip, ...(free ? {} : given(figures)) },
    mvmCycles: 2,
    batch: bytes.number(1, most),
    scheduling: bytes.number(0, 4) === 0 ? 'lbl' : 'xinf',
  };
}

function randomNode(bytes: Bytes, tiles: number, kind: SimulationNode['kind'], free: boolean) {
  const [setRows, setColumns] = [bytes.number(1, 3), bytes.number(1, 3)];
  const count = setRows * setColumns;
  const copies = Array.from({ length: kind === 'base' ? bytes.number(1, 3) : 1 }, () => {
    const first = bytes.number(0, tiles - 1);
    const held = Array.from({ length: bytes.number(1, Math.min(3, tiles)) }, (_, i) => (first + i) % tiles);
    const taken = kind === 'base' ? held : [first];
    return { tiles: taken, partialBitsPerPixel: [...bytes.list(taken.length - 1, 0, free ? 0 : 9)] };
  });
  return base([], {
    kind,
    setRows,
    setColumns,
    copies,
    durations:
      kind === 'base'
        ? bytes.list(count, 1, 3).map((pixels) => 2 * pixels)
        : bytes.list(count, 0, kind === 'join' && !free ? 3 : 0),
    gpeuCycles: bytes.list(count, 0, free ? 0 : 3),
    resultBits: bytes.list(count, 0, 16),
  });
}

/** What the last of `nodes` reads. */
function randomEdges(bytes: Bytes, nodes: readonly SimulationNode[]): SimulationEdge[] {
  const to = nodes.length - 1;
  const { setRows, setColumns } = nodes[to]!;
  return Array.from({ length: Math.min(to, bytes.number(0, 3)) }, () => {
    const from = bytes.number(0, to - 1);
    const read = nodes[from]!;
    return {
      from,
      to,
      rows: Array.from({ length: setRows }, () => Int32Array.from(bytes.some(read.setRows))),
      columns: Array.from({ length: setColumns }, () => Int32Array.from(bytes.some(read.setColumns))),
      bits: bytes.list(read.setRows * read.setColumns, 0, 16),
    };
  });
}

/**
 * A graph and chip where nothing is in the way of anything else, so that whatever gets earlier lets all else get earlier: a tree
 * of base layers in which each reads one other; a tile, one copy and a GPEU for each; links of its own between every two
 * tiles; so every buffer, link, port and GPEU serves one layer in the order of its sets. All results of a layer have the same size:
 * otherwise a larger shared room may take a result that leaves a gap in it. Nothing leaves the chip, since the port is shared.
 */
function uncontended(bytes: Bytes): SimulationGraph {
  const count = bytes.number(2, 5);
  const pairs = Array.from({ length: count * count }, (_, i) => [Math.floor(i / count), i % count] as const);
  const hops = pairs.map(() => bytes.number(1, 3));
  const links = pairs.flatMap((pair, i) => Array.from({ length: hops[i]! }, () => pair));
  const route = (from: number, to: number) => {
    if (from === to) return [];
    const first = sum(hops.slice(0, from * count + to));
    return Array.from({ length: hops[from * count + to]! }, (_, hop) => first + hop);
  };
  const chip = {
    ...{ tiles: count, links, route, hopCycles: bytes.number(0, 3), offChipTile: 0 },
    ...given({
      linkBitsPerCycle: bytes.maybe(1, 8),
      inputBufferBits: bytes.maybe(10, 120),
      outputBufferBits: bytes.maybe(8, 40),
      inputBufferPorts: bytes.maybe(1, 3),
      inputBufferPortBitsPerCycle: bytes.maybe(4, 24),
    }),
  };
  const nodes: SimulationNode[] = [];
  const edges: SimulationEdge[] = [];
  for (let node = 0; node < count; node++) {
    const random = randomNode(bytes, count, 'base', false);
    const resultBits = random.resultBits.map((_, __, all) => all[0]!);
    nodes.push({ ...random, resultBits, copies: [on(node)] });
    const edge = randomEdges(bytes, nodes)[0];
    if (edge !== undefined) edges.push({ ...edge, bits: edge.bits.map((_, __, all) => all[0]!) });
  }
  const scheduling = bytes.number(0, 4) === 0 ? 'lbl' : 'xinf';
  return { nodes, edges, chip, mvmCycles: 2, batch: bytes.number(1, 3), scheduling };
}

/** The same sets on a chip where only MVMs take time. */
function onlyMvms(graph: SimulationGraph): SimulationGraph {
  const { tiles, links, route } = graph.chip;
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node,
      durations: node.durations.map((cycles) => (node.kind === 'base' ? cycles : 0)),
      gpeuCycles: node.gpeuCycles.map(() => 0),
      copies: node.copies.map((copy) => ({
        ...copy,
        partialBitsPerPixel: copy.partialBitsPerPixel.map(() => 0),
      })),
    })),
    chip: { tiles, links, route, hopCycles: 0, offChipTile: 0 },
  };
}

/** Buffers that are so many bits larger than all windows of the fullest tile. */
function withBuffers(graph: SimulationGraph, more: number): SimulationGraph {
  const largest = (windows: readonly Window[]) => {
    const perTile = Array.from({ length: graph.chip.tiles }, (_, tile) =>
      sum(windows.filter((window) => window.tile === tile).map(({ bits }) => bits)),
    );
    return Math.max(...perTile) + more;
  };
  const inputBufferBits = largest(inputWindows(graph));
  const outputBufferBits = largest(outputWindows(graph));
  return { ...graph, chip: { ...graph.chip, inputBufferBits, outputBufferBits } };
}

/** Which of several missing values a deadlock names depends on the order of the edges. */
function withoutSource({ deadlock, ...simulation }: ReferenceSimulation) {
  return { ...simulation, deadlock: deadlock?.sets.map(({ source: _, ...set }) => set) };
}

/** Long enough for the largest graph; what is left out when it shrinks counts as 0. */
const bytes = fc
  .array(fc.nat(255), { minLength: 100, maxLength: 900, size: 'max' })
  .map((list) => new Bytes(list));
const graphs = (shape: Shape = {}) => bytes.map((source) => randomGraph(source, shape));
/** Seeded, so that a failure is the same for everybody. */
const RUNS = { numRuns: 300, seed: 3 };

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);
const perInput = ({ setRows, setColumns }: SimulationNode) => setRows * setColumns;

/** Every (reader, value) of a graph; a value that is read along several edges comes several times. */
function* reads({ nodes, edges, batch }: SimulationGraph) {
  for (const { from, to, rows, columns, bits } of edges) {
    const [width, fromWidth] = [nodes[to]!.setColumns, nodes[from]!.setColumns];
    for (let input = 0; input < batch; input++) {
      for (const [r, fromRows] of rows.entries()) {
        for (const [c, fromColumns] of columns.entries()) {
          const set = r * width + c + input * perInput(nodes[to]!);
          const tiles = nodes[to]!.copies[set % nodes[to]!.copies.length]!.tiles;
          for (const row of fromRows) {
            for (const column of fromColumns) {
              const k = row * fromWidth + column;
              yield { to, set, tiles, from, value: k + input * perInput(nodes[from]!), bits: bits[k]! };
            }
          }
        }
      }
    }
  }
}

/** Bits of every value on every tile that needs it: keys are node.set@tile. */
function neededBits(graph: SimulationGraph): Map<string, number> {
  const needed = new Map<string, number>();
  for (const { from, value, tiles, bits } of reads(graph)) {
    for (const tile of tiles) {
      const key = `${from}.${value}@${tile}`;
      needed.set(key, Math.max(needed.get(key) ?? 0, bits));
    }
  }
  return needed;
}

/** Bits that go over every link, whatever the time. */
function linkBits(graph: SimulationGraph): number[] {
  const { nodes, chip, batch, mvmCycles = 1 } = graph;
  const total = chip.links.map(() => 0);
  const needed = neededBits(graph);
  nodes.forEach((node, index) => {
    for (let set = 0; set < perInput(node) * batch; set++) {
      const copy = node.copies[set % node.copies.length]!;
      const k = set % perInput(node);
      const home = copy.tiles.at(-1)!;
      copy.partialBitsPerPixel.forEach((bits, i) => {
        for (const link of chip.route(copy.tiles[i]!, home))
          total[link]! += (bits * node.durations[k]!) / mvmCycles;
      });
      const widest = new Map<number, number>();
      const goesTo = (tile: number, bits: number) => {
        for (const link of chip.route(home, tile)) widest.set(link, Math.max(widest.get(link) ?? 0, bits));
      };
      for (let tile = 0; tile < chip.tiles; tile++) goesTo(tile, needed.get(`${index}.${set}@${tile}`) ?? 0);
      if (node.outputBits !== undefined && chip.offChipBitsPerCycle !== undefined)
        goesTo(chip.offChipTile, node.outputBits[k]!);
      for (const [link, bits] of widest) total[link]! += bits;
    }
  });
  return total;
}

/** Cycles of work of everything that does one thing after the other; of n ports of a buffer, an n-th of their work. */
function work(graph: SimulationGraph): number[] {
  const { nodes, chip, batch } = graph;
  const port = (bits: Iterable<number>) =>
    batch * sum([...bits].map((size) => Math.ceil(size / (chip.offChipBitsPerCycle ?? Infinity))));
  const copies = nodes.flatMap((node) =>
    node.copies.map((_, copy) =>
      sum(
        Array.from({ length: batch * perInput(node) }, (_, set) =>
          set % node.copies.length === copy ? node.durations[set % perInput(node)]! : 0,
        ),
      ),
    ),
  );
  const inputs = nodes.filter(({ kind }) => kind === 'input').flatMap(({ resultBits }) => [...resultBits]);
  const outputs = nodes.flatMap(({ outputBits }) => [...(outputBits ?? [])]);
  return [...copies, ...readWork(graph), port(inputs), port(outputs)];
}

/** Per tile: cycles of reading, spread over its ports. */
function readWork(graph: SimulationGraph): number[] {
  const { inputBufferPorts = 1, inputBufferPortBitsPerCycle = Infinity, tiles } = graph.chip;
  const bitsOf = new Map<string, { tiles: readonly number[]; bits: number }>();
  for (const { to, set, tiles: on, bits } of reads(graph)) {
    bitsOf.set(`${to}.${set}`, { tiles: on, bits: bits + (bitsOf.get(`${to}.${set}`)?.bits ?? 0) });
  }
  return Array.from({ length: tiles }, (_, tile) => {
    const here = [...bitsOf.values()].filter(({ tiles }) => tiles.includes(tile));
    return sum(here.map(({ bits }) => Math.ceil(bits / inputBufferPortBitsPerCycle))) / inputBufferPorts;
  });
}

/** What every run keeps, also one that ends in a deadlock. */
function expectValid(graph: SimulationGraph, simulation: ReferenceSimulation): void {
  const { nodes, batch } = graph;
  const arrival = new Map(simulation.arrivals.map((a) => [`${a.node}.${a.set}@${a.tile}`, a.cycle]));
  for (const { to, set, tiles, from, value } of reads(graph)) {
    const start = simulation.nodes[to]!.start[set]!;
    if (start < 0) continue;
    for (const tile of tiles) {
      expect(start).toBeGreaterThanOrEqual(arrival.get(`${from}.${value}@${tile}`)!);
      expect(start).toBeGreaterThanOrEqual(simulation.nodes[from]!.finish[value]!);
    }
  }
  if (graph.scheduling === 'lbl') expectLayerByLayer(graph, simulation);
  nodes.forEach((node, index) => {
    const { start } = simulation.nodes[index]!;
    for (let set = 1; set < perInput(node) * batch && node.kind !== 'join'; set++) {
      if (start[set]! < 0) continue;
      expect(start[set]).toBeGreaterThanOrEqual(start[set - 1]!);
      const before = set - node.copies.length;
      const isFree = before < 0 ? 0 : start[before]! + node.durations[before % perInput(node)]!;
      expect(start[set]).toBeGreaterThanOrEqual(isFree);
    }
  });
  for (const tile of simulation.tiles) {
    expect(tile.inputPeakBits).toBeLessThanOrEqual(graph.chip.inputBufferBits ?? Infinity);
    expect(tile.outputPeakBits).toBeLessThanOrEqual(graph.chip.outputBufferBits ?? Infinity);
    expect(tile.busyCycles).toBeGreaterThanOrEqual(tile.gpeuBusyCycles);
    expect(tile.busyCycles).toBeLessThanOrEqual(simulation.cycles);
  }
  expectCounts(graph, simulation);
}

/** What is counted per node is counted per tile and per link, too, and every cycle until the last start has a cause. */
function expectCounts(graph: SimulationGraph, simulation: ReferenceSimulation): void {
  const { nodes, tiles, links } = simulation;
  const waits = ['Data', 'Space', 'Copy', 'Read', 'Gpeu', 'Send', 'Link'] as const;
  for (const key of [...waits.map((wait) => `wait${wait}Cycles` as const), 'computeCycles' as const]) {
    expect(sum(tiles.map((tile) => tile[key]))).toBe(sum(nodes.map((node) => node[key])));
  }
  for (const { start, waitDataCycles, waitSpaceCycles, waitCopyCycles } of nodes) {
    expect(waitDataCycles + waitSpaceCycles + waitCopyCycles).toBe(Math.max(0, ...start));
  }
  expect(sum(nodes.map(({ hopBits }) => hopBits))).toBe(sum(links.map(({ bits }) => bits)));
  expect(Math.max(-1, ...simulation.inferenceEnds)).toBe(Math.max(-1, ...finishes(simulation).flat()));
  expect(simulation.inferenceEnds).toHaveLength(graph.batch);
}

/** No set of a base layer starts before this input is through the base layer before. */
function expectLayerByLayer({ nodes, batch }: SimulationGraph, simulation: ReferenceSimulation): void {
  const layers = nodes.flatMap((node, index) => (node.kind === 'base' ? [index] : []));
  const ofInput = (times: readonly number[], node: number, input: number) =>
    times.slice(input * perInput(nodes[node]!), (input + 1) * perInput(nodes[node]!));
  layers.slice(1).forEach((node, i) => {
    for (let input = 0; input < batch; input++) {
      const before = ofInput(simulation.nodes[layers[i]!]!.finish, layers[i]!, input);
      const started = ofInput(simulation.nodes[node]!.start, node, input).filter((start) => start >= 0);
      if (started.length === 0) continue;
      expect(before).not.toContain(-1);
      expect(Math.min(...started)).toBeGreaterThanOrEqual(Math.max(...before));
    }
  });
}

/** What every run that comes to its end keeps. */
function expectComplete(graph: SimulationGraph, simulation: ReferenceSimulation): void {
  const needed = neededBits(graph);
  const arrived = simulation.arrivals.map((a): [string, number] => [`${a.node}.${a.set}@${a.tile}`, a.bits]);
  expect(arrived).toHaveLength(needed.size);
  expect(new Map(arrived)).toEqual(needed);
  expect(simulation.links.map(({ bits }) => bits)).toEqual(linkBits(graph));
  for (const { inputEndBits, outputEndBits, gpeuBusyCycles } of simulation.tiles) {
    expect([inputEndBits, outputEndBits]).toEqual([0, 0]);
    expect(simulation.cycles).toBeGreaterThanOrEqual(gpeuBusyCycles);
  }
  for (const { busyCycles } of simulation.links) {
    expect(simulation.cycles).toBeGreaterThanOrEqual(busyCycles);
  }
  expect(simulation.cycles).toBeGreaterThanOrEqual(Math.max(...work(graph)));
  expectBits(graph, simulation);
  const gpeuWork = graph.nodes.map(
    (node) => sum(node.gpeuCycles) + (node.kind === 'join' ? sum(node.durations) : 0),
  );
  expect(sum(simulation.tiles.map(({ gpeuBusyCycles }) => gpeuBusyCycles))).toBe(graph.batch * sum(gpeuWork));
  expect(finishes(simulation).flat()).not.toContain(-1);
}

/** All that was written to an input buffer was read from an output buffer and has arrived, and all that leaves has left. */
function expectBits(graph: SimulationGraph, simulation: ReferenceSimulation): void {
  const hasPort = graph.chip.offChipBitsPerCycle !== undefined;
  const needed = [...neededBits(graph)];
  graph.nodes.forEach(({ kind, resultBits, outputBits }, node) => {
    const { inputWrittenBits, outputReadBits, offChipBits } = simulation.nodes[node]!;
    const here = needed.filter(([value]) => value.startsWith(`${node}.`));
    expect(inputWrittenBits).toBe(sum(here.map(([, bits]) => bits)));
    const sent = Array.from({ length: graph.batch * resultBits.length }, (_, set) => set).filter(
      (set) =>
        (hasPort && outputBits !== undefined) || here.some(([value]) => value.startsWith(`${node}.${set}@`)),
    );
    expect(outputReadBits).toBe(sum(sent.map((set) => resultBits[set % resultBits.length]!)));
    const throughPort = (kind === 'input' ? sum(resultBits) : 0) + sum(outputBits ?? []);
    expect(offChipBits).toBe(hasPort ? graph.batch * throughPort : 0);
  });
}

/** The recurrence of spec.md section 4, which knows no chip. */
function schedule(graph: SimulationGraph): number[][] {
  const finish: number[][] = graph.nodes.map(() => []);
  const all = [...reads(graph)];
  graph.nodes.forEach((node, index) => {
    const start: number[] = [];
    for (let set = 0; set < perInput(node) * graph.batch; set++) {
      const values = all.filter((read) => read.to === index && read.set === set);
      const ready = Math.max(0, ...values.map(({ from, value }) => finish[from]![value]!));
      const inOrder =
        node.kind === 'base'
          ? Math.max(start[set - 1] ?? 0, finish[index]![set - node.copies.length] ?? 0)
          : 0;
      start[set] = Math.max(ready, inOrder);
      finish[index]![set] = start[set]! + node.durations[set % perInput(node)]!;
    }
  });
  return finish;
}

describe('small random graphs', { timeout: 60_000 }, () => {
  it('with everything free the simulation is the schedule', () => {
    const check = (graph: SimulationGraph) => {
      expect(finishes(referenceSimulation(graph))).toEqual(schedule(graph));
    };
    const crossLayer = graphs({ free: true }).map((graph) => ({ ...graph, scheduling: 'xinf' as const }));
    fc.assert(fc.property(crossLayer, check), RUNS);
  });

  it('without limits everything that is sent arrives, and nothing is faster than its work', () => {
    const check = (graph: SimulationGraph) => {
      const simulation = referenceSimulation(graph);
      expect(simulation.deadlock).toBeUndefined();
      expectValid(graph, simulation);
      expectComplete(graph, simulation);
    };
    fc.assert(fc.property(graphs(), check), RUNS);
  });

  it('nothing is faster than where only MVMs take time', () => {
    const check = (graph: SimulationGraph) => {
      const simulation = referenceSimulation(graph);
      if (simulation.deadlock !== undefined) return;
      const ideal = finishes(referenceSimulation(onlyMvms(graph)));
      finishes(simulation).forEach((finish, node) => {
        finish.forEach((cycle, set) => {
          expect(cycle).toBeGreaterThanOrEqual(ideal[node]![set]!);
        });
      });
    };
    fc.assert(fc.property(graphs({ tight: true }), check), RUNS);
  });

  it('with small buffers it either comes to its end or to a deadlock that says why', () => {
    let deadlocks = 0;
    const check = (graph: SimulationGraph) => {
      const simulation = referenceSimulation(graph);
      expectValid(graph, simulation);
      if (simulation.deadlock === undefined) return expectComplete(graph, simulation);
      deadlocks++;
      const { sets, messages, rooms } = simulation.deadlock;
      for (const { tiles } of messages) expect(tiles).not.toEqual([]);
      expect(rooms.map(({ tile }) => tile)).toEqual(
        [...new Set(messages.flatMap(({ tiles }) => tiles))].sort((a, b) => a - b),
      );
      for (const { tile, holds } of rooms) {
        expect(sum(holds.map(({ bits }) => bits))).toBe(simulation.tiles[tile]!.inputEndBits);
      }
      const lackRoom = sets.filter(({ waitsFor }) => waitsFor === 'output room').length;
      expect(lackRoom + messages.length).toBeGreaterThan(0);
      expect(finishes(simulation).flat()).toContain(-1);
    };
    fc.assert(fc.property(graphs({ tight: true }), check), RUNS);
    // Both ends come up, or the property says nothing.
    expect(deadlocks).toBeGreaterThan(RUNS.numRuns / 20);
    expect(deadlocks).toBeLessThan(RUNS.numRuns * 0.95);
  });

  it('where all windows fit there is no deadlock', () => {
    let smaller = 0;
    const check = (graph: SimulationGraph) => {
      const fits = withBuffers(graph, 0);
      const simulation = referenceSimulation(fits);
      expect(simulation.deadlock).toBeUndefined();
      expectValid(fits, simulation);
      expectComplete(fits, simulation);
      if (referenceSimulation(withBuffers(graph, -1)).deadlock !== undefined) smaller++;
    };
    fc.assert(fc.property(graphs({ most: 4 }), check), RUNS);
    // Windows are no larger than they need to be: one bit less is often a deadlock.
    expect(smaller).toBeGreaterThan(RUNS.numRuns / 4);
  });

  it('without contention shorter hops and larger buffers slow nothing down', () => {
    const check = ([graph, hops, inputRoom, outputRoom]: readonly [
      SimulationGraph,
      number,
      number,
      number,
    ]) => {
      const { chip } = graph;
      const better: SimulationChip = {
        ...chip,
        hopCycles: Math.max(0, chip.hopCycles - hops),
        ...(chip.inputBufferBits !== undefined && { inputBufferBits: chip.inputBufferBits + inputRoom }),
        ...(chip.outputBufferBits !== undefined && { outputBufferBits: chip.outputBufferBits + outputRoom }),
      };
      const before = referenceSimulation(graph);
      const after = referenceSimulation({ ...graph, chip: better });
      finishes(before).forEach((finish, node) => {
        finish.forEach((cycle, set) => {
          if (cycle < 0) return;
          expect(finishes(after)[node]![set]).toBeGreaterThanOrEqual(0);
          expect(finishes(after)[node]![set]).toBeLessThanOrEqual(cycle);
        });
      });
    };
    const changes = fc.tuple(fc.nat(3), fc.nat(20), fc.nat(20));
    const cases = fc
      .tuple(bytes, changes)
      .map(([source, change]) => [uncontended(source), ...change] as const);
    fc.assert(fc.property(cases, check), RUNS);
  });

  it('the same graph gives the same bytes; without windows in whatever order its edges stand', () => {
    const check = (graph: SimulationGraph) => {
      const simulation = JSON.stringify(referenceSimulation(graph));
      expect(JSON.stringify(referenceSimulation(graph))).toBe(simulation);
      // The order in which values are demanded, so the windows, follows the order of the edges.
      if (graph.chip.inputBufferBits !== undefined) return;
      const turned = { ...graph, edges: graph.edges.toReversed() };
      expect(JSON.stringify(withoutSource(referenceSimulation(turned)))).toBe(
        JSON.stringify(withoutSource(JSON.parse(simulation))),
      );
    };
    fc.assert(fc.property(graphs({ tight: true }), check), { ...RUNS, numRuns: 100 });
  });
});

describe('random networks', { timeout: 60_000 }, () => {
  /** More than the slow truth plays in a moment. */
  const isLarge = ({ nodes, batch }: SimulationGraph) => batch * sum(nodes.map(perInput)) > 400;
  const onTiles: Architecture = {
    ...paper,
    crossbarRows: 16,
    crossbarColumns: 16,
    chip: { clockNs: 700, meshRows: 4, meshColumns: 4, pesPerTile: 3, linkBitsPerCycle: 16, hopCycles: 1 },
  };

  it.each([
    ['operators', operatorNetwork()],
    ['raw reads', rawNetwork()],
  ])('%s: the schedule without a chip; all that is sent arrives with one', (_, networks) => {
    let [played, moved] = [0, 0];
    const batches = fc.integer({ min: 1, max: 3 });
    const check = ({ network, copies, granularity }: ScheduleCase, batch: number) => {
      const onPaper = mapNetwork(network, paper, { duplication: copies, extraPes: 2 ** 30 });
      const free = buildGraph(network, onPaper, paper, { granularity, batch });
      if (isLarge(free)) return;
      played++;
      const simulation = referenceSimulation(free);
      const schedule = referenceSchedule(network, copies, granularity, batch);
      expect(simulation.cycles).toBe(schedule.cycles);
      for (const { layer, start, finish } of schedule.layers) {
        const node = free.nodes.findIndex((candidate) => candidate.layer === layer);
        expect(simulation.nodes[node]).toMatchObject({ start, finish });
      }
      const mapping = mapNetwork(network, onTiles, { duplication: copies, extraPes: 2 ** 30 });
      if (mapping.usedPes > 4 * 4 * 3) return;
      moved++;
      const graph = buildGraph(network, mapping, onTiles, { granularity, batch });
      const simulated = referenceSimulation(graph);
      expectValid(graph, simulated);
      expectComplete(graph, simulated);
      expect(referenceSimulation(withBuffers(graph, 0)).deadlock).toBeUndefined();
    };
    fc.assert(fc.property(scheduleCase(networks), batches, check), { ...RUNS, numRuns: 60 });
    expect(played).toBeGreaterThan(20);
    expect(moved).toBeGreaterThan(10);
  });
});
