import { cyclesOf } from '../architecture/mvm-time.ts';
import {
  type AnyArchitecture,
  type NormalArchitecture,
  normalArchitecture,
} from '../architecture/normal-architecture.ts';
import { hasTiles } from '../architecture/normal-chip.ts';
import type { Network } from '../network/network.ts';
import type { DetailedSimulation, NodeSets } from '../simulate/index.ts';
import { tilesOf } from './layer-tiles.ts';
import type { TimedNode, TimedResidency, TimedWriting, Timeline } from './timeline.ts';

/**
 * A simulated run as verification plays it: joins and inputs are nodes of it.
 *
 * @param simulation With its sets (`keepSets`).
 */
export function timelineOfSimulation(
  network: Network,
  architecture: AnyArchitecture,
  simulation: DetailedSimulation,
): Timeline {
  const { sets, batch, totalPes, group = batch, rounds } = simulation;
  if (sets === undefined) throw new Error('the simulation has not kept its sets');
  const normal = normalArchitecture(architecture);
  const { classes } = normal.crossbars;
  const pesPerTile = hasTiles(normal.chip) ? classes[0]!.pesPerTile : undefined;
  const bases = sets.filter(({ kind }) => kind === 'base');
  const tiles = tilesOf(network, normal, bases);
  const tilesOfSets = new Map(bases.map((own, i) => [own, tiles[i]!]));
  const residencies: TimedResidency[] = [];
  const nodes = sets.map((own, node): TimedNode => {
    const first = residencies.length;
    if (rounds !== undefined && own.kind === 'base') residencies.push(...residenciesOf(own, node, group));
    const isInTurns = residencies.length > first;
    const isBase = own.kind === 'base';
    const { kind, layer, name, count } = own;
    return {
      ...{ kind, layer, name, ofm: network.layers[layer]!.shape, sets: count / batch },
      ...(tilesOfSets.get(own) ?? { slices: 1, tiles: [], pes: 0, layerPes: 0 }),
      copies: isBase ? own.copies : 0,
      start: own.start,
      finish: own.finish,
      free: (k) => own.start(k) + own.computeCycles(k),
      granted: own.fetchStart,
      copy: (k) => (isBase ? own.copy(k) : -1),
      residency: (k) => (isInTurns ? first + own.copy(k) : -1),
      positions: own.positions,
    };
  });
  return {
    ...{ network, nodes, residencies, totalPes, inferences: batch, hasInputs: true },
    ...(pesPerTile === undefined ? {} : { pesPerTile }),
    ...(rounds === undefined ? {} : { writing: writingOf(normal) }),
  };
}

/** What the chip needs to write a PE, in cycles of its clock. */
function writingOf({ chip, clockNs, writing }: NormalArchitecture): TimedWriting {
  const { peWriteNs, parallelWrites = Infinity } = writing!;
  return {
    writeCycles: cyclesOf(peWriteNs, clockNs),
    parallelWrites,
    tilePorts: chip.tileWritePorts ?? Infinity,
  };
}

/** The copies of a layer or slice, group by group, as `copy` of its sets numbers them. */
function residenciesOf(
  { count, inferences, copies, pes, writes }: NodeSets,
  node: number,
  group: number,
): TimedResidency[] {
  const ofGroups = Array.from({ length: Math.ceil(inferences / group) }, (_, g) => {
    const inGroup = Math.min(group, inferences - g * group);
    return Array.from({ length: Math.min(copies, (inGroup * count) / inferences) }, (__, copy) => ({
      group: g,
      copy,
    }));
  });
  return ofGroups.flat().map((own) => {
    const written = writes.filter((write) => write.group === own.group && write.copy === own.copy);
    return {
      ...{ node, ...own, pes },
      takes: written.map(({ startCycle, writeCycle, endCycle, pes: count, tile }) => ({
        ...{ cycle: startCycle, begin: writeCycle, end: endCycle, pes: count, tile },
      })),
    };
  });
}
