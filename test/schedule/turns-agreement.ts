import { expect } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import { type ScheduleOptions, schedule } from '../../src/schedule/schedule.ts';
import type { Schedule } from '../../src/schedule/schedule-result.ts';
import type { LayerSets } from '../../src/schedule/sets.ts';
import { validateResult } from '../../src/schedule/validate-result.ts';
import { groupsOf, referenceTurns, type Turns } from '../reference/turns.ts';
import { describeTurns, type TurnsCase, turnsOf } from '../reference/turns-case.ts';
import { layersInTurns } from '../reference/turns-layer-by-layer.ts';
import { type TurnsMetrics, turnsMetrics } from '../reference/turns-metrics.ts';

/** Time of a cycle in the chips of cases. */
const CYCLE_NS = 10;
/** Energy to write a PE, and writes that a cell outlives. */
const PE_WRITE_PJ = 3;
const ENDURANCE = 1e9;
const YEAR_NS = 365.25 * 24 * 3600 * 1e9;

/** A chip whose crossbars have one cell, on which a case means what it says. */
export function chipOf({ writeCycles, parallelWrites, resultCycles }: TurnsCase): Architecture {
  return {
    ...{ ...paper, name: 'cells', crossbarRows: 1, crossbarColumns: 1 },
    ...{ mvmLatencyNs: resultCycles * CYCLE_NS, mvmIntervalNs: CYCLE_NS, peWriteNs: writeCycles * CYCLE_NS },
    ...(parallelWrites === undefined ? {} : { parallelWrites }),
    ...{ peWriteEnergyPj: PE_WRITE_PJ, enduranceWrites: ENDURANCE },
  };
}

/** A case as `schedule()` takes it. */
function optionsOf(asked: TurnsCase, { slices }: Turns): ScheduleOptions {
  const { granularity, totalPes: pes, batch, group, duplication, rounds } = asked;
  const named = typeof rounds === 'object' ? rounds.map((slice) => slices[slice]!.name) : rounds;
  return { granularity, pes, batch, group, duplication, ...(named === undefined ? {} : { rounds: named }) };
}

/** Schedules a case and demands every set, every copy and every figure to be that of the reference. */
export function expectSameTurns(asked: TurnsCase): void {
  const turns = turnsOf(asked);
  const options = { ...optionsOf(asked, turns), reload: asked.reload, keepSets: true };
  const { sets, ...result } = schedule(asked.network, chipOf(asked), options);
  const times = referenceTurns(turns);
  const text = describeTurns(asked);
  expect(sets!.map(({ name }) => name)).toEqual(turns.slices.map(({ name }) => name));
  sets!.forEach(({ count, inferences, copies, start, finish }, slice) => {
    const all = Array.from({ length: count }, (_, k) => k);
    expect(inferences).toBe(turns.batch);
    expect(copies, text).toBe(turns.copies[slice]);
    expect(all.map(start), text).toEqual(times.slices[slice]!.start);
    expect(all.map(finish), text).toEqual(times.slices[slice]!.finish);
  });
  if (turns.rounds.length > 1) expectSameCopies(turns, times.ready, sets!, text);
  expectFigures(result, asked, turns, turnsMetrics(turns, times));
  validateResult(asked.network, chipOf(asked), { ...result, sets: sets! });
}

/** Demands that the copies that run a set are written when the reference writes them, group by group. */
function expectSameCopies(
  turns: Turns,
  ready: readonly (readonly (readonly number[])[])[],
  sets: readonly LayerSets[],
  text: string,
): void {
  sets.forEach((own, slice) => {
    expect(own.ready, text).toHaveLength(groupsOf(turns).length);
    own.ready!.forEach((ofGroup, group) => {
      expect(Array.from(ofGroup), text).toEqual(ready[group]![slice]);
    });
  });
}

function expectFigures(result: Schedule, asked: TurnsCase, turns: Turns, metrics: TurnsMetrics): void {
  const { rounds, layers, writes, writingCycles, exposedWritingCycles, peWritesPerInference, ...rest } =
    metrics;
  const { groupEndCycles, intervalCycles, ...always } = rest;
  const { batch, group, reload, writeCycles } = turns;
  const text = describeTurns(asked);
  const inTurns = { writes, writingCycles, exposedWritingCycles, peWritesPerInference };
  expect(result, text).toMatchObject({
    ...{ ...always, layers, totalPes: turns.totalPes, latencyNs: metrics.cycles * CYCLE_NS },
    speedup: metrics.baselineCycles / metrics.cycles,
    ...{ batch, group, groupEndCycles, intervalCycles },
    ...(rounds.length > 1 ? { ...inTurns, rounds, roundCount: rounds.length, reload, writeCycles } : {}),
  });
  if (rounds.length === 1) return;
  const { writeEnergyPjPerInference = 0, lifetimeYears = 0 } = result;
  expect(writeEnergyPjPerInference / ((writes / group) * PE_WRITE_PJ), text).toBeCloseTo(1, 9);
  const years = ((ENDURANCE / peWritesPerInference) * intervalCycles * CYCLE_NS) / YEAR_NS;
  if (years === 0) expect(lifetimeYears, text).toBe(0);
  else expect(lifetimeYears / years, text).toBeCloseTo(1, 9);
}

/** Schedules a case layer by layer and demands starts and ends of layers to be those of the reference. */
export function expectSameLayerByLayer(asked: TurnsCase): void {
  const turns = turnsOf(asked);
  const { rounds: _, ...options } = optionsOf(asked, turns);
  const lbl = { ...options, scheduling: 'lbl', keepSets: true } as const;
  const result = schedule(asked.network, chipOf(asked), lbl);
  const layers = layersInTurns(turns);
  const text = describeTurns(asked);
  const last = layers.filter(({ slice }) => slice === turns.slices.length - 1);
  expect(result.cycles, text).toBe(last.at(-1)!.end);
  expect(result.groupEndCycles, text).toEqual(last.map(({ end }) => end));
  turns.slices.forEach(({ name }, slice) => {
    const own = layers.filter((layer) => layer.slice === slice);
    const { startCycle, endCycle } = result.layers[slice]!;
    expect([name, startCycle, endCycle], text).toEqual([name, own[0]!.start, own.at(-1)!.end]);
  });
  validateResult(asked.network, chipOf(asked), result);
}
