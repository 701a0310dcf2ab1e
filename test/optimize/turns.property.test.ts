import fc from 'fast-check';
import { expect, test } from 'vitest';
import { baseLayers } from '../../src/network/network.ts';
import { optimize } from '../../src/optimize/index.ts';
import { networkInterval } from '../../src/optimize/least-interval.ts';
import { setPixels } from '../../src/optimize/set-pixels.ts';
import { setShape } from '../../src/workload/granularity.ts';
import { allTurns, bestTurns } from '../reference/best-turns.ts';
import { smallNetwork, turnsCase } from '../reference/random-turns.ts';
import { referenceTurns, type Turns } from '../reference/turns.ts';
import { describeTurns, type TurnsCase, unrounded } from '../reference/turns-case.ts';
import { turnsMetrics } from '../reference/turns-metrics.ts';
import { chipOf } from '../schedule/turns-agreement.ts';

/** Cases of which all rounds and copies can be tried. */
const cases = turnsCase(smallNetwork(4)).filter((asked) => {
  const { slices, totalPes } = unrounded(asked);
  return slices.length > 1 && slices.length <= 4 && totalPes <= 7;
});

function search<Name extends 'latency' | 'throughput'>(asked: TurnsCase, objective: Name) {
  const { network, granularity, totalPes: pes, group, reload } = asked;
  const options = {
    granularity,
    pes,
    group,
    reload,
    objective,
    rounds: 'auto',
    maxEvaluations: 20_000,
  } as const;
  return optimize(network, chipOf(asked), options);
}

test('the least cycles of a group: the optimum of all rounds and copies is found, and no bound is above it', async () => {
  let proven = 0;
  let tried = 0;
  const property = fc.asyncProperty(cases, async (asked) => {
    const least = bestTurns(unrounded(asked), 'latency');
    const { best, bound, greedy, stoppedBy } = await search(asked, 'latency');
    const text = describeTurns(asked);
    expect(bound, text).toBeLessThanOrEqual(least.value);
    expect(best.cycles, text).toBe(least.value);
    expect(best.cycles, text).toBeLessThanOrEqual(greedy.cycles);
    tried++;
    if (stoppedBy === 'optimal') proven++;
  });
  await fc.assert(property, { numRuns: 150 });
  expect(proven).toBeGreaterThan(tried / 2);
}, 170_000);

/**
 * Cycles per inference from group to group once a stream repeats itself, as it does here after 1, 2, 3, 4, 6 or 12 groups at
 * most. One round is never written again, so that its slowest layer is all that counts.
 */
function longRun(turns: Turns, asked: TurnsCase): number {
  if (turns.rounds.length === 1) {
    const pixels = baseLayers(asked.network).map(({ shape }) =>
      setPixels(shape, setShape(asked.granularity, shape)),
    );
    return networkInterval(pixels, turns.copies);
  }
  const [before, after] = [12, 24];
  const stream = { ...turns, batch: after * turns.group };
  const { groupEndCycles } = turnsMetrics(stream, referenceTurns(stream));
  return (groupEndCycles[after - 1]! - groupEndCycles[before - 1]!) / (after - before) / turns.group;
}

test('the least interval of a stream of groups: the optimum is found, and no bound is above it', async () => {
  const property = fc.asyncProperty(cases, async (asked) => {
    const { best, bound, greedy } = await search(asked, 'throughput');
    const all = [...allTurns({ ...unrounded(asked), batch: asked.group })];
    const least = all.reduce((most, turns) => Math.min(most, longRun(turns, asked)), Infinity);
    const text = describeTurns(asked);
    expect(bound / least, text).toBeLessThan(1 + 1e-9);
    expect(best.intervalCycles / least, text).toBeCloseTo(1, 9);
    expect(best.intervalCycles, text).toBeLessThanOrEqual(greedy.intervalCycles);
  });
  await fc.assert(property, { numRuns: 25 });
}, 170_000);
