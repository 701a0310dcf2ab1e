import { finishAll, raiseStarts, TOO_LATE } from './recurrence.ts';
import type { Split } from './split.ts';
import { TimesByPes } from './times-by-pes.ts';

/** Of one layer and every number of PEs up to it: the copies that were kept, and how they end. */
interface Kept {
  readonly finishes: TimesByPes;
  /** PEs of the layers in front of it. */
  readonly before: Int32Array;
  readonly copies: Int32Array;
  /** No sooner than this is the end, with any copies of the layers behind. */
  readonly ends: Float64Array;
  /** Sum of the finishes. */
  readonly sums: Float64Array;
}

/**
 * Goes through the layers and keeps for every number of PEs the copies that promise to end first, by the tails of
 * {@link Split.backward}: copies that end in time, which may be found or not.
 */
export function* splitCopies(split: Split): Generator<void, number[] | undefined> {
  const { graph, box, cycles } = split.question;
  const kept: Kept[] = [];
  for (let i = 0; i < graph.length; i++) {
    yield;
    const own = keptOf(split, i, kept);
    if (!own.ends.some((end) => end < Infinity)) return undefined;
    kept.push(own);
  }
  const last = kept.at(-1)!;
  let pes = last.ends.reduce((best, end, p) => (end < last.ends[best]! ? p : best), 0);
  if (last.ends[pes]! > cycles) return undefined;
  const copies = [...box.least];
  for (let i = graph.length - 1; i >= 0; i--) {
    const { base } = graph[i]!;
    if (base >= 0) copies[base] = kept[i]!.copies[pes]!;
    pes = kept[i]!.before[pes]!;
  }
  return copies;
}

function keptOf(split: Split, i: number, kept: readonly Kept[]): Kept {
  const layer = split.question.graph[i]!;
  const sets = layer.pixels.length;
  const { pes: most } = split;
  const own: Kept = {
    finishes: new TimesByPes(most, sets),
    before: Int32Array.from({ length: most + 1 }, (_, pes) => pes),
    copies: new Int32Array(most + 1),
    ends: new Float64Array(most + 1).fill(Infinity),
    sums: new Float64Array(most + 1).fill(Infinity),
  };
  const starts = startsOf(split, i, kept);
  const latest = new Int32Array(sets);
  const finishes = new Int32Array(sets);
  for (let pes = 0; pes <= most; pes++) {
    if (layer.base < 0) {
      if (!starts.has(pes)) continue;
      own.finishes.of(pes).set(starts.of(pes));
      own.ends[pes] = kept[i - 1]?.ends[pes] ?? 0;
      continue;
    }
    split.work += sets;
    if (!split.latestFinishes(i, pes, latest)) continue;
    const { from, to } = split.options(layer);
    for (let copies = from; copies <= to; copies++) {
      const before = pes - split.cost(layer, copies);
      if (before < 0) break;
      if (!starts.has(before)) continue;
      split.work += sets;
      if (finishAll(starts.times, before * sets, layer, copies, latest, finishes) === TOO_LATE) continue;
      keepBetter(
        own,
        pes,
        before,
        copies,
        finishes,
        endOf(finishes, latest, split.question.cycles, kept[i - 1]?.ends[before] ?? 0),
      );
    }
  }
  return own;
}

function endOf(finishes: Int32Array, latest: Int32Array, cycles: number, before: number): number {
  let end = before;
  for (let k = 0; k < finishes.length; k++) end = Math.max(end, finishes[k]! + cycles - latest[k]!);
  return end;
}

function keepBetter(
  own: Kept,
  pes: number,
  before: number,
  copies: number,
  finishes: Int32Array,
  end: number,
): void {
  if (end > own.ends[pes]!) return;
  const sum = finishes.reduce((total, finish) => total + finish, 0);
  if (end === own.ends[pes]! && sum >= own.sums[pes]!) return;
  own.finishes.of(pes).set(finishes);
  own.before[pes] = before;
  own.copies[pes] = copies;
  own.ends[pes] = end;
  own.sums[pes] = sum;
}

/** When all sets of layer `i` have what they wait for, with the copies that were kept for every number of PEs in front of it. */
function startsOf({ question: { graph }, pes: most }: Split, i: number, kept: readonly Kept[]): TimesByPes {
  const { pixels, release, sources } = graph[i]!;
  const starts = new TimesByPes(most, pixels.length);
  for (let pes = 0; pes <= most; pes++) {
    if (kept[i - 1]?.ends[pes] === Infinity) continue;
    const own = starts.of(pes).fill(release);
    // Whose layers in front of it took fewer PEs.
    let at = pes;
    for (let j = i - 1; j >= 0; j--) {
      for (const edge of sources) if (edge.layer === j) raiseStarts(own, edge.sets, kept[j]!.finishes.of(at));
      at = kept[j]!.before[at]!;
    }
    starts.same[pes] = pes;
  }
  return starts;
}
