import { cyclesOf } from '../architecture/mvm-time.ts';
import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import { hasTiles } from '../architecture/normal-chip.ts';
import { pesPerCopy } from '../map/tiling.ts';
import { isBase, type Network } from '../network/network.ts';
import { givePes, type Residency } from '../schedule/residency.ts';
import type { DetailedSimulation } from './detailed.ts';
import type { NodeSets } from './node-sets.ts';
import type { TileWrite } from './node-writes.ts';
import { nodeInWords, refuseSet } from './validate-message.ts';

/**
 * Checks that the PEs of slices add up to those of their layer, that no set runs before its copy is written, and that a PE
 * holds one copy at a time, on the chip and on each tile (docs/simulation.md section 13).
 *
 * @throws Error that names the layer, the set or copy and what is violated.
 */
export function validatePes(
  network: Network,
  architecture: NormalArchitecture,
  { batch, group = batch, rounds, totalPes }: DetailedSimulation,
  sets: readonly NodeSets[],
): void {
  const bases = sets.filter(({ kind }) => kind === 'base');
  checkSums(network, architecture, bases);
  if (rounds === undefined) {
    const held = bases.reduce((pes, { pes: own, copies }) => pes + own * copies, 0);
    if (held > totalPes) throw new Error(`all copies hold ${held} PEs and there are ${totalPes}`);
    return;
  }
  const writeCycles = cyclesOf(architecture.writing!.peWriteNs, architecture.clockNs);
  for (const node of bases) checkWritten(node, group, writeCycles);
  const onChip = residenciesOf(bases, batch, group);
  givePes(
    onChip.map(({ residency }) => residency),
    totalPes,
  );
  const { classes } = architecture.crossbars;
  const pesPerTile = hasTiles(architecture.chip) ? classes[0]!.pesPerTile : undefined;
  if (pesPerTile === undefined) return;
  const tiles = new Set(onChip.flatMap(({ writes }) => writes.map(({ tile }) => tile)));
  for (const tile of tiles) givePes(writtenOn(tile, onChip), pesPerTile);
}

/** The slices of a layer have as many PEs as its weights need. */
function checkSums({ layers }: Network, architecture: NormalArchitecture, bases: readonly NodeSets[]): void {
  const held = new Map<number, number>();
  for (const { layer, pes } of bases) held.set(layer, (held.get(layer) ?? 0) + pes);
  for (const node of bases) {
    const layer = layers[node.layer]!;
    if (!isBase(layer)) continue;
    const crossbar = architecture.crossbars.classes[node.crossbar]!;
    const needed = pesPerCopy(layer.weights, architecture, crossbar);
    const own = held.get(node.layer)!;
    if (own !== needed)
      throw new Error(`${nodeInWords(node)}: ${own} PEs hold its weights, which take ${needed}`);
  }
}

/** Writes take their time, and sets wait for them. */
function checkWritten(node: NodeSets, group: number, writeCycles: number): void {
  const ready = new Map<number, number>();
  for (const write of node.writes) {
    const { startCycle, writeCycle, endCycle, copy } = write;
    if (!(startCycle <= writeCycle && writeCycle + writeCycles <= endCycle)) {
      throw new Error(
        `${copyInWords(node, write)}: is written from cycle ${writeCycle} to ${endCycle}, asked for at ${startCycle}; ` +
          `a write takes ${writeCycles} cycles`,
      );
    }
    const number = write.group * node.copies + copy;
    ready.set(number, Math.max(ready.get(number) ?? 0, endCycle));
  }
  for (let k = 0; k < node.count; k++) {
    const written = ready.get(node.copy(k)) ?? 0;
    const granted = node.fetchStart(k);
    const start = granted < 0 ? node.start(k) : granted;
    if (!(start >= written)) refuseSet(node, k, `copy ${node.copy(k)} is written only at cycle ${written}`);
  }
  checkGroups(node, group);
}

/** Writes are of groups and copies that run sets. */
function checkGroups(node: NodeSets, group: number): void {
  const groups = Math.ceil(node.inferences / group);
  const wrong = node.writes.find((write) => write.group >= groups || write.copy >= node.copies);
  if (wrong !== undefined) throw new Error(`${copyInWords(node, wrong)}: is written and runs no set`);
}

/** A copy on the chip for one group, and what is written of it after cycle 0. */
interface WrittenCopy {
  readonly residency: Residency;
  readonly writes: readonly TileWrite[];
}

/** The copies that run sets, in the order of writing: group, layer, copy. */
function residenciesOf(bases: readonly NodeSets[], batch: number, group: number): WrittenCopy[] {
  return Array.from({ length: Math.ceil(batch / group) }, (_, g) => g).flatMap((g) =>
    bases.flatMap((node, index) => {
      const perGroup = (node.count / batch) * group;
      const [first, end] = [g * perGroup, Math.min((g + 1) * perGroup, node.count)];
      return Array.from({ length: Math.min(node.copies, end - first) }, (__, copy): WrittenCopy => {
        const writes = node.writes.filter((write) => write.group === g && write.copy === copy);
        let last = 0;
        for (let k = first + copy; k < end; k += node.copies) last = Math.max(last, node.finish(k));
        const starts = startsOf(node, writes);
        const residency = {
          ...{ layer: { name: node.name }, index, group: g, round: 0, copy },
          end: last,
          starts,
          ready: 0,
        };
        return { residency, writes };
      });
    }),
  );
}

/** Per PE when it is taken: those that are written before cycle 0 go first. */
function startsOf({ pes }: NodeSets, writes: readonly TileWrite[]): Float64Array {
  const starts = new Float64Array(pes);
  let at = pes - writes.reduce((sum, write) => sum + write.pes, 0);
  for (const { startCycle, pes: own } of writes) {
    starts.fill(startCycle, at, at + own);
    at += own;
  }
  return starts;
}

/** What is written on one tile; what is there before cycle 0 is not known of tiles. */
function writtenOn(tile: number, copies: readonly WrittenCopy[]): Residency[] {
  return copies.flatMap(({ residency, writes }) => {
    const own = writes.filter((write) => write.tile === tile);
    const starts = own.flatMap(({ pes, startCycle }) => new Array<number>(pes).fill(startCycle));
    return own.length === 0 ? [] : [{ ...residency, starts: Float64Array.from(starts) }];
  });
}

function copyInWords(node: NodeSets, { group, copy, tile }: TileWrite): string {
  return `${nodeInWords(node)}, group ${group}, copy ${copy}, tile ${tile}`;
}
