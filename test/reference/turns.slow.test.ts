import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { turnsCase } from './random-turns.ts';
import { referenceTimes } from './reference.ts';
import { allCuts, barrierMakespan, fewestRounds, fits } from './rounds.ts';
import { groupsOf, latest, referenceTurns, type Turns } from './turns.ts';
import { type TurnsCase, turnsOf } from './turns-case.ts';
import { layersInTurns } from './turns-layer-by-layer.ts';
import { turnsMetrics } from './turns-metrics.ts';
import { rollingInOnePass } from './turns-one-pass.ts';

/** Runs `check` on random turns and their times by the reference. */
function forTurns(seed: number, numRuns: number, check: (turns: Turns, asked: TurnsCase) => void): void {
  const property = fc.property(turnsCase(), (asked) => check(turnsOf(asked), asked));
  fc.assert(property, { seed, numRuns });
}

describe('the reference of spec.md section 9', () => {
  test('rolling by its definition is what one pass in the order of writing gives', () => {
    const seen = { inTurns: 0, sliced: 0, groups: 0, copies: 0 };
    forTurns(1, 1500, (turns) => {
      if (turns.reload === 'barrier' || turns.rounds.length === 1) return;
      const { slices } = referenceTurns(turns);
      expect(slices.map(({ finish }) => finish)).toEqual(rollingInOnePass(turns));
      seen.inTurns++;
      if (turns.slices.some(({ of }) => of > 1)) seen.sliced++;
      if (turns.batch > turns.group) seen.groups++;
      if (turns.copies.some((d) => d > 1)) seen.copies++;
    });
    // The random cases are about something.
    expect(Math.min(seen.sliced, seen.groups, seen.copies)).toBeGreaterThan(100);
  });

  test('one round is the schedule of a batch that is never written', () => {
    let rounds = 0;
    forTurns(2, 300, (turns) => {
      if (turns.rounds.length > 1 || turns.slices.some(({ of }) => of > 1)) return;
      const { slices, writes } = referenceTurns({ ...turns, resultCycles: 1 });
      const { layers } = referenceTimes(turns.analysis, turns.copies, turns.batch);
      expect(slices.map(({ finish }) => finish)).toEqual(layers.map(({ finish }) => finish));
      expect(writes).toEqual([]);
      rounds++;
    });
    expect(rounds).toBeGreaterThan(20);
  });

  test('never has more PEs held than there are, nor more written at a time than can be', () => {
    forTurns(3, 300, (turns) => {
      const { slices, writes } = referenceTurns(turns);
      const ends = writes.map(({ group, slice, copy }) => {
        const n = slices[slice]!.finish.length / turns.batch;
        const from = group * turns.group * n;
        const own = slices[slice]!.finish.slice(from, from + n * groupsOf(turns)[group]!);
        return latest(own.filter((_, k) => k % turns.copies[slice]! === copy));
      });
      for (const { start, before } of writes) {
        if (before) continue;
        const held = writes.filter((own, n) => own.start <= start && ends[n]! > start).length;
        expect(held).toBeLessThanOrEqual(turns.totalPes);
        const writing = writes.filter((own) => own.start <= start && own.end > start).length;
        expect(writing).toBeLessThanOrEqual(turns.parallelWrites);
      }
    });
  });

  test('keeps to its bound; a write that takes no time costs nothing, and is never late', () => {
    forTurns(4, 300, (turns) => {
      const metrics = turnsMetrics(turns, referenceTurns(turns));
      expect(metrics.cycles).toBeGreaterThanOrEqual(metrics.lowerBoundCycles);
      expect(metrics.exposedWritingCycles).toBeGreaterThanOrEqual(0);
      expect(metrics.intervalCycles).toBeGreaterThanOrEqual(0);
    });
  });

  test('layer by layer with one copy and one inference after the other is the baseline', () => {
    forTurns(6, 300, (turns) => {
      const { slices, rounds } = turns;
      const copies = slices.map(() => 1);
      const isOne = rounds.length === 1;
      const fits = slices.reduce((sum, { pes }) => sum + pes, 0) <= turns.totalPes;
      if (isOne !== fits) return;
      const single = { ...turns, copies, group: 1, rounds: isOne ? [0] : slices.map((_, slice) => slice) };
      const { baselineCycles } = turnsMetrics(single, referenceTurns(single));
      expect(layersInTurns(single).at(-1)!.end).toBe(baselineCycles);
    });
  });

  test('auto has the least barrier makespan of what can be asked for with the same policy', () => {
    let compared = 0;
    forTurns(7, 600, (turns, asked) => {
      if (typeof asked.duplication !== 'string' || turns.slices.length > 6) return;
      const auto = turnsOf({ ...asked, rounds: 'auto' });
      const least = barrierMakespan(auto, auto.rounds, auto.copies);
      expect(least).toBeLessThanOrEqual(barrierMakespan(turns, turns.rounds, turns.copies));
      if (turns.rounds.join() !== auto.rounds.join()) compared++;
    });
    expect(compared).toBeGreaterThan(20);
  });

  test('fewest rounds are as few as there can be', () => {
    forTurns(8, 200, (turns) => {
      if (turns.slices.length > 10) return;
      const fewest = fewestRounds(turns);
      const fitting = allCuts(turns.slices.length).filter((rounds) => fits(turns, rounds));
      expect(fewest).toHaveLength(Math.min(...fitting.map(({ length }) => length)));
    });
  });
});
