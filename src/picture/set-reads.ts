import type { Timeline, TimelineReads } from './timeline.ts';

/** A set of a lane. */
export interface LaneSet {
  /** Index into {@link Timeline.lanes}. */
  readonly lane: number;
  /** Which set, counted over all inferences. */
  readonly set: number;
}

/** Which sets of lanes others read, and read them: through joins, which take no time where they have no lane. */
export class SetReads {
  readonly #timeline: Timeline;
  readonly #into: readonly (readonly TimelineReads[])[];
  readonly #from: readonly (readonly TimelineReads[])[];

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.#into = readsBy('to', timeline);
    this.#from = readsBy('from', timeline);
  }

  /** The sets of lanes that a set reads, without duplicates. */
  readBy({ lane, set }: LaneSet, most = Number.POSITIVE_INFINITY): LaneSet[] {
    return this.#collect(lane, set, most, this.#into, (reads, row, column, visit) => {
      const rows = reads.rows[row]!;
      const columns = reads.columns[column]!;
      for (const r of rows) for (const c of columns) if (!visit(reads.from, r, c)) return;
    });
  }

  /** The sets of lanes that read a set, without duplicates. */
  readersOf({ lane, set }: LaneSet, most = Number.POSITIVE_INFINITY): LaneSet[] {
    return this.#collect(lane, set, most, this.#from, (reads, row, column, visit) => {
      for (let r = 0; r < reads.rows.length; r++) {
        if (!has(reads.rows[r]!, row)) continue;
        for (let c = 0; c < reads.columns.length; c++) {
          if (has(reads.columns[c]!, column) && !visit(reads.to, r, c)) return;
        }
      }
    });
  }

  /** Goes from a set along edges until it comes to sets that have lanes. */
  #collect(
    lane: number,
    set: number,
    most: number,
    edges: readonly (readonly TimelineReads[])[],
    follow: (
      reads: TimelineReads,
      row: number,
      column: number,
      visit: (node: number, row: number, column: number) => boolean,
    ) => void,
  ): LaneSet[] {
    const { lanes, nodes } = this.#timeline;
    const start = lanes[lane]!.node;
    const perInference = nodes[start]!.setRows * nodes[start]!.setColumns;
    const inference = Math.floor(set / perInference);
    const found: LaneSet[] = [];
    const seen = new Set<string>();
    const open: [node: number, set: number][] = [[start, set % perInference]];
    for (let at = open.pop(); at !== undefined && found.length < most; at = open.pop()) {
      const [node, own] = at;
      const { setColumns } = nodes[node]!;
      for (const reads of edges[node]!) {
        follow(reads, Math.floor(own / setColumns), own % setColumns, (other, row, column) => {
          const { setColumns: columns, setRows, lanes: others } = nodes[other]!;
          const index = row * columns + column;
          const key = `${other}:${index}`;
          if (seen.has(key)) return true;
          seen.add(key);
          if (others.length === 0) open.push([other, index]);
          for (const target of others) {
            found.push({ lane: target, set: inference * setRows * columns + index });
          }
          return found.length < most;
        });
      }
    }
    return found.slice(0, most);
  }
}

/** Per node of a timeline, what it reads (`to`) or is read by (`from`). */
export function readsBy(end: 'from' | 'to', { nodes, reads }: Timeline): TimelineReads[][] {
  const lists = nodes.map((): TimelineReads[] => []);
  for (const each of reads) lists[each[end]]!.push(each);
  return lists;
}

/** True where an ascending list has a value. */
function has(list: Int32Array, value: number): boolean {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return list[low] === value;
}
