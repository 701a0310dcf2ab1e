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
      base([0, 0], { kind: 'input', resultBits: bits(4, 4) }),
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
    // Windows: 4 of the input and 8 of A, more than 7, and B reads 8 at once: a deadlock. Spilled, B needs 8 / 2 pixels = 4; 4 for it and
    // the window of 4 are more than 7, so the input spills, too. 7 - 4 = 3 bits are left for values that are sent: none fits.
    //  2, 4: the inputs are in, and go to the output side: stored at 4 and 6.
    //  4: A's set 0 has room for its value: asked for at 4 + 3, fetched 7..9, computed 9..10, its result stored at 12.
    //  6: 4 + 4 bits are too many for A's set 1. 10: there is room; fetched 13..15, computed 15..16, stored at 18.
    // 18: B needs 8 bits, and nobody else any: in pieces, fetched 21..23 and 23..25, computed 25..27.
    const graph = threeNodes({ inputBufferBits: 7 });
    expect(referenceSimulation(graph).deadlock).toBeDefined();
    const simulation = play(graph);
    expect(starts(simulation)).toEqual([[0, 2], [9, 15], [25]]);
    expect(finishes(simulation)).toEqual([[2, 4], [10, 16], [27]]);
    expect(simulation.nodes.map(({ spilledBits, fetchedBits }) => [spilledBits, fetchedBits])).toEqual([
      [8, 8],
      [8, 8],
      [0, 0],
    ]);
    // The input comes in once and goes out and in again.
    expect(simulation.nodes.map(({ offChipBits }) => offChipBits)).toEqual([24, 16, 0]);
    expect(simulation.nodes.map(({ waitFetchCycles }) => waitFetchCycles)).toEqual([0, 15, 25]);
    // The pieces of B's values take the room of one.
    expect(simulation.tiles[0]).toMatchObject({ inputPeakBits: 4, inputWindowBits: 0 });
  });

  test('a result that is larger than an output buffer leaves it in pieces', () => {
    // 3 bits for results of 4: no windows, and a set of A or an input takes all 3, until its result is sent: at once, on the same tile.
    // So nothing comes later than above, but A's sets were passed over for room in the round before the one at 4, and at 10.
    const graph = threeNodes({ inputBufferBits: 7, outputBufferBits: 3 });
    const simulation = play(graph);
    expect(starts(simulation)).toEqual([[0, 2], [9, 15], [25]]);
    expect(simulation.tiles[0]).toMatchObject({ outputPeakBits: 3, outputWindowBits: 0 });
    expect(simulation.nodes[1]).toMatchObject({ waitSpaceCycles: 15, waitFetchCycles: 0 });
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
    const input = spillPlan(threeNodes({ inputBufferBits: 3 })).tooLarge;
    expect(input).toEqual({ node: 2, set: 0, tile: 0, buffer: 'input', bits: 4 });
    expect(spillPlan(threeNodes({ inputBufferBits: 4 })).tooLarge).toBeUndefined();
    const output = spillPlan(threeNodes({ inputBufferBits: 7, outputBufferBits: 1 })).tooLarge;
    expect(output).toEqual({ node: 0, set: 0, tile: 0, buffer: 'output', bits: 4 });
    expect(spillPlan(threeNodes({ inputBufferBits: 7, outputBufferBits: 4 })).tooLarge).toBeUndefined();
  });
});
