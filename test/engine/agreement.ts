import { expect } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { type Layer, type Network, unreadLayers } from '../../src/network/network.ts';
import type { Reads } from '../../src/network/reads.ts';
import { lower } from '../../src/workload/problem.ts';
import { describeCase, type ScheduleCase } from '../reference/random-network.ts';
import { referenceSchedule } from '../reference/reference.ts';

/** A layer of a network by hand: its map, whether it is a base layer, and per input its index and reads. */
export interface LayerDraft {
  readonly height: number;
  readonly width: number;
  readonly base?: boolean;
  readonly inputs?: readonly (readonly [from: number, rows: Reads, columns: Reads])[];
}

/** A network put together layer by layer, with any reads on any edge. */
export function networkOf(drafts: readonly LayerDraft[]): Network {
  const layers = drafts.map(
    ({ height, width, base = false, inputs = [] }, index): Layer => ({
      name: `layer${index}`,
      op: base ? 'Conv2D' : 'Any',
      shape: { height, width, channels: 1 },
      inputs: inputs.map(([from, rows, columns]) => ({ from, rows, columns })),
      ...(base ? { weights: { rows: 1, columns: 1, groups: 1 } } : {}),
    }),
  );
  return { name: 'by hand', layers, outputs: unreadLayers(layers), warnings: [] };
}

const engines = [
  new Engine({ templates: 'always' }),
  new Engine({ templates: 'never' }),
  new Engine({ alwaysWide: true }),
];

/**
 * Schedules in 32 bits, with and without templates, and in 64 bits, and demands every set's finish to be that of the reference.
 *
 * @param resultCycles λ: cycles from the start of an MVM to its result.
 */
export function expectAgreement(scheduleCase: ScheduleCase, resultCycles = 1): void {
  const { network, copies, granularity } = scheduleCase;
  const reference = referenceSchedule(network, copies, granularity, 1, resultCycles);
  const problem = lower(network, granularity);
  for (const engine of engines) {
    engine.load(problem.words);
    engine.setResultDelay(resultCycles - 1);
    engine.schedule(copies);
    const ours = problem.baseLayers.map((layer) => Array.from(engine.finishes(layer)));
    const theirs = reference.layers.map((layer) => layer.finish);
    expect(ours, describeCase(scheduleCase)).toEqual(theirs);
    const ends = problem.baseLayers.map((layer) => engine.endCycle(layer));
    expect(ends).toEqual(reference.layers.map(({ finish }) => Math.max(...finish)));
    const starts = problem.baseLayers.map((layer) => engine.startCycle(layer));
    expect(starts).toEqual(reference.layers.map(({ start }) => start[0]));
  }
}
