import type { NormalArchitecture } from '../../architecture/normal-architecture.ts';
import { tileCount } from '../../architecture/tiles.ts';
import type { MappedLayer } from '../../map/mapped-layer.ts';
import type { Topology } from '../../simulate/model/topology.ts';
import { leastPartialBits } from '../../simulate/placement/partial-sums.ts';
import { workPart } from '../../workload/parts.ts';
import type { WorkNode } from '../../workload/work.ts';
import type { Workload } from '../../workload/workload.ts';
import type { Task } from '../objective.ts';
import { pesLeft, type Space } from '../space.ts';

/** How early a base layer starts at least, and what passes at least after its last result, in times between two MVMs. */
export interface HeadAndTail {
  readonly head: number;
  readonly tail: number;
}

/**
 * Clock cycles that no batch goes below, wherever copies lie (docs/optimize.md): a side of the off-chip port has one
 * message at a time, a GPEU one task, and the copies of a layer share its MVMs, what it reads, and its partial sums.
 */
export class ChipBound {
  /** What no copies go below. */
  readonly least: number;
  readonly #layers: readonly LayerWork[];
  readonly #space: Space;

  constructor(
    { workload, mapping, batch }: Task,
    space: Space,
    around: readonly HeadAndTail[],
    links: Topology['links'],
  ) {
    const { architecture } = workload;
    const { mvmIntervalCycles, mvmCycles } = architecture;
    const { nodes, readBits } = workload.part(workPart);
    this.#space = space;
    const nodeOf = new Map(nodes.map(({ layer }, node) => [layer, node]));
    const ways = mostWaysIn(links);
    this.#layers = mapping.layers.map((mapped, i) => {
      const node = nodeOf.get(mapped.layer)!;
      const held = heldCycles(nodes[node]!, readBits[node]!, architecture);
      const { head, tail } = around[i]!;
      return {
        work: batch * Math.max(held, gatheringCycles(workload, mapped, ways)),
        others: (head + tail - 1) * mvmIntervalCycles + mvmCycles,
      };
    });
    const firstOut = mapping.layers.reduce(
      (least, { layer }, i) =>
        nodes[nodeOf.get(layer)!]!.outputBits === undefined
          ? least
          : Math.min(least, around[i]!.head * mvmIntervalCycles + mvmCycles),
      Infinity,
    );
    const isJoinOut = nodes.some(({ kind, outputBits }) => kind !== 'base' && outputBits !== undefined);
    const { output } = portCycles(nodes, architecture);
    // Nothing leaves before the first MVM of a layer that leaves.
    const leaving = output === 0 || isJoinOut || firstOut === Infinity ? 0 : firstOut + batch * output;
    const shared = sharedCycles(workload, mapping.totalPes);
    this.least = Math.max(batch * shared, leaving, this.#leastOfLayers());
  }

  /** What batches with these copies do not go below. */
  of(copies: readonly number[]): number {
    return this.#layers.reduce(
      (most, { work, others }, i) => Math.max(most, Math.ceil(work / copies[i]!) + others),
      this.least,
    );
  }

  /** The least cycles for which the PEs suffice, by bisection: the fewer cycles, the more copies of every layer. */
  #leastOfLayers(): number {
    const { most } = this.#space;
    const suffices = (cycles: number) => {
      const copies = this.#layers.map(({ work, others }) => Math.ceil(work / (cycles - others)));
      const isPossible = copies.every((value, i) => value >= 0 && value <= most[i]!);
      return isPossible && pesLeft(this.#space, copies).every((pes) => pes >= 0);
    };
    let tooFew = this.#layers.reduce((least, { others }) => Math.max(least, others), 0);
    let enough = this.#layers.reduce((least, { work, others }) => Math.max(least, work + others), 0);
    while (enough - tooFew > 1) {
      const middle = tooFew + Math.floor((enough - tooFew) / 2);
      if (suffices(middle)) enough = middle;
      else tooFew = middle;
    }
    return enough;
  }
}

/** Clock cycles of one inference that no copies save: of a side of the off-chip port, and of GPEUs. */
export function sharedCycles(workload: Workload, totalPes: number): number {
  const { architecture } = workload;
  const { nodes } = workload.part(workPart);
  const { input, output } = portCycles(nodes, architecture);
  return Math.max(input, output, gpeuCycles(nodes, tileCount(architecture, totalPes)));
}

/** A base layer in a batch: clock cycles that hold its copies, and those before and behind them. */
interface LayerWork {
  readonly work: number;
  readonly others: number;
}

/** Clock cycles that one inference holds the copies of a base layer: for its MVMs, or as long as it takes to read. */
function heldCycles(node: WorkNode, readBits: number, { chip }: NormalArchitecture): number {
  const { inputBufferPortBitsPerCycle } = chip;
  const computing = node.durations.reduce((sum, cycles) => sum + cycles, 0);
  if (inputBufferPortBitsPerCycle === undefined) return computing;
  return Math.max(computing, Math.ceil(readBits / inputBufferPortBitsPerCycle));
}

/** Links into the tile that has the most of them; 0 where there are none. */
function mostWaysIn(links: Topology['links']): number {
  const into = new Map<number, number>();
  for (const [, to] of links) into.set(to, (into.get(to) ?? 0) + 1);
  return [...into.values()].reduce((most, count) => Math.max(most, count), 0);
}

/** Clock cycles that partial sums of one inference hold all links into the home of a copy, if it has all sets of its layer. */
function gatheringCycles(
  { network, architecture }: Workload,
  { layer, pesPerCopy, crossbar, mvms }: MappedLayer,
  ways: number,
): number {
  const { linkBitsPerCycle } = architecture.chip;
  const own = architecture.crossbars.classes[crossbar]!;
  const { pesPerTile = Infinity } = own;
  if (linkBitsPerCycle === undefined || ways === 0 || pesPerCopy <= pesPerTile) return 0;
  const { weights } = network.layers[layer]!;
  const bits = leastPartialBits(weights!, architecture, own, pesPerCopy, pesPerTile);
  return Math.ceil((mvms * bits) / (linkBitsPerCycle * ways));
}

/** Clock cycles that one inference takes each side of the off-chip port. */
export function portCycles(
  nodes: readonly WorkNode[],
  { chip }: NormalArchitecture,
): { readonly input: number; readonly output: number } {
  const width = chip.offChipBitsPerCycle;
  if (width === undefined) return { input: 0, output: 0 };
  const none = new Int32Array();
  const side = (bitsOf: (node: WorkNode) => Int32Array | undefined) =>
    nodes.reduce(
      (sum, node) => (bitsOf(node) ?? none).reduce((part, bits) => part + Math.ceil(bits / width), sum),
      0,
    );
  return {
    input: side(({ kind, resultBits }) => (kind === 'input' ? resultBits : undefined)),
    output: side(({ outputBits }) => outputBits),
  };
}

/** Clock cycles of the GPEU with the most to do in one inference: a join is on one tile, and all tiles share the rest. */
function gpeuCycles(nodes: readonly WorkNode[], tiles: number): number {
  let all = 0;
  let largestJoin = 0;
  for (const { kind, durations, gpeuCycles: fused } of nodes) {
    const own = kind === 'join' ? durations.reduce((sum, cycles) => sum + cycles, 0) : 0;
    const work = fused.reduce((sum, cycles) => sum + cycles, own);
    all += work;
    if (kind === 'join') largestJoin = Math.max(largestJoin, work);
  }
  return Math.max(largestJoin, Math.ceil(all / tiles));
}
