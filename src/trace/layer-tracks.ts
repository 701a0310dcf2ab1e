import { nameUpTo, oneLine } from '../input/show.ts';
import type { LaneWrite, Stretches as StretchesOfTime, Timeline, TimelineLane } from '../picture/timeline.ts';
import { quoted, type SliceText } from './event.ts';
import type { Spans, Stretches } from './spans.ts';
import type { Track } from './track.ts';

/** Names of layers have so many characters at most. */
export const SHOWN_NAME = 64;

/** A layer as one bar, from its first set to its last. */
export class LayerTrack implements Track {
  readonly name: string;
  readonly isWhole = true;
  readonly #lane: TimelineLane;

  constructor(lane: TimelineLane) {
    this.name = quoted(nameUpTo(SHOWN_NAME, lane.name));
    this.#lane = lane;
  }

  spans(): Spans {
    return spansOf([{ start: this.#lane.startCycle, end: this.#lane.endCycle }]);
  }

  text(): SliceText {
    const { op, pes, copies, sets, outputShape, startCycle, endCycle, round } = this.#lane;
    const figures = { op: nameUpTo(SHOWN_NAME, op), ofm: outputShape.join(' x '), pes, copies, sets };
    const args = { ...figures, startCycle, finishCycle: endCycle, ...(round !== undefined && { round }) };
    return { category: 'layer', name: this.name, args: membersOf(args) };
  }
}

/** The sets of one copy of a layer; or all of them, where the MVMs of a set are spread over all copies. */
export class CopyTrack implements Track {
  readonly name: string;
  readonly isWhole = false;
  readonly #lane: TimelineLane;
  readonly #copy: number;

  constructor(lane: TimelineLane, copy: number) {
    const name = nameUpTo(SHOWN_NAME, lane.name);
    this.name = quoted(lane.isOnCopies ? `${name} copy ${copy}` : `${name} all copies`);
    this.#lane = lane;
    this.#copy = copy;
  }

  spans(): Spans {
    return this.#lane.isOnCopies ? new CopySpans(this.#lane, this.#copy) : new SpreadSpans(this.#lane);
  }

  text({ index, count, busyCycles }: Stretches): SliceText {
    const { sets, inferences, times } = this.#lane;
    const own = sets / inferences;
    const set = index % own;
    const inference = inferences > 1 ? `,"inference":${Math.floor(index / own)}` : '';
    if (count > 1) {
      const args = `"sets":${count},"firstSet":${set}${inference},"busyCycles":${busyCycles}`;
      return { category: 'sets', name: `"${count} sets"`, args };
    }
    const cycles = `"startCycle":${times!.starts[index]},"finishCycle":${times!.finishes[index]}`;
    return { category: 'set', name: `"set ${set}"`, args: `"set":${set}${inference},${cycles}` };
  }
}

/** The writing of one copy of a layer, or of all of them at once. */
export class WriteTrack implements Track {
  readonly name: string;
  readonly isWhole = false;
  /** Index of its lane. */
  readonly lane: number;
  /** Which copy; undefined for all of them at once. */
  readonly copy: number | undefined;
  readonly #writes: readonly LaneWrite[];

  constructor(name: string, lane: number, copy: number | undefined, writes: readonly LaneWrite[]) {
    this.name = quoted(`write ${name}${copy === undefined ? '' : ` copy ${copy}`}`);
    this.lane = lane;
    this.copy = copy;
    this.#writes = writes;
  }

  spans(): Spans {
    return spansOf(this.#writes.map(({ startCycle, endCycle }) => ({ start: startCycle, end: endCycle })));
  }

  text({ index, count, busyCycles }: Stretches): SliceText {
    const { group, startCycle, writeCycle, endCycle } = this.#writes[index]!;
    if (count > 1) {
      const args = `"writes":${count},"firstGroup":${group},"busyCycles":${busyCycles}`;
      return { category: 'writes', name: `"${count} writes"`, args };
    }
    const begin = writeCycle === undefined ? '' : `,"writeCycle":${writeCycle}`;
    const args = `"group":${group},"startCycle":${startCycle}${begin},"endCycle":${endCycle}`;
    return { category: 'write', name: '"write"', args };
  }
}

/** When anything that had spilled is fetched for sets of a layer. */
export class FetchTrack implements Track {
  readonly name: string;
  readonly isWhole = false;
  readonly #fetches: readonly { readonly start: number; readonly end: number }[];
  /** When the fetches of sets began, in order. */
  readonly #begins: Float64Array;

  constructor({ name, times }: TimelineLane, { starts, ends }: StretchesOfTime) {
    this.name = quoted(`fetch for ${nameUpTo(SHOWN_NAME, name)}`);
    this.#fetches = Array.from(starts, (start, i) => ({ start, end: ends[i]! }));
    this.#begins = times!.fetchStarts!.filter((begin) => begin >= 0).sort();
  }

  spans(): Spans {
    return spansOf(this.#fetches);
  }

  text({ start, end, count, busyCycles }: Stretches): SliceText {
    const sets = firstFrom(this.#begins, end) - firstFrom(this.#begins, start);
    const args = `"sets":${sets},"busyCycles":${busyCycles},"startCycle":${start},"endCycle":${end}`;
    return { category: 'fetch', name: count > 1 ? `"${count} fetches"` : '"fetch"', args };
  }
}

/** Index of the first of ascending values that is no less than a value. */
function firstFrom(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The tracks of fetching, of all lanes that have any. */
export function fetchTracks({ lanes }: Timeline): FetchTrack[] {
  return lanes.flatMap((lane) => (lane.fetches === undefined ? [] : [new FetchTrack(lane, lane.fetches)]));
}

/** The tracks of the copies of a lane that run any set. */
export function copyTracks(lane: TimelineLane): CopyTrack[] {
  if (lane.sets === 0) return [];
  const tracks = lane.isOnCopies ? Math.min(lane.copies, lane.groupSets) : 1;
  return Array.from({ length: tracks }, (_, copy) => new CopyTrack(lane, copy));
}

/** The tracks of writing, of all lanes: in the order of lanes and copies. */
export function writeTracks({ lanes }: Timeline): WriteTrack[] {
  return lanes.flatMap(({ name, writes: all = [] }, lane) => {
    const byCopy = new Map<number | undefined, LaneWrite[]>();
    for (const write of all) {
      const writes = byCopy.get(write.copy);
      if (writes === undefined) byCopy.set(write.copy, [write]);
      else writes.push(write);
    }
    return [...byCopy]
      .toSorted(([a = 0], [b = 0]) => a - b)
      .map(([copy, writes]) => new WriteTrack(nameUpTo(SHOWN_NAME, name), lane, copy, writes));
  });
}

/** Spans that are in a list. */
export function spansOf(list: readonly { readonly start: number; readonly end: number }[]): Spans {
  const spans = { start: 0, end: 0, index: -1, next };
  function next(): boolean {
    const span = list[spans.index + 1];
    if (span === undefined) return false;
    spans.index++;
    spans.start = span.start;
    spans.end = span.end;
    return true;
  }
  return spans;
}

/** Members of a JSON object, as text. */
function membersOf(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `"${name}":${typeof value === 'number' ? value : quoted(oneLine(value))}`)
    .join();
}

/** The sets that a copy runs, each as long as it holds the copy. */
class CopySpans implements Spans {
  start = 0;
  end = 0;
  index = -1;
  readonly #lane: TimelineLane;
  readonly #copy: number;

  constructor(lane: TimelineLane, copy: number) {
    this.#lane = lane;
    this.#copy = copy;
  }

  next(): boolean {
    const { copies, groupSets, sets, times } = this.#lane;
    let index = this.index < 0 ? this.#copy : this.index + copies;
    // Every group begins again with the first copy.
    const group = this.index < 0 ? 0 : Math.floor(this.index / groupSets);
    if (index >= (group + 1) * groupSets) index = (group + 1) * groupSets + this.#copy;
    if (index >= sets) return false;
    this.index = index;
    this.start = times!.starts[index]!;
    this.end = times!.ends[index]!;
    return true;
  }
}

/** Sets that are spread over all copies. One may begin in the last cycle of the one before: it is drawn behind that. */
class SpreadSpans implements Spans {
  start = 0;
  end = 0;
  index = -1;
  readonly #lane: TimelineLane;

  constructor(lane: TimelineLane) {
    this.#lane = lane;
  }

  next(): boolean {
    const { starts, ends } = this.#lane.times!;
    if (this.index + 1 >= starts.length) return false;
    this.index++;
    this.start = Math.max(this.end, starts[this.index]!);
    this.end = Math.max(this.start, ends[this.index]!);
    return true;
  }
}
