import { expect } from 'vitest';
import { Layer } from '../../assembly/schedule/layout.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Reads } from '../../src/network/reads.ts';
import type { Granularity } from '../../src/workload/granularity.ts';
import { lower } from '../../src/workload/problem.ts';
import { type LayerDraft, networkOf } from './agreement.ts';

const sharing = new Engine();
const always = new Engine({ templates: 'always' });
/** Computes every set. */
export const plain = new Engine({ templates: 'never' });

/** Reads of a window, not dilated. */
export const window = (kernel: number, stride = 1, padding = 0): Reads => ({
  kind: 'window',
  kernel,
  stride,
  dilation: 1,
  padding,
});
/** Start, end and finishes of all sets of layers. */
export function timesOf(engine: Engine, layers: readonly number[]) {
  return layers.map((layer) => ({
    start: engine.startCycle(layer),
    end: engine.endCycle(layer),
    sets: Array.from(engine.finishes(layer)),
  }));
}

/** Demands the same times of every engine, with MVMs that overlap, too; returns how many layers share those of another. */
export function expectSameTimes(
  drafts: readonly LayerDraft[],
  copies: readonly number[],
  granularity: Granularity = 'pixel',
): number {
  const { words, baseLayers } = lower(networkOf(drafts), granularity);
  let shared = 0;
  for (const resultDelay of [0, 5]) {
    const scheduled = (engine: Engine) => {
      engine.load(words);
      engine.setResultDelay(resultDelay);
      engine.schedule(copies);
      return timesOf(engine, baseLayers);
    };
    const expected = scheduled(plain);
    const what = JSON.stringify({ drafts, copies, granularity, resultDelay });
    expect(scheduled(always), what).toEqual(expected);
    expect(scheduled(sharing), what).toEqual(expected);
    const addresses = baseLayers.map((layer) => sharing.layerRecord(layer)[Layer.TIMES]!);
    shared = addresses.length - new Set(addresses).size;
  }
  return shared;
}
