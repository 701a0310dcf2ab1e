import { isBase, mvms, type Network } from '../network/network.ts';
import type { OnProgress } from '../progress.ts';
import { type Availability, lastReadersOf, readBy } from './availability.ts';
import { rectangle } from './sets.ts';
import {
  checkShape,
  groupsOf,
  isOneRound,
  type LayerInTurns,
  type Run,
  runsOf,
  setsOf,
  type TurnsToValidate,
} from './turns-to-validate.ts';
import { validateWriting } from './validate-writing.ts';

/**
 * Checks a finished schedule in turns, or of a batch, against spec.md section 9, by brute force and without anything of
 * the engine: that every set starts when all that it reads is there, of all slices, and when its copy is written and
 * free; that every copy is written when the rules say; and, by giving every copy PEs of the chip, that no PE holds two.
 *
 * @param onProgress is told from layer to layer how far the check is.
 * @throws Error that names the layer, the set or copy and what is violated. A wrong schedule is a bug of ours.
 */
export function validateTurns(network: Network, turns: TurnsToValidate, onProgress?: OnProgress): void {
  checkShape(network, turns);
  const silent = turns.layers.find(({ ready }) => ready?.length !== groupsOf(turns).length);
  if (silent !== undefined && !isOneRound(turns)) {
    throw new Error(`layer ${silent.name}: does not say for each group when its copies are written`);
  }
  const lastReaders = lastReadersOf(network);
  const ends: number[] = []; // per inference
  for (const run of runsOf(turns)) {
    for (let inference = run.first; inference < run.first + run.inferences; inference++) {
      const progress = (share: number) => onProgress?.((inference + share) / turns.batch);
      ends.push(checkInference(network, turns, { ...run, inference }, lastReaders, progress));
    }
  }
  validateWriting(network, turns);
  checkEnds(turns, ends);
}

/** An inference of a run. */
interface Pass extends Run {
  readonly inference: number;
}

/** Checks the sets of one inference of all layers; returns when the last of them is finished. */
function checkInference(
  network: Network,
  turns: TurnsToValidate,
  pass: Pass,
  lastReaders: readonly (number | undefined)[],
  progress: OnProgress,
): number {
  const available = new Map<number, Availability>();
  const work = network.layers.reduce((sum, layer) => sum + mvms(layer), 0);
  let done = 0;
  let end = 0;
  network.layers.forEach((layer, index) => {
    progress(done / work);
    done += mvms(layer);
    if (lastReaders[index] === undefined && !isBase(layer)) return; // no base layer needs it
    const ready = readBy(network, layer, available);
    if (isBase(layer)) {
      const finishes = new Float64Array(mvms(layer));
      for (const slice of turns.layers) {
        if (slice.layer !== index) continue;
        end = Math.max(end, checkSlice(network, turns, slice, pass, ready, finishes));
      }
      available.set(index, finishes);
    } else {
      available.set(index, ready);
    }
    if (lastReaders[index] === undefined) available.delete(index);
    for (const { from } of layer.inputs) if (lastReaders[from] === index) available.delete(from);
  });
  return end;
}

/**
 * Checks the sets of a slice in one inference, and raises `finishes`, when each position of the layer's OFM is there.
 * Returns when the last set is finished.
 */
function checkSlice(
  network: Network,
  turns: TurnsToValidate,
  slice: LayerInTurns,
  pass: Pass,
  ready: Availability,
  finishes: Float64Array,
): number {
  const { shape } = network.layers[slice.layer]!;
  const count = setsOf(network, slice);
  const { setHeight, setWidth } = slice;
  let end = 0;
  for (let set = 0; set < count; set++) {
    const { y: top, x: left, height, width } = rectangle({ ofm: shape, setHeight, setWidth }, set);
    const finish = slice.finish(pass.inference * count + set);
    let inputsReady = 0;
    for (let y = top; y < top + height; y++) {
      for (let at = y * shape.width + left; at < y * shape.width + left + width; at++) {
        finishes[at] = Math.max(finishes[at]!, finish);
        if (ready !== undefined) inputsReady = Math.max(inputsReady, ready[at]!);
      }
    }
    checkSet(turns, slice, pass, { set, count, pixels: height * width, inputsReady });
    end = Math.max(end, finish);
  }
  return end;
}

/** One set: which of how many, its pixels, and when all that it reads is there. */
interface CheckedSet {
  readonly set: number;
  readonly count: number;
  readonly pixels: number;
  readonly inputsReady: number;
}

/** Checks when a set starts: its number in the run is `k`, and the run's first set is `origin` in that of the batch. */
function checkSet(
  turns: TurnsToValidate,
  slice: LayerInTurns,
  { group, first, inference }: Pass,
  { set, count, pixels, inputsReady }: CheckedSet,
): void {
  const { resultCycles } = turns;
  const origin = first * count;
  const k = (inference - first) * count + set;
  const copy = k % slice.copies;
  const start = slice.start(origin + k);
  const finish = slice.finish(origin + k);
  const previousStart = k >= 1 ? slice.start(origin + k - 1) : 0;
  const copyFree = k >= slice.copies ? slice.finish(origin + k - slice.copies) + 1 - resultCycles : 0;
  const copyReady = isOneRound(turns) ? 0 : slice.ready![group]![copy]!;
  const earliest = Math.max(previousStart, copyFree, copyReady, inputsReady);
  const duration = pixels - 1 + resultCycles;
  const claimed = slice.copy?.(origin + k) ?? copy;
  if (finish - start === duration && start === earliest && claimed === copy) return;

  // What follows only words the error.
  let problem = `it could start at cycle ${earliest}`;
  if (claimed !== copy) problem = `is on copy ${claimed}, and the rules say ${copy}`;
  else if (finish - start !== duration)
    problem = `it takes ${finish - start} cycles for ${pixels} pixels, not ${duration}`;
  else if (start < previousStart) problem = `it starts before the set before it, at ${previousStart}`;
  else if (start < copyFree) problem = `copy ${copy} runs set ${k - slice.copies} until cycle ${copyFree}`;
  else if (start < copyReady) problem = `copy ${copy} is written only at cycle ${copyReady}`;
  else if (start < inputsReady) problem = `a set that it depends on is finished only at cycle ${inputsReady}`;
  const where = `group ${group}, set ${k} (set ${set} of inference ${inference})`;
  throw new Error(`layer ${slice.name}, ${where}, cycles ${start} to ${finish}: ${problem}`);
}

/** Checks what the schedule claims of the ends of its groups, given those of all inferences. */
function checkEnds(turns: TurnsToValidate, ends: readonly number[]): void {
  const { cycles, groupEndCycles } = turns;
  const groups = groupsOf(turns);
  if (groupEndCycles.length !== groups.length) {
    throw new Error(`the schedule claims ${groupEndCycles.length} groups, and there are ${groups.length}`);
  }
  let end = 0;
  for (const { group, first, inferences } of groups) {
    for (const own of ends.slice(first, first + inferences)) end = Math.max(end, own);
    if (groupEndCycles[group] !== end) {
      throw new Error(
        `the schedule claims that group ${group} ends at cycle ${groupEndCycles[group]}, and it does at ${end}`,
      );
    }
  }
  if (cycles !== end) {
    throw new Error(`the schedule claims ${cycles} cycles, but its last set is finished at cycle ${end}`);
  }
}
