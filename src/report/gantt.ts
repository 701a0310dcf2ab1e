import { oneLine } from '../input/show.ts';
import type { Timeline, TimelineLane } from '../picture/timeline.ts';
import { spread } from './over-time.ts';
import type { Drawing, Paint } from './printout.ts';
import { integer, mostOf } from './table.ts';
import { padded, shortened, widthOf, wrapped } from './width.ts';

/** From idle to busy all the time. */
const SHADES = [' ', '░', '▒', '▓', '█'];
const WRITTEN = 'w';
const FETCHED = 'f';
/** Names take at most so many columns, and at most a third of all. */
const MAX_NAME = 24;
/** Between what is written at the axis. */
const LABEL_GAP = 2;
/** Where so few columns are left for time, nothing would be seen. */
const LEAST_COLUMNS = 10;

/** A timeline in text: a line for each lane, time across, the darker the more of its copies are busy. */
export function ganttChart(timeline: Timeline): Drawing {
  return { kind: 'drawing', isPiped: true, draw: (columns, paint) => linesOf(timeline, columns, paint) };
}

function linesOf(timeline: Timeline, columns: number, paint: Paint): string[] {
  const { nodes, cycles } = timeline;
  const lanes = timeline.lanes.filter(({ node }) => nodes[node]!.kind !== 'input');
  if (lanes.length === 0 || cycles === 0) return ['Nothing runs, so that there is nothing to draw.'];
  const names = lanes.map(({ name }) => oneLine(name));
  const longest = names.reduce((most, name) => Math.max(most, widthOf(name)), 0);
  const nameColumns = Math.min(longest, MAX_NAME, Math.floor(columns / 3));
  const timeColumns = Math.max(LEAST_COLUMNS, columns - nameColumns - 1);
  const indent = ' '.repeat(nameColumns + 1);
  const takesTurns = lanes.some(({ round = 0 }) => round > 0);
  const busiest = takesTurns ? undefined : mostOf(lanes.map(workOf));
  const rows = lanes.map((lane, i) => {
    const name = padded(shortened(names[i]!, nameColumns), nameColumns, false);
    const row = `${name} ${barsOf(timeline, lane, timeColumns)}`.trimEnd();
    return i === busiest ? paint.warning(row) : row;
  });
  const [labels, axis] = axisOf(cycles, timeColumns);
  return [
    `${indent}${labels}`,
    paint.faint(`${indent}${axis}`),
    ...rows,
    ...wrapped(legend(timeline), columns).map(paint.faint),
  ];
}

/** Cycles that each copy is busy. */
function workOf({ busy, copies }: TimelineLane): number {
  return busy.reduce((sum, value) => sum + value, 0) / copies;
}

function barsOf({ binCycles, cycles }: Timeline, lane: TimelineLane, columns: number): string {
  const columnCycles = cycles / columns;
  const busy = spread(lane.busy, binCycles, cycles, columns);
  const writing = writingOf(lane, columnCycles, columns);
  const fetching = fetchingOf(lane, columnCycles, columns);
  return Array.from(busy, (value, column) => {
    const share = value / (columnCycles * lane.copies);
    if (writing[column]! > share && writing[column]! >= fetching[column]!) return WRITTEN;
    return fetching[column]! > share ? FETCHED : SHADES[shadeOf(share)]!;
  }).join('');
}

/** Per column the share of its time in which a copy is written. */
function writingOf({ writes = [] }: TimelineLane, columnCycles: number, columns: number): Float64Array {
  const shares = new Float64Array(columns);
  for (const { startCycle, endCycle } of writes) {
    for (const { column, share } of columnsOf(startCycle, endCycle, columnCycles, columns))
      shares[column] = Math.max(shares[column]!, share);
  }
  return shares;
}

/** Per column the share of its time in which something is fetched for a set. */
function fetchingOf({ fetches }: TimelineLane, columnCycles: number, columns: number): Float64Array {
  const shares = new Float64Array(columns);
  fetches?.starts.forEach((start, i) => {
    for (const { column, share } of columnsOf(start, fetches.ends[i]!, columnCycles, columns))
      shares[column]! += share;
  });
  return shares;
}

/** The columns that a span is in, and the share of the time of each that it takes. */
function* columnsOf(start: number, end: number, columnCycles: number, columns: number) {
  for (let column = Math.floor(start / columnCycles); column < columns; column++) {
    const from = Math.max(start, column * columnCycles);
    const to = Math.min(end, (column + 1) * columnCycles);
    if (to <= from) return;
    yield { column, share: (to - from) / columnCycles };
  }
}

/** Shades stand for a quarter each. */
function shadeOf(share: number): number {
  // Sums of many parts are rarely exact.
  return Math.min(SHADES.length - 1, Math.ceil(share * (SHADES.length - 1) - 1e-9));
}

/** The axis and what is written above it: as many round numbers of cycles as have space. */
function axisOf(cycles: number, columns: number): [labels: string, axis: string] {
  const step = stepOf(cycles, columns);
  const last = integer(cycles);
  let labels = '';
  let axis = '';
  for (let cycle = 0; cycle < cycles; cycle += step) {
    const column = Math.floor((cycle / cycles) * columns);
    const label = integer(cycle);
    if (column + label.length + LABEL_GAP > columns - last.length) break;
    labels = labels.padEnd(column) + label;
    axis = axis.padEnd(column, '─') + (cycle === 0 ? '├' : '┼');
  }
  return [labels.padEnd(columns - last.length) + last, `${axis.padEnd(columns - 1, '─')}┤`];
}

/** The least round number of cycles whose multiples have space at the axis. */
function stepOf(cycles: number, columns: number): number {
  const least = ((integer(cycles).length + LABEL_GAP) * cycles) / columns;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 10 * power;
}

function legend({ lanes }: Timeline): string {
  const shades = '░ ▒ ▓ █: up to 25, 50, 75, 100 % of the copies of a layer are busy';
  const isWritten = lanes.some(({ writes = [] }) => writes.length > 0);
  const isFetched = lanes.some(({ fetches }) => fetches !== undefined);
  return [
    shades,
    ...(isWritten ? [`${WRITTEN}: weights are written`] : []),
    ...(isFetched ? [`${FETCHED}: spilled values are fetched`] : []),
  ].join('; ');
}
