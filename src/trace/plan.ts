import type { Timeline } from '../picture/timeline.ts';
import { type Counter, changesOf, utilizationCounter } from './counters.ts';
import { type PathPoint, PathTrack, pathPoints } from './critical-path.ts';
import type { TrackId } from './event.ts';
import { type CopyTrack, copyTracks, LayerTrack, type WriteTrack, writeTracks } from './layer-tracks.ts';
import { GapCounts } from './spans.ts';
import type { Track } from './track.ts';

/** What a trace shows: tracks in groups with their numbers, counters, and the arrow. */
export interface TracePlan {
  /** How many events that is. */
  readonly events: number;
  /** What is not as it was for the sake of that, in sentences. */
  readonly leftOut: readonly string[];
  /** In the order in which they stand. */
  readonly groups: readonly PlannedGroup[];
  /** Gaps between bars up to this one are closed, but for tracks that stay whole; -1 for none. */
  readonly gap: number;
  /** Values over time, each in a group. */
  readonly counters: readonly { readonly pid: number; readonly counter: Counter }[];
  /** Where the arrow along the critical path leads, from point to point; none, or two at least. */
  readonly arrow: readonly { readonly track: TrackId; readonly cycle: number }[];
}

/** Tracks that stand together. */
export interface PlannedGroup {
  /** Its number. */
  readonly pid: number;
  /** Its name as JSON text. */
  readonly name: string;
  /** From top to bottom. */
  readonly tracks: readonly PlannedTrack[];
}

/** A line of bars with its number, which no track of another group has. */
export interface PlannedTrack extends TrackId {
  readonly track: Track;
}

const CHIP = 1;
const LAYERS = 2;
const WRITES = 3;
/** Beyond the numbers of groups, so that no track is taken for the main thread of a process. */
const FIRST_TID = 101;
const GROUP_EVENTS = 2;
const TRACK_EVENTS = 2;

/**
 * What to show with so many events at most: all there is; or else with sets that follow close on one another as one bar, so
 * that the whole time stays visible; or else without copies. A bar per layer is always there, with more events if need be.
 */
export function planOf(timeline: Timeline, mostEvents: number): TracePlan {
  const content = new Content(timeline);
  const all: Detail = { hasCopies: true, gap: -1, path: 'every bar' };
  if (content.events(all) <= mostEvents) return content.plan(all);
  const path = content.pathFor(mostEvents);
  const gap = content.gapFor(mostEvents, path);
  if (gap !== undefined) return content.plan({ hasCopies: true, gap, path });
  const details = PATHS.slice(1).map((each): Detail => ({ hasCopies: false, gap: -1, path: each }));
  return content.plan(details.find((each) => content.events(each) <= mostEvents) ?? details.at(-1)!);
}

/** Ways to show the critical path, from the most events to the fewest: arrows from bar to bar or from track to track, or none. */
const PATHS = ['every bar', 'every track', 'no arrows', 'none'] as const;

/** How much is shown. */
interface Detail {
  /** False where layers have one bar each, and no copies below them. */
  readonly hasCopies: boolean;
  /** See {@link TracePlan.gap}. */
  readonly gap: number;
  /** How the critical path is shown. */
  readonly path: (typeof PATHS)[number];
}

/** All that a trace may show, and what it takes. */
class Content {
  readonly #timeline: Timeline;
  readonly #utilization: Counter;
  readonly #path: PathTrack | undefined;
  readonly #layers: readonly LayerTrack[];
  /** Per layer. */
  readonly #copies: readonly (readonly CopyTrack[])[];
  readonly #writes: readonly WriteTrack[];
  /** Of copies and writes. */
  readonly #counts = new GapCounts();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.#utilization = utilizationCounter(timeline);
    this.#path = timeline.critical && new PathTrack(timeline, timeline.critical);
    this.#layers = timeline.lanes.map((lane) => new LayerTrack(lane));
    this.#copies = timeline.lanes.map(copyTracks);
    this.#writes = writeTracks(timeline);
    for (const track of [...this.#copies.flat(), ...this.#writes]) this.#counts.add(track.spans());
  }

  /** How many events it takes to show so much. */
  events({ hasCopies, gap, path }: Detail): number {
    const { tracks } = this.#counts;
    const layers = 2 * GROUP_EVENTS + this.#layers.length * (TRACK_EVENTS + 1);
    const counter = [...changesOf(this.#utilization, this.#timeline.cycles)].length;
    const writes = this.#writes.length > 0 && hasCopies ? GROUP_EVENTS : 0;
    const copies = hasCopies ? tracks * TRACK_EVENTS + this.#counts.spansWith(gap) : 0;
    return layers + counter + writes + copies + this.#pathEvents({ hasCopies, gap, path });
  }

  /** The most of the critical path that takes half of the events at most: it is what is looked at first. */
  pathFor(mostEvents: number): Detail['path'] {
    const events = (path: Detail['path']) => this.#pathEvents({ hasCopies: true, gap: 0, path });
    return PATHS.slice(1).find((path) => events(path) <= mostEvents / 2) ?? 'none';
  }

  /** The shortest gap to close, -1 for none; undefined where copies have to be left out. */
  gapFor(mostEvents: number, path: Detail['path']): number | undefined {
    const least = { hasCopies: true, gap: Number.MAX_SAFE_INTEGER, path };
    const others = this.events(least) - this.#counts.spansWith(least.gap);
    return this.#counts.gapFor(mostEvents - others);
  }

  /** What is shown with which numbers. */
  plan(detail: Detail): TracePlan {
    const { hasCopies, path } = detail;
    const numbers = new Map<Track, TrackId>();
    const group = (pid: number, name: string, tracks: readonly Track[]): PlannedGroup => {
      for (const track of tracks) numbers.set(track, { pid, tid: FIRST_TID + numbers.size });
      return { pid, name, tracks: tracks.map((track) => ({ ...numbers.get(track)!, track })) };
    };
    const chip = this.#path === undefined || path === 'none' ? [] : [this.#path];
    const layers = this.#layers.flatMap((layer, i) => [layer, ...(hasCopies ? this.#copies[i]! : [])]);
    const groups = [group(CHIP, '"chip"', chip), group(LAYERS, '"layers"', layers)];
    if (hasCopies && this.#writes.length > 0) groups.push(group(WRITES, '"writes"', this.#writes));
    return {
      events: this.events(detail),
      leftOut: this.#leftOut(detail),
      groups,
      gap: detail.gap,
      counters: [{ pid: CHIP, counter: this.#utilization }],
      arrow: this.#points(detail).map(({ track, cycle }) => ({ track: numbers.get(track)!, cycle })),
    };
  }

  #pathEvents(detail: Detail): number {
    if (this.#path === undefined || detail.path === 'none') return 0;
    return TRACK_EVENTS + this.#path.runs + this.#points(detail).length;
  }

  /** Where the arrow goes from track to track. */
  #points({ hasCopies, path }: Detail): PathPoint[] {
    const { critical } = this.#timeline;
    if (critical === undefined || path === 'none' || path === 'no arrows') return [];
    const writes = new Map(this.#writes.map((track) => [`${track.lane}:${track.copy ?? ''}`, track]));
    const tracks = {
      copy: (lane: number, copy: number) => (hasCopies ? this.#copies[lane]![copy]! : this.#layers[lane]!),
      write: (lane: number, copy: number) => writes.get(`${lane}:${copy}`) ?? writes.get(`${lane}:`),
    };
    const points = pathPoints(this.#timeline, critical, tracks, path === 'every bar');
    // One bar alone has no arrow.
    return points.length > 1 ? points : [];
  }

  #leftOut({ hasCopies, gap, path }: Detail): string[] {
    const { spans } = this.#counts;
    const said: string[] = [];
    if (!hasCopies) said.push(`copies are left out, and their ${spans} sets and writes with them`);
    else if (gap >= 0) {
      const bars = this.#counts.spansWith(gap);
      said.push(
        `${spans} sets and writes are ${bars} bars: those of a copy that are ${gap} cycles apart or less are one`,
      );
    }
    if (this.#path === undefined) return said;
    if (path === 'no arrows') said.push('the arrow along the critical path is left out');
    if (path === 'none') said.push('the critical path is left out');
    return said;
  }
}
