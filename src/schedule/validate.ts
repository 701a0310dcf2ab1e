import { isBase, type Layer, mvms, type Network } from '../network/network.ts';
import type { OnProgress } from '../progress.ts';
import { type Availability, lastReadersOf, readBy } from './availability.ts';

/** Start and finish cycles of every set of every base layer, as far as a validation needs them. */
export interface ScheduledLayer {
  /** Index into `Network.layers`. */
  readonly layer: number;
  /** Rows of a set that is not cut. */
  readonly setHeight: number;
  /** Columns of a set that is not cut. */
  readonly setWidth: number;
  /** `d` of spec.md. */
  readonly copies: number;
  /** Cycle in which set `k` starts; sets are counted row-major from 0. */
  start(k: number): number;
  /** Cycle in which set `k` is finished: its last result is out. */
  finish(k: number): number;
  /** Where it is told: the copy that runs set `k`; undefined where its MVMs are spread over all copies. */
  copy?(k: number): number | undefined;
}

/**
 * Checks a finished schedule of one inference against spec.md section 4, by brute force and without
 * anything of the engine: it follows every position of every OFM, asks when everything that the position
 * reads is there, and demands that each set starts then, or as soon as its layer lets it.
 *
 * @param layers one per base layer, in the order of the file.
 * @param cycles the latency that the schedule claims.
 * @param onProgress is told from layer to layer how far the check is.
 * @param resultCycles cycles from the start of an MVM to its result, above 1 where MVMs overlap.
 * @throws Error that names the layer, the set and what is violated. A wrong schedule is a bug of ours.
 */
export function validateSchedule(
  network: Network,
  layers: readonly ScheduledLayer[],
  cycles: number,
  onProgress?: OnProgress,
  resultCycles = 1,
): void {
  const scheduled = byLayer(network, layers);
  const lastReaders = lastReadersOf(network);
  const available = new Map<number, Availability>();
  let lastFinish = 0;

  const work = workOf(network);
  let done = 0;
  network.layers.forEach((layer, index) => {
    onProgress?.(done / work);
    done += mvms(layer);
    if (lastReaders[index] === undefined && !isBase(layer)) return; // no base layer needs it
    const ready = readBy(network, layer, available);
    const schedule = scheduled.get(index);
    if (schedule === undefined) {
      available.set(index, ready);
    } else {
      const checked = checkLayer(layer, schedule, ready, resultCycles);
      available.set(index, checked.finishes);
      lastFinish = Math.max(lastFinish, checked.lastFinish);
    }
    // A map is kept no longer than it is read: an 8K frame has tens of millions of positions a layer.
    if (lastReaders[index] === undefined) available.delete(index);
    for (const { from } of layer.inputs) if (lastReaders[from] === index) available.delete(from);
  });
  if (cycles !== lastFinish) {
    throw new Error(
      `the schedule claims ${cycles} cycles, but its last set is finished at cycle ${lastFinish}`,
    );
  }
}

/** Positions of all layers, each of which is looked at. */
function workOf({ layers }: Network): number {
  return layers.reduce((sum, layer) => sum + mvms(layer), 0);
}

/** The schedules by index of their layer, after checking that there is exactly one for every base layer. */
function byLayer(network: Network, layers: readonly ScheduledLayer[]): Map<number, ScheduledLayer> {
  const expected = network.layers.flatMap((layer, index) => (isBase(layer) ? [index] : []));
  const given = layers.map(({ layer }) => layer);
  if (expected.length !== given.length || expected.some((index, b) => index !== given[b])) {
    throw new Error(`the schedule has the layers [${given}], but the base layers are [${expected}]`);
  }
  for (const { layer, setHeight, setWidth, copies } of layers) {
    if ([setHeight, setWidth, copies].some((value) => !Number.isSafeInteger(value) || value < 1)) {
      throw new Error(
        `layer ${network.layers[layer]!.name}: sets of ${setHeight} x ${setWidth} on ${copies} copies`,
      );
    }
  }
  return new Map(layers.map((schedule) => [schedule.layer, schedule]));
}

/** Checks every set of a base layer; returns when each position of its OFM is there, and the last of them. */
function checkLayer(
  layer: Layer,
  schedule: ScheduledLayer,
  ready: Availability,
  resultCycles: number,
): { finishes: Float64Array; lastFinish: number } {
  const { height, width } = layer.shape;
  const { setHeight, setWidth } = schedule;
  const finishes = new Float64Array(height * width);
  let lastFinish = 0;
  let k = 0;
  for (let top = 0; top < height; top += setHeight) {
    for (let left = 0; left < width; left += setWidth, k++) {
      const bottom = Math.min(top + setHeight, height);
      const right = Math.min(left + setWidth, width);
      const finish = schedule.finish(k);
      let inputsReady = 0;
      for (let y = top; y < bottom; y++) {
        finishes.fill(finish, y * width + left, y * width + right);
        if (ready === undefined) continue;
        for (let x = left; x < right; x++) inputsReady = Math.max(inputsReady, ready[y * width + x]!);
      }
      const pixels = (bottom - top) * (right - left);
      checkSet(layer, schedule, k, pixels, resultCycles, inputsReady);
      lastFinish = Math.max(lastFinish, finish);
    }
  }
  return { finishes, lastFinish };
}

/** Stage III and IV for one set of `pixels` pixels, whose inputs are there at cycle `inputsReady`. */
function checkSet(
  layer: Layer,
  schedule: ScheduledLayer,
  k: number,
  pixels: number,
  resultCycles: number,
  inputsReady: number,
) {
  const { copies } = schedule;
  const start = schedule.start(k);
  const finish = schedule.finish(k);
  const previousStart = k >= 1 ? schedule.start(k - 1) : 0;
  // The last MVM of a set starts in the cycle before its copy is free.
  const copyFree = k >= copies ? schedule.finish(k - copies) - resultCycles + 1 : 0;
  const cycles = pixels - 1 + resultCycles;
  const earliest = Math.max(previousStart, copyFree, inputsReady);
  const claimed = schedule.copy?.(k) ?? k % copies;
  if (finish - start === cycles && start === earliest && claimed === k % copies) return;

  // What follows only words the error.
  let problem = `it could start at cycle ${earliest}`;
  if (claimed !== k % copies) problem = `is on copy ${claimed}, and the rules say ${k % copies}`;
  else if (finish - start !== cycles) problem = `it takes ${finish - start} cycles for ${pixels} pixels`;
  else if (start < previousStart) problem = `it starts before set ${k - 1}, which starts at ${previousStart}`;
  else if (start < copyFree) problem = `copy ${k % copies} runs set ${k - copies} until cycle ${copyFree}`;
  else if (start < inputsReady) problem = `a set that it depends on is finished only at cycle ${inputsReady}`;
  throw new Error(`layer ${layer.name}, set ${k}, cycles ${start} to ${finish}: ${problem}`);
}
