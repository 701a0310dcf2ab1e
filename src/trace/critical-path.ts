import { nameUpTo } from '../input/show.ts';
import type { CriticalPath, Timeline, TimelineLane } from '../picture/timeline.ts';
import { quoted, type SliceText } from './event.ts';
import { SHOWN_NAME, spansOf } from './layer-tracks.ts';
import type { Spans, Stretches } from './spans.ts';
import type { Track } from './track.ts';

/** Steps of the critical path that are on one layer, one behind the other. */
interface PathRun {
  readonly lane: number;
  readonly start: number;
  readonly end: number;
  /** Index of its first step. */
  readonly first: number;
  readonly steps: number;
}

/** The critical path as a line of bars, a bar for each layer that it comes to. */
export class PathTrack implements Track {
  readonly name = '"critical path"';
  readonly isWhole = true;
  readonly #lanes: readonly TimelineLane[];
  readonly #path: CriticalPath;
  readonly #runs: readonly PathRun[];

  constructor({ lanes }: Timeline, path: CriticalPath) {
    this.#lanes = lanes;
    this.#path = path;
    this.#runs = runsOf(path);
  }

  /** How many bars it has. */
  get runs(): number {
    return this.#runs.length;
  }

  spans(): Spans {
    return spansOf(this.#runs);
  }

  text({ index }: Stretches): SliceText {
    const { lane, first, steps, start, end } = this.#runs[index]!;
    const { sets, causes, causeNames } = this.#path;
    const cause = quoted(causeNames[causes[first]!]!);
    const cycles = `"startCycle":${start},"finishCycle":${end}`;
    const args = `"steps":${steps},"firstSet":${sets[first]},"waitedFor":${cause},${cycles}`;
    const name = quoted(nameUpTo(SHOWN_NAME, this.#lanes[lane]!.name));
    return { category: 'critical path', name, args };
  }
}

function runsOf({ lanes, starts, ends }: CriticalPath): PathRun[] {
  const runs: PathRun[] = [];
  for (let first = 0, last = 0; first < lanes.length; first = last + 1) {
    const lane = lanes[first]!;
    for (last = first; lanes[last + 1] === lane; ) last++;
    runs.push({ lane, start: starts[first]!, end: ends[last]!, first, steps: last - first + 1 });
  }
  return runs;
}

/** Tracks that the critical path leads over. */
export interface PathTracks {
  /** The track of a copy of a lane. */
  copy(lane: number, copy: number): Track;
  /** The track on which a copy is written; undefined where there is none. */
  write(lane: number, copy: number): Track | undefined;
}

/** A point that the arrow along the critical path goes to: on the bar that lies there. */
export interface PathPoint {
  readonly track: Track;
  readonly cycle: number;
}

/**
 * The points of the arrow along the critical path, in order.
 *
 * @param isWhole True for a point on every bar, false for one wherever it comes to another track.
 */
export function pathPoints(
  { lanes }: Timeline,
  path: CriticalPath,
  tracks: PathTracks,
  isWhole: boolean,
): PathPoint[] {
  const points: PathPoint[] = [];
  const write = path.causeNames.indexOf('write');
  let before: Track | undefined;
  const add = (track: Track | undefined, cycle: number) => {
    if (track === undefined || (!isWhole && track === before)) return;
    points.push({ track, cycle });
    before = track;
  };
  for (let step = 0; step < path.lanes.length; step++) {
    const lane = lanes[path.lanes[step]!]!;
    const set = path.sets[step]!;
    const copy = lane.isOnCopies ? (set % lane.groupSets) % lane.copies : 0;
    if (path.causes[step] === write) {
      const group = Math.floor(set / lane.groupSets);
      const own = lane.writes?.find((each) => each.group === group && (each.copy ?? copy) === copy);
      if (own !== undefined) add(tracks.write(path.lanes[step]!, copy), own.startCycle);
    }
    // What takes no time has no bar that an arrow could lead to.
    if (lane.times!.ends[set]! > lane.times!.starts[set]!) {
      add(tracks.copy(path.lanes[step]!, copy), path.starts[step]!);
    }
  }
  return points;
}
