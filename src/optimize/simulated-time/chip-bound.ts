import type { NormalArchitecture } from '../../architecture/normal-architecture.ts';
import { tileCount } from '../../architecture/tiles.ts';
import { workPart } from '../../workload/parts.ts';
import type { WorkNode } from '../../workload/work.ts';
import type { Task } from '../objective.ts';
import { pesLeft, type Space } from '../space.ts';

/** How early a base layer starts at least, and what passes at least after its last result, in times between two MVMs. */
export interface HeadAndTail {
  readonly head: number;
  readonly tail: number;
}

/**
 * Clock cycles that no batch goes below, wherever copies lie (docs/optimize.md): a side of the off-chip port has one
 * message at a time, a GPEU one task, and the copies of a layer share its MVMs.
 */
export class ChipBound {
  /** What no copies go below. */
  readonly least: number;
  readonly #layers: readonly LayerWork[];
  readonly #space: Space;

  constructor({ workload, mapping, batch }: Task, space: Space, around: readonly HeadAndTail[]) {
    const { architecture } = workload;
    const { nodes, readBits } = workload.part(workPart);
    this.#space = space;
    const nodeOf = new Map(nodes.map(({ layer }, node) => [layer, node]));
    this.#layers = mapping.layers.map(({ layer }, i) => {
      const node = nodeOf.get(layer)!;
      const { head, tail } = around[i]!;
      return {
        work: batch * heldCycles(nodes[node]!, readBits[node]!, architecture),
        others: (head + tail - 1) * architecture.mvmIntervalCycles + architecture.mvmCycles,
      };
    });
    const tiles = tileCount(architecture, mapping.totalPes);
    const shared = Math.max(portCycles(nodes, architecture), gpeuCycles(nodes, tiles));
    this.least = Math.max(batch * shared, this.#leastOfLayers());
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

/** Clock cycles that one inference takes one side of the off-chip port. */
function portCycles(nodes: readonly WorkNode[], { chip }: NormalArchitecture): number {
  const width = chip.offChipBitsPerCycle;
  if (width === undefined) return 0;
  const none = new Int32Array();
  const side = (bitsOf: (node: WorkNode) => Int32Array | undefined) =>
    nodes.reduce(
      (sum, node) => (bitsOf(node) ?? none).reduce((part, bits) => part + Math.ceil(bits / width), sum),
      0,
    );
  return Math.max(
    side(({ kind, resultBits }) => (kind === 'input' ? resultBits : undefined)),
    side(({ outputBits }) => outputBits),
  );
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
