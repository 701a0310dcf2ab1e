import { describe, expect, test } from 'vitest';
import type { SimulationChip, SimulationGraph, SimulationNode } from '../../../src/simulate/model/graph.ts';
import { base, edge, finishes, on, rowOfTiles, same, starts } from './by-hand.ts';
import { referenceSimulation } from './simulation.ts';
import { spillPlan } from './spilling.ts';

/** An input of two values, a layer that reads one for each of its sets, and one that reads both of that: all on one tile. */
function threeNodes(chip: Partial<SimulationChip>, last: Partial<SimulationNode> = {}): SimulationGraph {
  const bits = (...values: number[]) => Int32Array.from(values);
  return {
    nodes: [
      base([0, 0], { kind: 'input', resultBits: bits(4, 4), pixels: bits(2, 2) }),
      base([1, 1], { resultBits: bits(4, 4), pixels: bits(2, 2) }),
      base([2], { resultBits: bits(1), pixels: bits(2), ...last }),
    ],
    edges: [edge(0, 1, same(2), [4, 4]), edge(1, 2, [[0, 1]], [4, 4])],
    chip: { ...rowOfTiles(1), offChipBitsPerCycle: 2, offChipLatencyCycles: 3, ...chip },
    ...{ batch: 1, scheduling: 'xinf' },
  };
}

const play = (graph: SimulationGraph) => referenceSimulation(graph, spillPlan(graph));

describe('values that spill, computed by hand', () => {
  test('what does not fit an input buffer is stored, fetched, and read in pieces', () => {
    // Windows: 4 of the input and 8 of A, more than 7, and B reads 8 at once: a deadlock. A spills, of whose values B needs one pixel, 2 bits,
    // which fit beside the window of 4. Of the 3 bits beside that window 3 - 2 are left for what is sent: none of A's results fits.
    //  2, 4: the inputs are in, and A computes 2..3 and 4..5; the results are stored 3..5 and 5..7.
    //  7: B lacks 8 bits, and nobody else any: in pieces, asked for at 7 + 3, fetched 10..12 and 12..14, computed 14..16.
    const graph = threeNodes({ inputBufferBits: 7 });
    expect(referenceSimulation(graph).deadlock).toBeDefined();
    const simulation = play(graph);
    expect(starts(simulation)).toEqual([[0, 2], [2, 4], [14]]);
    expect(finishes(simulation)).toEqual([[2, 4], [3, 5], [16]]);
    expect(simulation.nodes.map(({ spilledBits, fetchedBits }) => [spilledBits, fetchedBits])).toEqual([
      [0, 0],
      [8, 8],
      [0, 0],
    ]);
    expect(simulation.nodes.map(({ offChipBits }) => offChipBits)).toEqual([8, 16, 0]);
    expect(simulation.nodes.map(({ waitFetchCycles }) => waitFetchCycles)).toEqual([0, 0, 14]);
    // The pieces of B's values take the room of one, 2 bits.
    expect(simulation.tiles[0]).toMatchObject({ inputPeakBits: 4, inputWindowBits: 4 });
  });

  test('a result that is larger than an output buffer leaves it in pieces', () => {
    // 3 bits for results of 4: no windows, so all spills, and a set of A or an input takes all 3 until its result is sent: at once, on
    // its own tile. A's sets read 4 bits at once, which 7 hold: 7 - 4 = 3 are left for what is sent, none of 4 bits.
    //  2, 4: the inputs are in, and go to the output side: stored at 4 and 6.
    //  4: A's set 0 has room for its value: asked for at 4 + 3, fetched 7..9, computed 9..10, its result stored at 12.
    //  6: 4 + 4 bits are too many for A's set 1. 10: there is room; fetched 13..15, computed 15..16, stored at 18.
    // 18: B in pieces, fetched 21..23 and 23..25, computed 25..27.
    // A's sets were passed over for room in the output buffer in the rounds before those in which they were granted.
    const graph = threeNodes({ inputBufferBits: 7, outputBufferBits: 3 });
    const simulation = play(graph);
    expect(starts(simulation)).toEqual([[0, 2], [9, 15], [25]]);
    expect(finishes(simulation)).toEqual([[2, 4], [10, 16], [27]]);
    // The input comes in once and goes out and in again.
    expect(simulation.nodes.map(({ offChipBits }) => offChipBits)).toEqual([24, 16, 0]);
    expect(simulation.tiles[0]).toMatchObject({ outputPeakBits: 3, outputWindowBits: 0, inputPeakBits: 4 });
    expect(simulation.nodes[1]).toMatchObject({ waitSpaceCycles: 15, waitFetchCycles: 0 });
    expect(simulation.nodes[2]).toMatchObject({ waitFetchCycles: 25 });
  });

  test('a shared buffer takes what it has room for, without latency', () => {
    // As before, with 4 bits of shared buffer, 4 bits per cycle. Input 0 is in it from its injection at 2 on, and stored 2..3. Input 1 has the output
    // buffer until 4, finds no room in the shared one, and goes off the chip, stored 4..6. A's set 0 is granted at 4: fetched 4..5, computed 5..6.
    // At 6 it has read input 0, and its result takes the shared buffer, 6..7. A's set 1: asked for at 6 + 3, fetched 9..11, computed
    // 11..12; its result finds no room: 12..14. 14: B in pieces: A's result 0 from the shared buffer, 14..15, result 1 17..19; computed 19..21.
    const shared = { sharedBufferBits: 4, sharedBufferBitsPerCycle: 4 };
    const simulation = play(threeNodes({ inputBufferBits: 7, outputBufferBits: 3, ...shared }));
    expect(starts(simulation)).toEqual([[0, 2], [5, 11], [19]]);
    expect(simulation.nodes.map(({ sharedBufferBits }) => sharedBufferBits)).toEqual([8, 8, 0]);
    expect(simulation.nodes.map(({ offChipBits }) => offChipBits)).toEqual([16, 8, 0]);
    expect(simulation.sharedPeakBits).toBe(4);
    expect(simulation.cycles).toBe(21);
  });

  test('a value for which there is room is sent, and the others are stored', () => {
    // 16 bits, and B's set 0 reads all three values of A, 12 bits. On another tile C waits for B. Windows: 12 + nothing. So all fit: nothing spills.
    const nodes = [base([1, 1, 1], { resultBits: Int32Array.of(4, 4, 4) }), base([5], { copies: [on(1)] })];
    const edges = [edge(0, 1, [[0, 1, 2]], [4, 4, 4])];
    const chip = { ...rowOfTiles(2), offChipBitsPerCycle: 4, inputBufferBits: 16 };
    const fits: SimulationGraph = { nodes, edges, chip, batch: 1, scheduling: 'xinf' };
    expect(spillPlan(fits).spilled.size).toBe(0);
    // A second reader that takes its value late needs room beside: 2 more bits are too many for 13, so A's stream spills. C reads D, the
    // largest reads of spilled streams are 12: 13 - 2 (D's window) - 12 leave nothing, so D spills as well and 13 - 12 = 1 bit is left.
    const more: SimulationGraph = {
      ...fits,
      nodes: [...nodes, base([1], { resultBits: Int32Array.of(2) }), base([9], { copies: [on(1)] })],
      edges: [...edges, edge(2, 3, [[0]], [2])],
      chip: { ...chip, inputBufferBits: 13 },
    };
    const plan = spillPlan(more);
    expect([...plan.spilled]).toEqual(['0@1', '2@1']);
    expect(plan.largestReads).toEqual([0, 12]);
    const simulation = referenceSimulation(more, plan);
    expect(simulation.nodes.map(({ spilledBits }) => spilledBits)).toEqual([12, 0, 2, 0]);
    expect(simulation.deadlock).toBeUndefined();
  });

  test('a set of which no pixel fits a buffer is named with the smallest one that does', () => {
    const input = spillPlan(threeNodes({ inputBufferBits: 1 })).tooLarge;
    expect(input).toEqual({ node: 0, set: 0, tile: 0, buffer: 'input', bits: 2 });
    expect(spillPlan(threeNodes({ inputBufferBits: 2 })).tooLarge).toBeUndefined();
    const output = spillPlan(threeNodes({ inputBufferBits: 7, outputBufferBits: 1 })).tooLarge;
    expect(output).toEqual({ node: 0, set: 0, tile: 0, buffer: 'output', bits: 2 });
    expect(spillPlan(threeNodes({ inputBufferBits: 7, outputBufferBits: 2 })).tooLarge).toBeUndefined();
  });
});
