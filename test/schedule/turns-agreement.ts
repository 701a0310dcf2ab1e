import { expect } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { normalArchitecture } from '../../src/architecture/normal-architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import { type ScheduleOptions, schedule } from '../../src/schedule/schedule.ts';
import type { Schedule } from '../../src/schedule/schedule-result.ts';
import type { LayerSets } from '../../src/schedule/sets.ts';
import type { LayerInTurns } from '../../src/schedule/turns-to-validate.ts';
import { validateTurns } from '../../src/schedule/validate-turns.ts';
import { groupsOf, referenceTurns, type Turns } from '../reference/turns.ts';
import { describeTurns, type TurnsCase, turnsOf } from '../reference/turns-case.ts';
import { layersInTurns } from '../reference/turns-layer-by-layer.ts';
import { type TurnsMetrics, turnsMetrics } from '../reference/turns-metrics.ts';

/** Time of a cycle in the chips of cases. */
const CYCLE_NS = 10;

/** A chip whose crossbars have one cell, on which a case means what it says. */
export function chipOf({ writeCycles, parallelWrites, resultCycles }: TurnsCase): Architecture {
  return {
    ...{ ...paper, name: 'cells', crossbarRows: 1, crossbarColumns: 1 },
    ...{ mvmLatencyNs: resultCycles * CYCLE_NS, mvmIntervalNs: CYCLE_NS, peWriteNs: writeCycles * CYCLE_NS },
    ...(parallelWrites === undefined ? {} : { parallelWrites }),
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
  expectValid(asked, turns, sets!, result);
}

/** Demands that what `--validate` does accepts a schedule. */
function expectValid(asked: TurnsCase, turns: Turns, sets: readonly LayerSets[], result: Schedule): void {
  const layers = sets.map((own, slice): LayerInTurns => {
    const { index, of, pes } = turns.slices[slice]!;
    return { ...own, pesPerCopy: pes, slice: of === 1 ? undefined : { index, of } };
  });
  const { cycles, groupEndCycles = [cycles] } = result;
  const { batch, group, reload, resultCycles, totalPes, rounds } = turns;
  const claims = { cycles, groupEndCycles, batch, group, reload, resultCycles, totalPes, rounds };
  validateTurns(asked.network, { ...claims, layers, writing: normalArchitecture(chipOf(asked)).writing });
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
}

/** Schedules a case layer by layer and demands starts and ends of layers to be those of the reference. */
export function expectSameLayerByLayer(asked: TurnsCase): void {
  const turns = turnsOf(asked);
  const { rounds: _, ...options } = optionsOf(asked, turns);
  const result = schedule(asked.network, chipOf(asked), { ...options, scheduling: 'lbl' });
  const layers = layersInTurns(turns);
  const text = describeTurns(asked);
  expect(result.cycles, text).toBe(layers.at(-1)!.end);
  turns.slices.forEach(({ name }, slice) => {
    const own = layers.filter((layer) => layer.slice === slice);
    const { startCycle, endCycle } = result.layers[slice]!;
    expect([name, startCycle, endCycle], text).toEqual([name, own[0]!.start, own.at(-1)!.end]);
  });
}
