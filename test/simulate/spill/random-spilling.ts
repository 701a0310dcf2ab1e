/** Random graphs on chips whose buffers are as small as may be, or not much larger. */
import fc from 'fast-check';
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { graphs, withPixels } from '../../reference/simulation/random-graph.ts';
import { drawnTurns, inTurns } from '../../reference/simulation/random-turns.ts';
import { randomGraph } from '../play/engine-graphs.ts';
import { withTightBuffers } from '../play/tight-buffers.ts';

const sharedBuffer = fc.record(
  {
    sharedBufferBits: fc.integer({ min: 1, max: 90 }),
    sharedBufferBitsPerCycle: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: [] },
);

/** Half of them with weights in turns. */
export const spillingGraph: fc.Arbitrary<SimulationGraph> = fc
  .record({
    bare: fc.oneof(graphs({ tight: true, most: 7 }), graphs({ most: 7 }), randomGraph),
    hasPixels: fc.boolean(),
    drawn: fc.option(drawnTurns, { nil: undefined, freq: 1 }),
    more: fc.oneof(fc.constant(0), fc.nat(60), fc.nat(400)),
    latency: fc.oneof(fc.constant(0), fc.nat(9)),
    shared: sharedBuffer,
  })
  .map(({ bare, hasPixels, drawn, more, latency, shared }) => {
    const graph = hasPixels ? withPixels(bare) : bare;
    const tight = withTightBuffers(drawn === undefined ? graph : inTurns(graph, drawn), more, latency);
    // A shared buffer without a bandwidth takes no time.
    const isThere = shared.sharedBufferBits !== undefined;
    return { ...tight, chip: { ...tight.chip, ...(isThere ? shared : {}) } };
  });
