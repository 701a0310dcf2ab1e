import { copyOf } from '../../picture/lane-copies.ts';
import type { LaneSet } from '../../picture/set-reads.ts';
import type { CriticalPath, Stretches, Timeline, TimelineLane } from '../../picture/timeline.ts';
import type { TimelineColours } from './colours.ts';
import { LANE_GAP, type LaneLayout, rowsOf } from './lane-layout.ts';
import { fineBins, type LaneBins, LaneTimes } from './lane-times.ts';
import type { Colour, Pixels } from './pixels.ts';
import type { TimeWindow } from './time-window.ts';

/** What is looked at, and what depends on it. */
export interface Chosen {
  readonly set: LaneSet;
  readonly reads: readonly LaneSet[];
  readonly readers: readonly LaneSet[];
}

/** What a frame shows. */
export interface Frame {
  readonly window: TimeWindow;
  readonly layout: LaneLayout;
  /** What is above the upper edge, in pixels of the page. */
  readonly scrollTop: number;
  /** Pixels of the screen to one of the page. */
  readonly scale: number;
  readonly colours: TimelineColours;
  readonly hasCritical: boolean;
  readonly chosen: Chosen | undefined;
}

/** So many sets are drawn one by one, in all lanes that are seen. */
const MOST_BARS = 60_000;
/** Sets as wide as this have a line between them. */
const LEAST_WITH_GAP = 4;
/** Share of the height of a lane that the strip of fetches takes. */
const STRIP = 0.2;
/** So many lines from lane to lane are drawn of the critical path. */
const MOST_CONNECTORS = 1500;

/** Draws lanes as pixels: sets one by one where they are few, otherwise how busy the lane is from one pixel to the next. */
export class LanePainter {
  readonly times: readonly (LaneTimes | undefined)[];
  readonly #timeline: Timeline;
  readonly #fine = new Map<number, LaneBins | undefined>();
  #busy = new Float64Array(0);

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.times = timeline.lanes.map(({ times }) => (times === undefined ? undefined : new LaneTimes(times)));
  }

  paint(pixels: Pixels, frame: Frame): void {
    const { layout, scrollTop, scale, colours } = frame;
    pixels.clear(colours.background);
    const first = layout.laneAt(scrollTop);
    const last = layout.laneAt(scrollTop + pixels.height / scale);
    const isOneByOne = this.#barsOf(first, last, frame.window) <= MOST_BARS;
    for (let lane = first; lane <= last && lane < this.#timeline.lanes.length; lane++) {
      this.#paintLane(pixels, frame, lane, isOneByOne);
    }
    const { critical } = this.#timeline;
    if (frame.hasCritical && critical !== undefined) paintCritical(pixels, frame, critical);
    const { chosen } = frame;
    if (chosen === undefined) return;
    for (const set of chosen.reads) this.#outline(pixels, frame, set, colours.read);
    for (const set of chosen.readers) this.#outline(pixels, frame, set, colours.reader);
    this.#outline(pixels, frame, chosen.set, colours.chosen);
  }

  /** Sets in the window in some lanes. */
  #barsOf(first: number, last: number, { from, to }: TimeWindow): number {
    let bars = 0;
    for (let lane = first; lane <= last; lane++) {
      const [begin = 0, end = 0] = this.times[lane]?.between(from, to) ?? [];
      bars += Math.max(0, end - begin);
    }
    return bars;
  }

  #paintLane(pixels: Pixels, frame: Frame, index: number, isOneByOne: boolean): void {
    const { colours, window } = frame;
    const lane = this.#timeline.lanes[index]!;
    const { top, bottom, height } = edgesOf(frame, index);
    const toX = scaleOf(pixels, window);
    pixels.fill(Math.floor(toX(lane.startCycle)), top, Math.ceil(toX(lane.endCycle)), bottom, colours.lane);
    for (const write of lane.writes ?? []) {
      const x0 = Math.floor(toX(write.startCycle));
      const x1 = Math.max(x0 + 1, Math.ceil(toX(write.endCycle)));
      const rows = write.copy === undefined ? 1 : rowsOf(lane, height);
      const [y0, y1] = rows === 1 ? [top, bottom] : rowEdges(top, bottom, rows, write.copy!);
      pixels.hatch(x0, y0, x1, y1, colours.write);
    }
    const times = this.times[index];
    const rows = rowsOf(lane, height);
    const [first = 0, end = 0] = times?.between(window.from, window.to) ?? [];
    const isSparse = end - first <= pixels.width / LEAST_WITH_GAP;
    if (times !== undefined && isOneByOne && (rows === lane.copies || isSparse)) {
      paintSets(pixels, { lane, times, first, end, top, bottom, rows, toX, colours: colours.sets });
    } else this.#paintBusy(pixels, frame, index, top, bottom);
    if (lane.fetches !== undefined) paintFetches(pixels, frame, lane.fetches, top, bottom);
  }

  /** How busy a lane is, as the height of what is filled. */
  #paintBusy(pixels: Pixels, frame: Frame, index: number, top: number, bottom: number): void {
    const lane = this.#timeline.lanes[index]!;
    const { width } = pixels;
    if (this.#busy.length !== width) this.#busy = new Float64Array(width);
    const busy = this.#busy;
    const cyclesPerPixel = (frame.window.to - frame.window.from) / width;
    const bins = this.#binsFor(index, cyclesPerPixel);
    if (bins === undefined) addSets(busy, this.times[index]!, frame.window);
    else addBins(busy, bins, frame.window);
    const full = cyclesPerPixel * lane.copies;
    const height = bottom - top;
    for (let x = 0; x < width; x++) {
      const filled = busy[x]! <= 0 ? 0 : Math.max(1, Math.round(Math.min(1, busy[x]! / full) * height));
      if (filled > 0) pixels.fill(x, bottom - filled, x + 1, bottom, frame.colours.sets[0]);
    }
  }

  /** Bins that are fine enough for pixels of so many cycles; none where sets have to be added up. */
  #binsFor(index: number, cyclesPerPixel: number): LaneBins | undefined {
    const lane = this.#timeline.lanes[index]!;
    const { binCycles } = this.#timeline;
    if (this.times[index] === undefined || binCycles <= 1.5 * cyclesPerPixel) {
      return { binCycles, busy: lane.busy };
    }
    if (!this.#fine.has(index)) this.#fine.set(index, fineBins(lane, this.#timeline));
    const fine = this.#fine.get(index);
    return fine !== undefined && fine.binCycles <= 1.5 * cyclesPerPixel ? fine : undefined;
  }

  #outline(pixels: Pixels, frame: Frame, { lane: index, set }: LaneSet, colour: Colour): void {
    const lane = this.#timeline.lanes[index]!;
    if (lane.times === undefined) return;
    const { top, bottom, height } = edgesOf(frame, index);
    const rows = rowsOf(lane, height);
    const [y0, y1] = rows === 1 ? [top, bottom] : rowEdges(top, bottom, rows, copyOf(lane, set));
    const toX = scaleOf(pixels, frame.window);
    const x0 = Math.floor(toX(lane.times.starts[set]!));
    const x1 = Math.max(x0 + 2, Math.ceil(toX(lane.times.ends[set]!)));
    pixels.outline(x0, y0, x1, y1, Math.round(1.5 * frame.scale), colour);
  }
}

interface Bars {
  readonly lane: TimelineLane;
  readonly times: LaneTimes;
  /** Places in the order of times. */
  readonly first: number;
  readonly end: number;
  readonly top: number;
  readonly bottom: number;
  readonly rows: number;
  readonly toX: (cycle: number) => number;
  readonly colours: readonly [Colour, Colour];
}

function paintSets(pixels: Pixels, bars: Bars): void {
  const { lane, times, first, end, top, bottom, rows, toX, colours } = bars;
  const perInference = lane.sets / lane.inferences;
  for (let place = first; place < end; place++) {
    const set = times.setAt(place);
    const x0 = Math.floor(toX(times.starts[place]!));
    const x1 = Math.max(x0 + 1, Math.floor(toX(times.ends[place]!)));
    const colour = colours[Math.floor(set / perInference) % 2]!;
    const gap = x1 - x0 >= LEAST_WITH_GAP ? 1 : 0;
    if (rows === 1) pixels.fill(x0, top, x1 - gap, bottom, colour);
    else {
      const [y0, y1] = rowEdges(top, bottom, rows, copyOf(lane, set));
      pixels.fill(x0, y0, x1 - gap, Math.max(y0 + 1, y1 - (y1 - y0 > 3 ? 1 : 0)), colour);
    }
  }
}

/** Fetches as a strip at the top of a lane. */
function paintFetches(
  pixels: Pixels,
  frame: Frame,
  { starts, ends }: Stretches,
  top: number,
  bottom: number,
) {
  const { window, scale, colours } = frame;
  const toX = scaleOf(pixels, window);
  const below = top + Math.max(Math.round(2 * scale), Math.round((bottom - top) * STRIP));
  for (let i = firstFrom(ends, window.from); i < starts.length && starts[i]! <= window.to; i++) {
    const x0 = Math.floor(toX(starts[i]!));
    pixels.fill(x0, top, Math.max(x0 + 1, Math.ceil(toX(ends[i]!))), below, colours.fetch);
  }
}

/** The path as a line at the bottom of lanes, with lines from lane to lane. */
function paintCritical(pixels: Pixels, frame: Frame, path: CriticalPath): void {
  const { window, scale, colours } = frame;
  const toX = scaleOf(pixels, window);
  const thick = Math.max(2, Math.round(2 * scale));
  const { starts, ends, lanes } = path;
  let connectors = 0;
  let lastLane = -1;
  let lastX = -1;
  for (let i = firstFrom(ends, window.from); i < starts.length && starts[i]! <= window.to; i++) {
    const lane = lanes[i]!;
    const x0 = Math.floor(toX(starts[i]!));
    const x1 = Math.max(x0 + 1, Math.ceil(toX(ends[i]!)));
    if (lane === lastLane && x1 <= lastX) continue;
    const { bottom } = edgesOf(frame, lane);
    pixels.fill(x0, bottom - thick, x1, bottom, colours.critical);
    if (lastLane !== -1 && lane !== lastLane && connectors++ < MOST_CONNECTORS) {
      const other = edgesOf(frame, lastLane).bottom;
      pixels.fill(x0, Math.min(bottom, other) - thick, x0 + 1, Math.max(bottom, other), colours.critical);
    }
    lastLane = lane;
    lastX = x1;
  }
}

/** Top and bottom of a lane in pixels of the screen, and its height in those of the page. */
function edgesOf({ layout, scrollTop, scale }: Frame, lane: number) {
  const top = layout.tops[lane]!;
  const height = layout.tops[lane + 1]! - top;
  return {
    top: Math.round((top - scrollTop) * scale),
    bottom: Math.round((top + height - LANE_GAP - scrollTop) * scale),
    height,
  };
}

function rowEdges(top: number, bottom: number, rows: number, row: number): readonly [number, number] {
  const height = bottom - top;
  const y0 = top + Math.round((row * height) / rows);
  return [y0, Math.max(y0 + 1, top + Math.round(((row + 1) * height) / rows))];
}

function scaleOf({ width }: Pixels, { from, to }: TimeWindow): (cycle: number) => number {
  const perCycle = width / (to - from);
  return (cycle) => (cycle - from) * perCycle;
}

function addBins(busy: Float64Array, { binCycles, busy: bins }: LaneBins, { from, to }: TimeWindow): void {
  const perPixel = (to - from) / busy.length;
  for (let x = 0; x < busy.length; x++) {
    const start = (from + x * perPixel) / binCycles;
    const end = start + perPixel / binCycles;
    let sum = 0;
    for (let bin = Math.floor(start); bin < end && bin < bins.length; bin++) {
      sum += bins[bin]! * (Math.min(end, bin + 1) - Math.max(start, bin));
    }
    busy[x] = sum;
  }
}

function addSets(busy: Float64Array, times: LaneTimes, { from, to }: TimeWindow): void {
  busy.fill(0);
  const perPixel = (to - from) / busy.length;
  const [first, end] = times.between(from, to);
  for (let place = first; place < end; place++) {
    const x0 = Math.max(0, (times.starts[place]! - from) / perPixel);
    const x1 = Math.min(busy.length, (times.ends[place]! - from) / perPixel);
    for (let x = Math.floor(x0); x < x1; x++) busy[x]! += (Math.min(x1, x + 1) - Math.max(x0, x)) * perPixel;
  }
}

function firstFrom(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
