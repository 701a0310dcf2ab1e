import { mvms, type Network } from '../../../src/network/network.ts';
import { type Availability, readBy } from '../../../src/schedule/availability.ts';
import type { DetailedSchedule } from '../../../src/schedule/schedule-result.ts';
import { rectangle } from '../../../src/schedule/sets.ts';
import type { DetailedSimulation, NodeSets } from '../../../src/simulate/index.ts';
import type { AnySets, Case, ChipName, Planted } from './run-case.ts';

/** A schedule or a simulated run. */
export type AnyResult = DetailedSchedule | DetailedSimulation;

/** An error that is planted, and what has to be said of it. */
export interface Mutant {
  readonly name: string;
  /** In which results; in both where left out. */
  readonly of?: 'schedule' | 'simulation';
  /** On which chips; on all where left out. */
  readonly on?: readonly ChipName[];
  /** Plants it; undefined where nothing of the kind can be wrong. */
  plant<Result extends AnyResult>(from: Case<Result>): Planted<Result> | undefined;
  /** What validation says; undefined where it cannot see it. */
  readonly validation?: RegExp;
  /** What verification says. */
  readonly verification: RegExp;
}

/** What is said of a set that reads too early. */
export const TOO_EARLY = /a set that it depends on is finished only at cycle \d+/;
/** What is said of a set that reads what is not there, or what is left of another inference: both sets. */
export const POISON =
  /layer \S+, set \d+ of inference \d+ \(.*\), cycle \d+: reads row \d+, column \d+ of layer \S+, which .*set \d+ of inference \d+ .*has not produced/;

/** The result with some of what a layer's sets say replaced. */
export function withSets<Result extends AnyResult>(
  result: Result,
  index: number,
  changed: Partial<AnySets>,
): Result {
  const sets = result.sets!.map((own, i) => (i === index ? { ...own, ...changed } : own));
  return { ...result, sets };
}

/** The result in which a set has all that it reads at another time: it is granted what is fetched for it, or runs, then. */
export function withReadAt<Result extends AnyResult>(result: Result, { index, k, cycle }: EarlySet): Result {
  const own = result.sets![index]!;
  if (isFetched(own, k)) {
    const fetchStart = (other: number) => (other === k ? cycle : own.fetchStart(other));
    return withSets(result, index, { fetchStart } as Partial<AnySets>);
  }
  const moved = own.start(k) - cycle;
  return withSets(result, index, {
    start: (other) => (other === k ? cycle : own.start(other)),
    finish: (other) => own.finish(other) - (other === k ? moved : 0),
  });
}

function isFetched(own: AnySets, k: number): own is NodeSets {
  return 'fetchStart' in own && own.fetchStart(k) >= 0;
}

/** A set, and a cycle in which it cannot read yet. */
interface EarlySet {
  readonly index: number;
  readonly k: number;
  readonly cycle: number;
}

/** Positions of a set. */
function positionsOf(sets: AnySets, k: number): Iterable<number> {
  if ('positions' in sets) return sets.positions(k);
  const { y, x, height, width } = rectangle(sets, k);
  return Array.from(
    { length: height * width },
    (_, i) => (y + Math.floor(i / width)) * sets.ofm.width + x + (i % width),
  );
}

/** Per set of a layer (or slice): when all that it reads is finished, by brute force. */
export function readyOf({ network, result }: Case<AnyResult>, index: number): Float64Array {
  const own = result.sets![index]!;
  const perInference = own.count / own.inferences;
  const ready = new Float64Array(own.count);
  for (let inference = 0; inference < own.inferences; inference++) {
    const inputs = inputsReady(network, result.sets!, own.layer, inference);
    for (let k = inference * perInference; k < (inference + 1) * perInference; k++) {
      for (const position of positionsOf(own, k)) ready[k] = Math.max(ready[k]!, inputs?.[position] ?? 0);
    }
  }
  return ready;
}

function inputsReady(
  network: Network,
  sets: readonly AnySets[],
  layer: number,
  inference: number,
): Availability {
  const available = new Map<number, Availability>();
  for (const [index, own] of network.layers.slice(0, layer).entries()) {
    const producers = sets.filter((other) => other.layer === index);
    available.set(
      index,
      producers.length === 0 ? readBy(network, own, available) : finishes(mvms(own), producers, inference),
    );
  }
  return readBy(network, network.layers[layer]!, available);
}

function finishes(positions: number, producers: readonly AnySets[], inference: number): Float64Array {
  const latest = new Float64Array(positions);
  for (const sets of producers) {
    const perInference = sets.count / sets.inferences;
    for (let k = inference * perInference; k < (inference + 1) * perInference; k++) {
      for (const position of positionsOf(sets, k))
        latest[position] = Math.max(latest[position]!, sets.finish(k));
    }
  }
  return latest;
}

/** True where some set of the result reads before all that it reads in the whole network is finished. */
export function readsTooEarly(from: Case<AnyResult>): boolean {
  return from.result.sets!.some((own, index) => {
    const ready = readyOf(from, index);
    return ready.some((cycle, k) => readTime(own, k) < cycle);
  });
}

/** When a set has all that it reads. */
function readTime(own: AnySets, k: number): number {
  const granted = 'fetchStart' in own ? own.fetchStart(k) : -1;
  return granted < 0 ? own.start(k) : granted;
}

/**
 * A set that may read a cycle before all that it reads is finished and break nothing else: it is held by no set before it, nor by
 * its copy, nor by what is written.
 */
export function setThatReadsTooEarly(
  from: Case<AnyResult>,
  isMeant: (sets: AnySets, k: number) => boolean,
): EarlySet | undefined {
  const { result } = from;
  for (const [index, own] of result.sets!.entries()) {
    if ('kind' in own && own.kind === 'input') continue;
    const ready = readyOf(from, index);
    for (let k = 1; k < own.count; k++) {
      const cycle = ready[k]! - 1;
      if (cycle < 0 || !isMeant(own, k) || readTime(own, k) <= cycle || writtenAt(result, own, k) > cycle)
        continue;
      if (isFetched(own, k) || (own.start(k - 1) <= cycle && copyFreeAt(own, k) <= cycle))
        return { index, k, cycle };
    }
  }
  return undefined;
}

/** When the copy of a set has finished all sets before. */
function copyFreeAt(own: AnySets, k: number): number {
  let free = 0;
  for (let other = 0; other < k; other++)
    if (own.copy(other) === own.copy(k)) free = Math.max(free, own.finish(other));
  return free;
}

/** When the copy of a set is written. */
export function writtenAt({ group: size }: AnyResult, own: AnySets, k: number): number {
  const group = Math.floor(Math.floor((k * own.inferences) / own.count) / (size ?? own.inferences));
  if ('writes' in own) {
    const copy = own.copy(k) % own.copies;
    const writes = own.writes.filter((write) => write.group === group && write.copy === copy);
    return writes.reduce((latest, { endCycle }) => Math.max(latest, endCycle), 0);
  }
  return own.ready?.[group]?.[own.copy(k)!] ?? 0;
}
