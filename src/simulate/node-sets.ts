import type { MappedLayer } from '../map/mapping.ts';
import type { Rectangle } from '../schedule/sets.ts';
import type { FlowNode } from '../workload/flow.ts';
import { flowPart } from '../workload/parts.ts';
import type { Workload } from '../workload/workload.ts';
import { copiesInUse, copyOfSet, type SimulationNode } from './model/graph.ts';
import type { TileWrite } from './node-writes.ts';
import type { NodeRun } from './play/engine.ts';
import type { Played } from './play/simulator.ts';

/**
 * The sets of a base layer, of a join or of an input with their times, in row-major order (docs/simulation.md sections 3
 * and 5). Set `s` of inference `i` is set `i·n + s` of a node that has `n`.
 */
export interface NodeSets {
  /** Index of the layer in `Network.layers`. */
  readonly layer: number;
  /** Name of the layer. */
  readonly name: string;
  /** What the layer does, in one word. */
  readonly op: string;
  /** A base layer, a join of several operands that a GPEU computes, or an input of the network. */
  readonly kind: 'base' | 'join' | 'input';
  /** Rows of sets. */
  readonly setRows: number;
  /** Columns of sets. */
  readonly setColumns: number;
  /** PEs of one copy; 0 of joins and inputs. */
  readonly pes: number;
  /** The class of its crossbars: index in `crossbarClasses(architecture)`; 0 of joins and inputs. */
  readonly crossbar: number;
  /** Where the layer is cut into slices: which one it is, from 0, of how many. */
  readonly slice?: { readonly index: number; readonly of: number };
  /** Copies of the weights that run sets, where weights take turns those of a group; 1 for joins and inputs. */
  readonly copies: number;
  /** Number of sets: of one inference times the inferences. */
  readonly count: number;
  /** Inferences of the batch. */
  readonly inferences: number;
  /** Start of set `k`, in clock cycles. */
  start(k: number): number;
  /** Clock cycle in which the result of set `k` is complete, after partial sums and the fused layers. */
  finish(k: number): number;
  /**
   * Clock cycles that set `k` computes: of a base layer its MVMs, for which it holds its copy from the start on (longer
   * where reading takes longer); of a join the GPEU, for which it may wait; 0 of an input.
   */
  computeCycles(k: number): number;
  /** Clock cycles that set `k` took the GPEU of its home, which ended when it was finished: of a join all that it computes. */
  gpeuCycles(k: number): number;
  /** When set `k` was granted room for what was fetched for it (docs/simulation.md section 14); -1 where nothing was. */
  fetchStart(k: number): number;
  /** When all that was fetched for set `k` was there; -1 where nothing was. */
  fetchEnd(k: number): number;
  /** Where weights take turns: what was written of its copies after cycle 0, in the order of writing; none otherwise. */
  readonly writes: readonly TileWrite[];
  /** The copy that runs set `k`; where weights take turns, those of later groups are numbered behind those of the first. */
  copy(k: number): number;
  /** The positions of set `k`; undefined for a set of a join that is no rectangle. */
  rectangle(k: number): Rectangle | undefined;
  /** The positions of set `k`, rectangle or not: `y·W + x`, row by row. */
  positions(k: number): Int32Array;
}

/**
 * The sets of all nodes of a run that kept their times.
 *
 * @param writes Per node what was written.
 */
export function nodeSets(
  workload: Workload,
  { graph, run, mapping }: Played,
  writes: readonly (readonly TileWrite[])[],
): NodeSets[] {
  const ofLayer = new Map(workload.part(flowPart).nodes.map((node) => [node.layer, node]));
  // By number: names of slices may be those of other layers.
  let bases = 0;
  return graph.nodes.map((node, i) => ({
    ...setsOf(node, ofLayer.get(node.layer)!, run.nodes[i]!, graph.batch),
    ...pesOfNode(node.kind === 'base' ? mapping.layers[bases++] : undefined),
    writes: writes[i]!,
  }));
}

/** What a base layer or a slice of one takes. */
function pesOfNode(mapped: MappedLayer | undefined): Pick<NodeSets, 'pes' | 'crossbar' | 'slice'> {
  const { pesPerCopy: pes = 0, crossbar = 0, slice } = mapped ?? {};
  return { pes, crossbar, ...(slice === undefined ? {} : { slice }) };
}

function setsOf(
  node: SimulationNode,
  { rows, columns }: FlowNode,
  run: NodeRun,
  inferences: number,
): Omit<NodeSets, 'writes' | 'pes' | 'crossbar' | 'slice'> {
  const { layer, name, op, kind, setRows, setColumns, durations, gpeuCycles } = node;
  const { starts, finishes, fetchStarts, fetchEnds } = run;
  if (starts === undefined || finishes === undefined) throw new Error('the run has not kept its sets');
  const copies = copiesInUse(node);
  const own = setRows * setColumns;
  const ofRows = extents(rows, setRows);
  const ofColumns = extents(columns, setColumns);
  const rowsOf = membersOf(rows, setRows);
  const columnsOf = membersOf(columns, setColumns);
  return {
    ...{ layer, name, op, kind, setRows, setColumns, copies, count: starts.length, inferences },
    start: (k) => starts[k]!,
    finish: (k) => finishes[k]!,
    computeCycles: (k) => durations[k % own]! + (kind === 'join' ? gpeuCycles[k % own]! : 0),
    gpeuCycles: (k) => gpeuCycles[k % own]! + (kind === 'join' ? durations[k % own]! : 0),
    fetchStart: (k) => fetchStarts?.[k] ?? -1,
    fetchEnd: (k) => fetchEnds?.[k] ?? -1,
    copy: (k) => copyOfSet(node, k),
    rectangle: (k) => {
      if (ofRows === undefined || ofColumns === undefined) return undefined;
      const row = Math.floor((k % own) / setColumns);
      const column = k % setColumns;
      return {
        y: ofRows.firsts[row]!,
        x: ofColumns.firsts[column]!,
        height: ofRows.sizes[row]!,
        width: ofColumns.sizes[column]!,
      };
    },
    positions: (k) =>
      product(rowsOf[Math.floor((k % own) / setColumns)]!, columnsOf[k % setColumns]!, columns.length),
  };
}

/** Where each row (column) of sets begins, and how many positions it has; undefined where one has gaps. */
function extents(setOf: Int32Array, count: number) {
  const firsts = new Int32Array(count);
  const sizes = new Int32Array(count);
  for (let position = 0; position < setOf.length; position++) {
    const set = setOf[position]!;
    if (position > 0 && set < setOf[position - 1]!) return undefined;
    if (sizes[set]!++ === 0) firsts[set] = position;
  }
  return { firsts, sizes };
}

/** Per row (column) of sets the rows (columns) that lie in it. */
function membersOf(setOf: Int32Array, count: number): readonly (readonly number[])[] {
  const members = Array.from({ length: count }, (): number[] => []);
  for (const [position, set] of setOf.entries()) members[set]!.push(position);
  return members;
}

function product(rows: readonly number[], columns: readonly number[], width: number): Int32Array {
  const positions = new Int32Array(rows.length * columns.length);
  let at = 0;
  for (const y of rows) for (const x of columns) positions[at++] = y * width + x;
  return positions;
}
