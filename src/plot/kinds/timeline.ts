import type { RenderFunction } from '@observablehq/plot';
import type { CriticalPath, Timeline, TimelineLane } from '../../picture/timeline.ts';
import { axisHeight, figure, note, rowsOf, timeAxes } from '../frame.ts';
import { type LegendItem, legendOf } from '../legend.ts';
import { COLOURS, type Look } from '../look.ts';
import { hatchPath, rectanglePath, short, svgElement } from '../svg-element.ts';

/** How busy something was is told in so many steps of opacity. */
const LEVELS = 5;
/** Share of the height of a lane that the strip on top takes which shows fetches. */
const STRIP = 0.28;
/** Bars are cut into columns of so many pixels or points at least. */
const COLUMN = 1;

/** Positions in the figure. */
interface Positions {
  /** Of a cycle. */
  readonly x: (cycle: number) => number;
  /** Of the upper edge of a row. */
  readonly y: (row: number) => number;
  readonly rowHeight: number;
}

/** Layers down, time across. */
export function timelinePlot(timeline: Timeline, look: Look): Element {
  const { lanes, cycles, cycleNs, critical } = timeline;
  if (lanes.length === 0) return note(look, 'There is nothing that takes time in this network.');
  const rows = rowsOf(
    look,
    lanes.map(({ name }) => name),
  );
  const axis = axisHeight(look);
  const plotWidth = look.width - rows.marginLeft - look.fontSize * 1.6;
  const isWritten = lanes.some(({ writes }) => writes !== undefined);
  const hasFetched = lanes.some(({ fetches }) => fetches !== undefined);
  const legend: LegendItem[] = [
    { label: 'MVMs (stronger: more copies at work)', colour: COLOURS.blue },
    ...(isWritten
      ? [{ label: 'writing of weights', colour: COLOURS.vermilion, shape: 'hatch' } as const]
      : []),
    ...(hasFetched ? [{ label: 'fetching of spilled values', colour: COLOURS.wine }] : []),
    ...(critical ? [{ label: 'critical path', colour: COLOURS.orange, shape: 'line' } as const] : []),
  ];
  const draw: RenderFunction = (_index, { x, y }) => {
    const positions: Positions = {
      x: x as (cycle: number) => number,
      y: y as unknown as (row: number) => number,
      rowHeight: rows.barHeight,
    };
    const parts = [
      ...bars(timeline, look, positions, Math.ceil(plotWidth / COLUMN)),
      ...(isWritten ? [writes(timeline, look, positions)] : []),
      ...(hasFetched ? [fetches(timeline, look, positions)] : []),
      ...(critical ? [path(critical, look, positions)] : []),
    ];
    return svgElement(look, 'g', {}, parts);
  };
  return figure(look, {
    ...{ height: rows.height + 2 * axis, marginLeft: rows.marginLeft, marginTop: axis, marginBottom: axis },
    legend: legendOf(look, legend),
    x: { domain: [0, Math.max(1, cycles)] },
    y: rows.scale,
    marks: [rows.axis, ...timeAxes(look, cycles, cycleNs, plotWidth), draw],
  });
}

/** One path per step of opacity. */
function bars(
  { lanes, binCycles, cycles }: Timeline,
  look: Look,
  at: Positions,
  columns: number,
): SVGElement[] {
  const paths = Array.from({ length: LEVELS }, () => '');
  lanes.forEach((lane, row) => {
    const top = at.y(row);
    for (const { level, start, end } of runsOf(lane, binCycles, cycles, columns)) {
      paths[level - 1] += rectanglePath(at.x(start), top, at.x(end), top + at.rowHeight);
    }
  });
  return paths.flatMap((d, i) =>
    d === ''
      ? []
      : [
          svgElement(look, 'path', {
            ...{ 'aria-label': 'bars', d, fill: COLOURS.blue },
            'fill-opacity': (i + 1) / LEVELS,
          }),
        ],
  );
}

/** A stretch of time in which a lane was about equally busy, in cycles. */
interface Run {
  /** From 1 to {@link LEVELS}. */
  readonly level: number;
  readonly start: number;
  end: number;
}

/** Neighbouring bins that are equally busy in one; the first begins, and the last ends, with the lane. */
function runsOf(
  { busy, copies, startCycle, endCycle }: TimelineLane,
  binCycles: number,
  cycles: number,
  columns: number,
): Run[] {
  const together = Math.max(1, Math.ceil(busy.length / columns));
  const runs: Run[] = [];
  for (let first = 0; first < busy.length; first += together) {
    const start = Math.max(first * binCycles, startCycle);
    const end = Math.min((first + together) * binCycles, cycles, endCycle);
    let work = 0;
    for (let bin = first; bin < Math.min(first + together, busy.length); bin++) work += busy[bin]!;
    if (work <= 0 || end <= start) continue;
    const level = Math.min(LEVELS, Math.max(1, Math.ceil((work / (copies * (end - start))) * LEVELS - 1e-9)));
    const last = runs.at(-1);
    if (last?.level === level && last.end === start) last.end = end;
    else runs.push({ level, start, end });
  }
  return runs;
}

/** Writes as hatched boxes; those that overlap or touch on paper are one. */
function writes({ lanes }: Timeline, look: Look, at: Positions): SVGElement {
  let d = '';
  lanes.forEach(({ writes: own = [] }, row) => {
    const top = at.y(row);
    const spans = own
      .map(({ startCycle, endCycle }) => ({ from: at.x(startCycle), to: at.x(endCycle) }))
      .toSorted((a, b) => a.from - b.from);
    for (const { from, to } of merged(spans)) {
      d += rectanglePath(from, top, to, top + at.rowHeight);
      d += hatchPath(from, top, to, top + at.rowHeight, look.fontSize / 3);
    }
  });
  return svgElement(look, 'path', {
    ...{ 'aria-label': 'writes', d, fill: 'none', stroke: COLOURS.vermilion },
    'stroke-width': look.thinLine,
  });
}

/** Fetches as a strip on top of lanes; those that touch on paper are one. */
function fetches({ lanes }: Timeline, look: Look, at: Positions): SVGElement {
  let d = '';
  lanes.forEach(({ fetches: own }, row) => {
    if (own === undefined) return;
    const top = at.y(row);
    const spans = Array.from(own.starts, (start, i) => ({ from: at.x(start), to: at.x(own.ends[i]!) }));
    for (const { from, to } of merged(spans)) d += rectanglePath(from, top, to, top + at.rowHeight * STRIP);
  });
  return svgElement(look, 'path', { 'aria-label': 'fetches', d, fill: COLOURS.wine });
}

/** Spans on paper, by their start. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Spans that overlap, or are less than a column apart, as one. */
function merged(spans: readonly Span[]): Span[] {
  const all: { from: number; to: number }[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last !== undefined && span.from <= last.to + COLUMN) last.to = Math.max(last.to, span.to);
    else all.push({ ...span });
  }
  return all;
}

/** From set to set; of what falls into one column, only its ends are drawn. */
function path({ lanes, starts, ends }: CriticalPath, look: Look, at: Positions): SVGElement {
  const middle = (row: number) => short(at.y(row) + at.rowHeight / 2);
  let d = '';
  for (let i = 0; i < lanes.length; ) {
    const column = Math.floor(at.x(starts[i]!) / COLUMN);
    let last = i;
    let low = lanes[i]!;
    let high = lanes[i]!;
    while (last + 1 < lanes.length && Math.floor(at.x(ends[last]!) / COLUMN) === column) {
      last++;
      low = Math.min(low, lanes[last]!);
      high = Math.max(high, lanes[last]!);
    }
    const x = short(at.x(starts[i]!));
    d += i === 0 ? `M${x},${middle(lanes[i]!)}` : `H${x}V${middle(lanes[i]!)}`;
    if (low < lanes[i]!) d += `V${middle(low)}`;
    if (high > lanes[i]!) d += `V${middle(high)}`;
    d += `V${middle(lanes[last]!)}H${short(at.x(ends[last]!))}`;
    i = last + 1;
  }
  return svgElement(look, 'path', {
    ...{ 'aria-label': 'critical path', d, fill: 'none', stroke: COLOURS.orange },
    ...{ 'stroke-width': look.line, 'stroke-linejoin': 'round' },
  });
}
