import { nameUpTo } from '../input/show.ts';
import { setsOnCopy } from '../picture/lane-copies.ts';
import type { Timeline, TimelineLane } from '../picture/timeline.ts';
import type { TileWrite } from '../simulate/index.ts';
import { quoted, type SliceText } from './event.ts';
import { SHOWN_NAME, spansOf } from './layer-tracks.ts';
import type { Spans, Stretches } from './spans.ts';
import type { Track } from './track.ts';

/** What runs on a tile: copies whose home it is, of joins their one. */
interface Resident {
  /** Index of its lane. */
  readonly lane: number;
  /** Index of its tiles among those of the lane. */
  readonly copy: number;
}

/** Work on a tile or its GPEU. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly lane: number;
  readonly set: number;
}

/** What the GPEU of a tile computes, piece by piece: joins, and the fused layers of sets. */
export class GpeuTrack implements Track {
  readonly name: string;
  readonly isWhole = false;
  /** Number of the tile. */
  readonly tile: number;
  readonly #timeline: Timeline;
  readonly #residents: readonly Resident[];
  /** What lies on it, while it is gone through. */
  #pieces: readonly Piece[] = [];

  constructor(timeline: Timeline, tile: number, residents: readonly Resident[]) {
    this.name = quoted(`GPEU of tile ${tile}`);
    this.tile = tile;
    this.#timeline = timeline;
    this.#residents = residents;
  }

  spans(): Spans {
    const pieces: Piece[] = [];
    for (const { lane, copy } of this.#residents) addGpeuWork(pieces, this.#timeline.lanes, lane, copy);
    this.#pieces = pieces.sort(byStart);
    return spansOf(this.#pieces);
  }

  text({ index, count, busyCycles }: Stretches): SliceText {
    if (count > 1) {
      const args = `"pieces":${count},"busyCycles":${busyCycles}`;
      return { category: 'pieces', name: `"${count} pieces of work"`, args };
    }
    const { lane, set, end } = this.#pieces[index]!;
    const { name, sets, inferences, times } = this.#timeline.lanes[lane]!;
    const own = sets / inferences;
    const inference = inferences > 1 ? `,"inference":${Math.floor(set / own)}` : '';
    const cycles = `"startCycle":${times!.starts[set]},"finishCycle":${end}`;
    return {
      category: 'gpeu',
      name: quoted(nameUpTo(SHOWN_NAME, name)),
      args: `"set":${set % own}${inference},${cycles}`,
    };
  }
}

/** When anything is at work on a tile: a copy whose home it is, or its GPEU. */
export class TileTrack implements Track {
  readonly name: string;
  readonly isWhole = false;
  readonly #timeline: Timeline;
  readonly #residents: readonly Resident[];

  constructor(timeline: Timeline, tile: number, residents: readonly Resident[]) {
    this.name = quoted(`tile ${tile}`);
    this.#timeline = timeline;
    this.#residents = residents;
  }

  spans(): Spans {
    const pieces: Piece[] = [];
    const { lanes, nodes } = this.#timeline;
    for (const { lane, copy } of this.#residents) {
      addGpeuWork(pieces, lanes, lane, copy);
      if (nodes[lanes[lane]!.node]!.kind === 'base') addMvms(pieces, lanes[lane]!, lane, copy);
    }
    return spansOf(united(pieces.sort(byStart)));
  }

  text({ busyCycles }: Stretches): SliceText {
    return { category: 'tile', name: '"at work"', args: `"busyCycles":${busyCycles}` };
  }
}

/** When PEs of a tile are written. */
export class TileWriteTrack implements Track {
  readonly name: string;
  readonly isWhole = false;
  readonly #writes: readonly { readonly start: number; readonly end: number }[];

  constructor(tile: number, writes: readonly TileWrite[]) {
    this.name = quoted(`writes of tile ${tile}`);
    const spans = writes.map(({ writeCycle, endCycle }) => ({ start: writeCycle, end: endCycle }));
    this.#writes = united(spans.sort((a, b) => a.start - b.start));
  }

  spans(): Spans {
    return spansOf(this.#writes);
  }

  text({ busyCycles }: Stretches): SliceText {
    return { category: 'write', name: '"writing"', args: `"busyCycles":${busyCycles}` };
  }
}

/**
 * The tracks of tiles where something is, each with that of its GPEU, which may be empty, and of its writes; none where
 * lanes are on no tiles.
 */
export function tileTracks(timeline: Timeline): (TileTrack | GpeuTrack | TileWriteTrack)[] {
  const residents = new Map<number, Resident[]>();
  timeline.lanes.forEach(({ home, node }, lane) => {
    if (timeline.nodes[node]!.kind === 'input') return;
    home?.tiles.forEach((tiles, copy) => {
      const tile = tiles.at(-1)!;
      const own = residents.get(tile);
      if (own === undefined) residents.set(tile, [{ lane, copy }]);
      else own.push({ lane, copy });
    });
  });
  const writes = writesByTile(timeline.lanes);
  return [...residents.keys(), ...writes.keys()]
    .toSorted((a, b) => a - b)
    .filter((tile, i, all) => tile !== all[i - 1])
    .flatMap((tile) => {
      const [own, written] = [residents.get(tile), writes.get(tile)];
      return [
        ...(own === undefined
          ? []
          : [new TileTrack(timeline, tile, own), new GpeuTrack(timeline, tile, own)]),
        ...(written === undefined ? [] : [new TileWriteTrack(tile, written)]),
      ];
    });
}

function writesByTile(lanes: readonly TimelineLane[]): ReadonlyMap<number, readonly TileWrite[]> {
  const byTile = new Map<number, TileWrite[]>();
  for (const write of lanes.flatMap(({ home }) => home?.writes ?? [])) {
    const own = byTile.get(write.tile);
    if (own === undefined) byTile.set(write.tile, [write]);
    else own.push(write);
  }
  return byTile;
}

function addGpeuWork(pieces: Piece[], lanes: readonly TimelineLane[], lane: number, copy: number): void {
  const { home, times, sets, inferences } = lanes[lane]!;
  const { gpeuCycles } = home!;
  const own = sets / inferences;
  for (const set of setsOnCopy(lanes[lane]!, copy)) {
    const cycles = gpeuCycles[set % own]!;
    const end = times!.finishes[set]!;
    if (cycles > 0) pieces.push({ start: end - cycles, end, lane, set });
  }
}

function addMvms(pieces: Piece[], own: TimelineLane, lane: number, copy: number): void {
  const { starts, ends } = own.times!;
  for (const set of setsOnCopy(own, copy)) {
    pieces.push({ start: starts[set]!, end: ends[set]!, lane, set });
  }
}

function byStart(a: Piece, b: Piece): number {
  return a.start - b.start;
}

/** Stretches that pieces cover, which are in the order of their starts. */
function united(pieces: readonly Pick<Piece, 'start' | 'end'>[]): { start: number; end: number }[] {
  const stretches: { start: number; end: number }[] = [];
  for (const { start, end } of pieces) {
    const last = stretches.at(-1);
    if (last === undefined || start > last.end) stretches.push({ start, end });
    else last.end = Math.max(last.end, end);
  }
  return stretches;
}
