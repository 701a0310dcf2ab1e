import { nameUpTo } from '../input/show.ts';
import { copyOf, tilesOf } from '../picture/lane-copies.ts';
import type { CriticalPath, LaneWrite, Timeline, TimelineLane } from '../picture/timeline.ts';
import { quoted, type SliceText } from './event.ts';
import { SHOWN_NAME, spansOf, type WriteTrack } from './layer-tracks.ts';
import type { Spans, Stretches } from './spans.ts';
import { GpeuTrack } from './tile-tracks.ts';
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

/** Tracks that the critical path may lead over. */
export interface PathTracks {
  /** Per lane. */
  readonly layers: readonly Track[];
  /** Per lane its copies; absent where the arrow leads from layer to layer. */
  readonly copies?: readonly (readonly Track[])[];
  readonly writes?: readonly WriteTrack[];
  readonly tiles?: readonly Track[];
}

/** A point that the arrow along the critical path goes to: on the bar that lies there. */
export interface PathPoint {
  readonly track: Track;
  readonly cycle: number;
}

/**
 * The points of the arrow along the critical path, in order. What takes no time has no bar, and is passed over.
 *
 * @param isWhole True for a point on every bar, false for one wherever it comes to another track.
 */
export function pathPoints(
  { lanes, nodes }: Timeline,
  path: CriticalPath,
  tracks: PathTracks,
  isWhole: boolean,
): PathPoint[] {
  const points: PathPoint[] = [];
  const write = path.causeNames.indexOf('write');
  const writeTracks = new Map(tracks.writes?.map((track) => [`${track.lane}:${track.copy ?? ''}`, track]));
  const gpeus = new Map(
    tracks.tiles?.flatMap((track) => (track instanceof GpeuTrack ? [[track.tile, track]] : [])),
  );
  const add = (track: Track | undefined, cycle: number) => {
    if (track !== undefined && (isWhole || track !== points.at(-1)?.track)) points.push({ track, cycle });
  };
  for (let step = 0; step < path.lanes.length; step++) {
    const at = path.lanes[step]!;
    const lane = lanes[at]!;
    const set = path.sets[step]!;
    const copy = lane.isOnCopies ? copyOf(lane, set) : 0;
    if (path.causes[step] === write && tracks.writes !== undefined) {
      const own = writeOf(lane, set, copy);
      if (own !== undefined) {
        // PEs that are free earlier are written earlier: the path comes to those that were free last.
        const from = Math.max(own.startCycle, points.at(-1)?.cycle ?? 0);
        add(writeTracks.get(`${at}:${copy}`) ?? writeTracks.get(`${at}:`), from);
      }
    }
    const start = path.starts[step]!;
    const { starts, ends, finishes } = lane.times!;
    const { kind } = nodes[lane.node]!;
    if (tracks.copies === undefined || kind === 'input') {
      if (start < lane.endCycle) add(tracks.layers[at], start);
    } else if (kind === 'base') {
      if (ends[set]! > starts[set]!) add(tracks.copies[at]![copy], start);
    } else {
      const cycles = lane.home?.gpeuCycles[set % (lane.sets / lane.inferences)] ?? 0;
      if (cycles > 0) add(gpeus.get(tilesOf(lane, set).at(-1)!), finishes[set]! - cycles);
    }
  }
  return points;
}

/** The writing of the copy that a set runs on. */
function writeOf({ writes, groupSets }: TimelineLane, set: number, copy: number): LaneWrite | undefined {
  const group = Math.floor(set / groupSets);
  return writes?.find((each) => each.group === group && (each.copy ?? copy) === copy);
}
