import { expect } from 'vitest';
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { SimulationEngine, type SimulationRun } from '../../../src/simulate/play/engine.ts';

/** A run, and how many inferences of it were not played. */
export interface Repeating {
  readonly run: SimulationRun;
  readonly skipped: number;
}

function play(graph: SimulationGraph, playsAll: boolean, limit?: number) {
  const engine = new SimulationEngine({ playsAll });
  try {
    engine.load(graph);
    engine.play(undefined, limit);
    const { isLate, events, skippedInferences: skipped } = engine;
    return { isLate, events, skipped, run: isLate ? undefined : engine.run() };
  } finally {
    engine.release();
  }
}

/** Plays a graph inference by inference, and with what repeats left out; nothing that is told may differ. */
export function expectSameIfSkipped(graph: SimulationGraph): Repeating {
  const all = play(graph, true);
  const { skipped, ...some } = play(graph, false);
  expect(some).toEqual({ isLate: all.isLate, events: all.events, run: all.run });
  expect(all.skipped).toBe(0);
  return { run: all.run!, skipped };
}

/** The same of a run that is stopped when it is later than a limit. */
export function expectSameUntil(graph: SimulationGraph, limit: number): void {
  const { skipped: _, ...all } = play(graph, true, limit);
  const { skipped: __, ...some } = play(graph, false, limit);
  expect(some).toEqual(all);
}
