import type { Timeline } from '../picture/timeline.ts';
import type { SimulationUse } from '../simulate/index.ts';
import {
  type Counter,
  eventsOfCounter,
  linkCounters,
  offChipCounters,
  tileCounters,
  utilizationCounter,
} from './counters.ts';
import { type PathPoint, PathTrack, pathPoints } from './critical-path.ts';
import type { TrackId } from './event.ts';
import {
  type CopyTrack,
  copyTracks,
  type FetchTrack,
  fetchTracks,
  LayerTrack,
  type WriteTrack,
  writeTracks,
} from './layer-tracks.ts';
import { GapCounts } from './spans.ts';
import { tileTracks } from './tile-tracks.ts';
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
  readonly counters: readonly PlannedCounter[];
  /** Where the arrow along the critical path leads, from point to point; none, or two at least. */
  readonly arrow: readonly { readonly track: TrackId; readonly cycle: number }[];
}

/** A value over time, and in which group it stands. */
export interface PlannedCounter {
  readonly pid: number;
  readonly counter: Counter;
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

/** Groups by their numbers, in the order in which they stand. */
const GROUPS = {
  chip: { pid: 1, name: '"chip"' },
  layers: { pid: 2, name: '"layers"' },
  writes: { pid: 3, name: '"writes"' },
  tiles: { pid: 4, name: '"tiles"' },
  links: { pid: 5, name: '"links"' },
  fetches: { pid: 6, name: '"fetches"' },
  offChip: { pid: 7, name: '"off the chip"' },
};
/** Beyond the numbers of groups, so that no track is taken for the main thread of a process. */
const FIRST_TID = 101;
const GROUP_EVENTS = 2;
const TRACK_EVENTS = 2;

/**
 * What to show with so many events at most: all there is; or else with sets that follow close on one another as one bar, so
 * that the whole time stays visible; or else without copies. A bar per layer is always there, with more events if need be.
 */
export function planOf(timeline: Timeline, use: SimulationUse | undefined, mostEvents: number): TracePlan {
  const content = new Content(timeline, use, mostEvents);
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
  readonly #path: PathTrack | undefined;
  readonly #layers: readonly LayerTrack[];
  /** Per layer. */
  readonly #copies: readonly (readonly CopyTrack[])[];
  readonly #writes: readonly WriteTrack[];
  readonly #fetches: readonly FetchTrack[];
  readonly #tiles: readonly Track[];
  /** Of copies, writes, fetches and tiles. */
  readonly #counts = new GapCounts();
  readonly #counters: TracePlan['counters'];
  /** Counters for which there is no room. */
  readonly #leftCounters: number;

  constructor(timeline: Timeline, use: SimulationUse | undefined, mostEvents: number) {
    this.#timeline = timeline;
    this.#path = timeline.critical && new PathTrack(timeline, timeline.critical);
    this.#layers = timeline.lanes.map((lane) => new LayerTrack(lane));
    this.#copies = timeline.lanes.map((lane) =>
      timeline.nodes[lane.node]!.kind === 'base' ? copyTracks(lane) : [],
    );
    this.#writes = writeTracks(timeline);
    this.#fetches = fetchTracks(timeline);
    const all = [...this.#copies.flat(), ...this.#writes, ...this.#fetches];
    for (const track of all) this.#counts.add(track.spans());
    // On some tiles nothing takes any time.
    this.#tiles = tileTracks(timeline).filter((track) => this.#counts.add(track.spans()));
    const counters = countersOf(timeline, use);
    this.#counters = mostThatFit(counters, timeline.cycles, mostEvents / 4);
    this.#leftCounters = counters.length - this.#counters.length;
  }

  /** How many events it takes to show so much. */
  events({ hasCopies, gap, path }: Detail): number {
    const { tracks } = this.#counts;
    const { cycles } = this.#timeline;
    const layers = this.#layers.length * (TRACK_EVENTS + 1);
    const counters = this.#counters.reduce((sum, { counter }) => sum + eventsOfCounter(counter, cycles), 0);
    const copies = hasCopies ? tracks * TRACK_EVENTS + this.#counts.spansWith(gap) : 0;
    const groups = this.#groups({ hasCopies, path }).length * GROUP_EVENTS;
    return groups + layers + counters + copies + this.#pathEvents({ hasCopies, gap, path });
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
    const numbers = new Map<Track, TrackId>();
    const groups = this.#groups(detail).map(({ pid, name, tracks }): PlannedGroup => {
      for (const track of tracks) numbers.set(track, { pid, tid: FIRST_TID + numbers.size });
      return { pid, name, tracks: tracks.map((track) => ({ ...numbers.get(track)!, track })) };
    });
    return {
      events: this.events(detail),
      leftOut: this.#leftOut(detail),
      groups,
      gap: detail.gap,
      counters: this.#counters,
      arrow: this.#points(detail).map(({ track, cycle }) => ({ track: numbers.get(track)!, cycle })),
    };
  }

  /** Tracks in the order in which they stand. */
  #groups({ hasCopies, path }: Pick<Detail, 'hasCopies' | 'path'>) {
    const { chip, layers, writes, tiles, links, fetches, offChip } = GROUPS;
    const groups: { pid: number; name: string; tracks: readonly Track[] }[] = [
      { ...chip, tracks: this.#path === undefined || path === 'none' ? [] : [this.#path] },
      {
        ...layers,
        tracks: this.#layers.flatMap((layer, i) => [layer, ...(hasCopies ? this.#copies[i]! : [])]),
      },
      { ...writes, tracks: hasCopies ? this.#writes : [] },
      { ...tiles, tracks: hasCopies ? this.#tiles : [] },
      { ...links, tracks: [] },
      { ...fetches, tracks: hasCopies ? this.#fetches : [] },
      { ...offChip, tracks: [] },
    ];
    const isCounted = new Set(this.#counters.map(({ pid }) => pid));
    return groups.filter(({ pid, tracks }) => tracks.length > 0 || pid === layers.pid || isCounted.has(pid));
  }

  #pathEvents(detail: Detail): number {
    if (this.#path === undefined || detail.path === 'none') return 0;
    return TRACK_EVENTS + this.#path.runs + this.#points(detail).length;
  }

  /** Where the arrow goes from bar to bar, or from track to track. */
  #points({ hasCopies, path }: Detail): PathPoint[] {
    const { critical } = this.#timeline;
    if (critical === undefined || path === 'none' || path === 'no arrows') return [];
    const tracks = {
      layers: this.#layers,
      ...(hasCopies ? { copies: this.#copies, writes: this.#writes, tiles: this.#tiles } : {}),
    };
    const points = pathPoints(this.#timeline, critical, tracks, path === 'every bar');
    // One bar alone has no arrow.
    return points.length > 1 ? points : [];
  }

  #leftOut({ hasCopies, gap, path }: Detail): string[] {
    const { spans } = this.#counts;
    const said: string[] = [];
    const what = this.#fetches.length > 0 ? 'sets, writes and fetches' : 'sets and writes';
    if (!hasCopies) said.push(`copies are left out, and their ${spans} ${what} with them`);
    else if (gap >= 0) {
      const bars = this.#counts.spansWith(gap);
      said.push(
        `${spans} ${what} are ${bars} bars: those of a track that are ${gap} cycles apart or less are one`,
      );
    }
    const left = this.#leftCounters;
    if (left > 0)
      said.push(`${left} counters are left out: those of the links, buffers and GPEUs that are used least`);
    if (this.#path === undefined) return said;
    if (path === 'no arrows') said.push('the arrow along the critical path is left out');
    if (path === 'none') said.push('the critical path is left out');
    return said;
  }
}

/** All counters, those first that matter most. */
function countersOf(timeline: Timeline, use: SimulationUse | undefined): PlannedCounter[] {
  const { cycles } = timeline;
  const of = (pid: number, counters: readonly Counter[]) => counters.map((counter) => ({ pid, counter }));
  const utilization = of(GROUPS.chip.pid, [utilizationCounter(timeline)]);
  if (use === undefined) return utilization;
  const links = of(GROUPS.links.pid, linkCounters(use, cycles));
  const tiles = of(GROUPS.tiles.pid, tileCounters(use, cycles));
  // Where nothing is written or stored out there it is the inputs and outputs alone.
  const isScarce = timeline.lanes.some(({ writes, fetches }) => (writes ?? fetches) !== undefined);
  const offChip = isScarce ? of(GROUPS.offChip.pid, offChipCounters(use, cycles)) : [];
  // In turn, so that neither is gone where there is no room for all.
  const turns = Array.from({ length: Math.max(links.length, tiles.length) }, (_, i) => [tiles[i], links[i]]);
  return [...utilization, ...offChip, ...turns.flat().filter((counter) => counter !== undefined)];
}

/** The first counters that take no more than so many events; the very first in any case. */
function mostThatFit(
  counters: readonly PlannedCounter[],
  cycles: number,
  mostEvents: number,
): PlannedCounter[] {
  let events = 0;
  const end = counters.findIndex(({ counter }, i) => {
    events += eventsOfCounter(counter, cycles);
    return i > 0 && events > mostEvents;
  });
  return counters.slice(0, end < 0 ? counters.length : end);
}
