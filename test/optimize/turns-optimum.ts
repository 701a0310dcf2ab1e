/** The search for rounds and copies against exhaustion. */
import fc from 'fast-check';
import { expect } from 'vitest';
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
const smallCases = turnsCase(smallNetwork(4)).filter((asked) => {
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

/** One search in so many may miss the optimum: those for `rolling` try no more than they are allowed. */
const RARELY = 50;

/** The least cycles of a group, of so many random cases: no bound is above the optimum, which is found but for a rare case. */
export async function holdLatency(cases: number): Promise<void> {
  let [proven, missed] = [0, 0];
  const property = fc.asyncProperty(smallCases, async (asked) => {
    const least = bestTurns(unrounded(asked), 'latency');
    const { best, bound, greedy, stoppedBy } = await search(asked, 'latency');
    const text = describeTurns(asked);
    expect(bound, text).toBeLessThanOrEqual(least.value);
    expect(best.cycles, text).toBeGreaterThanOrEqual(least.value);
    expect(best.cycles, text).toBeLessThanOrEqual(greedy.cycles);
    if (best.cycles > least.value) missed++;
    if (stoppedBy === 'optimal') proven++;
  });
  await fc.assert(property, { numRuns: cases });
  expect(missed).toBeLessThanOrEqual(Math.ceil(cases / RARELY));
  expect(proven).toBeGreaterThan(cases / 2);
}

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

/** The least interval of a stream of groups, of so many random cases, likewise. */
export async function holdThroughput(cases: number): Promise<void> {
  let missed = 0;
  const property = fc.asyncProperty(smallCases, async (asked) => {
    const { best, bound, greedy } = await search(asked, 'throughput');
    const all = [...allTurns({ ...unrounded(asked), batch: asked.group })];
    const least = all.reduce((most, turns) => Math.min(most, longRun(turns, asked)), Infinity);
    const text = describeTurns(asked);
    expect(bound / least, text).toBeLessThan(1 + 1e-9);
    expect(best.intervalCycles / least, text).toBeGreaterThan(1 - 1e-9);
    if (best.intervalCycles / least > 1 + 1e-9) missed++;
    expect(best.intervalCycles, text).toBeLessThanOrEqual(greedy.intervalCycles);
  });
  await fc.assert(property, { numRuns: cases });
  expect(missed).toBeLessThanOrEqual(Math.ceil(cases / RARELY));
}
