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
    isOutput: false,
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
    const { arrivals, ...simulation } = simulate(nodes, edges, chip);
    expect(arrivals.map(({ cycle }) => cycle)).toEqual([8, 12, 16]);
    expect(starts(simulation as ReferenceSimulation)).toEqual([
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
  });

  it('a full input buffer', () => {
    // The buffer of tile 1 holds one value of 8 bits; links are free. A is finished at 1, 2, 3; B takes 5 cycles a set.
    // Value 0 is injected at 1, B runs 1..6 and gives its room back at 6; value 1 is injected at 6, B runs 6..11, then 11..16.
    const chip = { ...rowOfTiles(2), inputBufferBits: 8 };
    const nodes = [base([1, 1, 1]), base([5, 5, 5], { copies: [on(1)] })];
    const edges = [edge(0, 1, same(3), [8, 8, 8])];
    const simulation = simulate(nodes, edges, chip);
    expect(starts(simulation)).toEqual([
      [0, 1, 2],
      [1, 6, 11],
    ]);
    expect(simulation.cycles).toBe(16);
    // A's results 1 and 2 wait in the output buffer of tile 0.
    expect(simulation.tiles[0]?.outputPeakBits).toBe(16);
  });

  it('a full output buffer holds the layer up', () => {
    // As before, and the output buffers hold one result. A's set 0: 0..1, leaves at 1, so set 1: 1..2; it leaves when value 0's
    // room is given back, at 6; set 2: 6..7, leaves at 11.
    const chip = { ...rowOfTiles(2), inputBufferBits: 8, outputBufferBits: 8 };
    const nodes = [base([1, 1, 1]), base([5, 5, 5], { copies: [on(1)] })];
    const simulation = simulate(nodes, [edge(0, 1, same(3), [8, 8, 8])], chip);
    expect(starts(simulation)).toEqual([
      [0, 1, 6],
      [1, 6, 11],
    ]);
  });

  it('nodes that wait for the same tile get room in the order in which they began to wait', () => {
    // Tile 1 holds 8 bits. X (node 0) is finished at 2 and 4, Y (node 1) at 1 and 3; their readers P and Q take 10 cycles a set.
    // Y's value 0 is injected at 1 and in use until 11. X waits from 2, Y (value 1) from 3. At 11 X's value 0 goes, P runs
    // 11..21; X's value 1 then waits from 11, behind Y's: at 21 Y's value 1, Q 21..31; at 31 X's value 1, P 31..41.
    const chip = { ...rowOfTiles(2), inputBufferBits: 8 };
    const nodes = [base([2, 2]), base([1, 2]), base([10, 10]), base([10, 10])].map((node, index) => ({
      ...node,
      copies: [on(index < 2 ? 0 : 1)],
    }));
    const edges = [edge(0, 2, same(2), [8, 8]), edge(1, 3, same(2), [8, 8])];
    expect(starts(simulate(nodes, edges, chip)).slice(2)).toEqual([
      [11, 31],
      [1, 21],
    ]);
  });

  it('a message in line blocks the smaller ones behind it, for all of its tiles', () => {
    // Tiles 1 and 2 hold 8 bits. L (node 0) fills tile 2 from 1 until its reader on tile 2 is finished at 1 + 20 = 21. M (node 1), finished
    // at 2, needs 8 bits on tiles 1 and 2 and waits until 21. S (node 2), finished at 3, would fit into tile 1, but M
    // stands before it: M goes at 21, its readers on tiles 1 and 2 take 5 cycles, so S goes at 26.
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
    expect(starts(simulate(nodes, edges, chip)).slice(3)).toEqual([[1], [21], [21], [26]]);
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
    // B and C on tile 1 read A's one value, with 4 and 6 bits. B is finished at 3 and C at 8: 6 bits until 8. A's second node D
    // sends 3 bits to C's tile of 8 bits: no room (6 + 3 > 8) until 8.
    const chip = { ...rowOfTiles(2), inputBufferBits: 8 };
    const far = { copies: [on(1)] };
    const nodes = [base([1]), base([2], far), base([7], far), base([1]), base([1], far)];
    const edges = [edge(0, 1, [[0]], [4]), edge(0, 2, [[0]], [6]), edge(3, 4, [[0]], [3])];
    expect(starts(simulate(nodes, edges, chip))).toEqual([[0], [1], [1], [0], [8]]);
  });

  it('off-chip input and output', () => {
    // The port takes 4 bits a cycle at tile 0. The input's two sets of 8 bits: 0..2, 2..4. A (tile 0) gets them at 2 and 4, 1 cycle each: finished at
    // 3 and 5. It sends 12 bits per set back to the port on its own tile: 3 cycles, 3..6 and 6..9.
    const chip = { ...rowOfTiles(1), offChipBitsPerCycle: 4 };
    const nodes = [
      base([0, 0], { kind: 'input' }),
      base([1, 1], { isOutput: true, resultBits: Int32Array.of(12, 12) }),
    ];
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
    // Copies on tiles 1 and 2: inferences 0 and 2 are sent to tile 1, inference 1 to tile 2 by way of tile 1.
    const apart = [nodes[0]!, base([3], { copies: [on(1), on(2)] })];
    const spread = simulate(apart, edges, rowOfTiles(3), { batch: 3 });
    expect(spread.links.slice(0, 2).map(({ bits }) => bits)).toEqual([48, 16]);
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

  it('a deadlock', () => {
    // B's one set reads both values of A, 16 bits, and the buffer of tile 1 holds 15: value 1 waits for B, B for value 1.
    const nodes = [base([1, 1]), base([1], { copies: [on(1)] })];
    const edges = [edge(0, 1, [[0, 1]], [8, 8])];
    const stuck = simulate(nodes, edges, { ...rowOfTiles(2), inputBufferBits: 15 });
    expect(stuck.deadlock).toEqual({
      cycle: 2,
      sets: [{ node: 1, set: 0, waitsFor: 'values' }],
      messages: [{ node: 0, set: 1, tiles: [1] }],
    });
    expect(starts(stuck)).toEqual([[0, 1], [-1]]);
    expect(simulate(nodes, edges, { ...rowOfTiles(2), inputBufferBits: 16 }).deadlock).toBeUndefined();
    // A result that is larger than the output buffer never starts.
    const tight = simulate(nodes, edges, { ...rowOfTiles(2), outputBufferBits: 7 });
    expect(tight.deadlock?.sets).toEqual([
      { node: 0, set: 0, waitsFor: 'output room', tile: 0 },
      { node: 1, set: 0, waitsFor: 'values' },
    ]);
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
    // With room for two results: at 1 A's set 1 takes what is left (its set 0 is on its way until the next round), then B's set 0
    // what A's set 0 gives back. B's set 1 gets what A's set 1 gives back at 2.
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
}

function randomGraph(bytes: Bytes, { tight = false, free = false }: Shape): SimulationGraph {
  const { tiles, links, route } = mesh(bytes.number(1, 3));
  const figures = {
    linkBitsPerCycle: bytes.maybe(1, 8),
    offChipBitsPerCycle: bytes.maybe(1, 8),
    inputBufferBits: tight ? bytes.maybe(10, 80) : undefined,
    outputBufferBits: tight ? bytes.maybe(8, 40) : undefined,
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
    nodes: nodes.map((node, index) => ({ ...node, isOutput: !isRead(index) })),
    edges,
    chip: { ...chip, ...(free ? {} : given(figures)) },
    mvmCycles: 2,
    batch: bytes.number(1, 3),
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
      if (node.isOutput && chip.offChipBitsPerCycle !== undefined)
        goesTo(chip.offChipTile, node.resultBits[k]!);
      for (const [link, bits] of widest) total[link]! += bits;
    }
  });
  return total;
}

/** Cycles of work of everything that does one thing after the other. */
function work({ nodes, chip, batch }: SimulationGraph): number[] {
  const port = (kept: (node: SimulationNode) => boolean) =>
    batch *
    sum(
      nodes
        .filter(kept)
        .flatMap(({ resultBits }) => [...resultBits])
        .map((bits) => Math.ceil(bits / (chip.offChipBitsPerCycle ?? Infinity))),
    );
  const copies = nodes.flatMap((node) =>
    node.copies.map((_, copy) =>
      sum(
        Array.from({ length: batch * perInput(node) }, (_, set) =>
          set % node.copies.length === copy ? node.durations[set % perInput(node)]! : 0,
        ),
      ),
    ),
  );
  return [...copies, port(({ kind }) => kind === 'input'), port(({ isOutput }) => isOutput)];
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
  for (const { inputPeakBits, outputPeakBits } of simulation.tiles) {
    expect(inputPeakBits).toBeLessThanOrEqual(graph.chip.inputBufferBits ?? Infinity);
    expect(outputPeakBits).toBeLessThanOrEqual(graph.chip.outputBufferBits ?? Infinity);
  }
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
  const gpeuWork = graph.nodes.map(
    (node) => sum(node.gpeuCycles) + (node.kind === 'join' ? sum(node.durations) : 0),
  );
  expect(sum(simulation.tiles.map(({ gpeuBusyCycles }) => gpeuBusyCycles))).toBe(graph.batch * sum(gpeuWork));
  expect(finishes(simulation).flat()).not.toContain(-1);
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

  it('with small buffers it either comes to its end or to a deadlock that says why', () => {
    let deadlocks = 0;
    const check = (graph: SimulationGraph) => {
      const simulation = referenceSimulation(graph);
      expectValid(graph, simulation);
      if (simulation.deadlock === undefined) return expectComplete(graph, simulation);
      deadlocks++;
      const { sets, messages } = simulation.deadlock;
      const lackRoom = sets.filter(({ waitsFor }) => waitsFor === 'output room').length;
      expect(lackRoom + messages.filter(({ tiles }) => tiles.length > 0).length).toBeGreaterThan(0);
      expect(finishes(simulation).flat()).toContain(-1);
    };
    fc.assert(fc.property(graphs({ tight: true }), check), RUNS);
    // Both ends come up, or the property says nothing.
    expect(deadlocks).toBeGreaterThan(RUNS.numRuns / 20);
    expect(deadlocks).toBeLessThan(RUNS.numRuns * 0.95);
  });

  it('the same graph gives the same bytes, in whatever order its edges stand', () => {
    const check = (graph: SimulationGraph) => {
      const simulation = JSON.stringify(referenceSimulation(graph));
      expect(JSON.stringify(referenceSimulation(graph))).toBe(simulation);
      const turned = { ...graph, edges: graph.edges.toReversed() };
      expect(JSON.stringify(referenceSimulation(turned))).toBe(simulation);
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
        expect(simulation.nodes[node]).toEqual({ start, finish });
      }
      const mapping = mapNetwork(network, onTiles, { duplication: copies, extraPes: 2 ** 30 });
      if (mapping.usedPes > 4 * 4 * 3) return;
      moved++;
      const graph = buildGraph(network, mapping, onTiles, { granularity, batch });
      const simulated = referenceSimulation(graph);
      expectValid(graph, simulated);
      expectComplete(graph, simulated);
    };
    fc.assert(fc.property(scheduleCase(networks), batches, check), { ...RUNS, numRuns: 60 });
    expect(played).toBeGreaterThan(20);
    expect(moved).toBeGreaterThan(10);
  });
});
