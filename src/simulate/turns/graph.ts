import type { Writing } from '../../architecture/writing.ts';
import type { Mapping } from '../../map/mapping.ts';
import { groupsOf } from '../../schedule/turn-options.ts';
import { FlowIndex } from '../../workload/flow-index.ts';
import { flowPart, workPart } from '../../workload/parts.ts';
import type { Workload } from '../../workload/workload.ts';
import { clockCyclesOf } from '../model/clock-cycles.ts';
import type {
  IndexedGraph,
  SimulationChip,
  SimulationCopy,
  SimulationNode,
  SimulationTurns,
  SimulationWrite,
} from '../model/graph.ts';
import type { Topology } from '../model/topology.ts';
import { simulationCopy, sliceCopy } from '../placement/partial-sums.ts';
import type { Placement } from '../placement/placement.ts';
import { givePes, type TurnsRun } from './give-pes.ts';
import { type GivenPes, sharesOf } from './pes.ts';
import { type Residency, residenciesOf } from './residency.ts';
import { type SlicedWork, slicedWork } from './slices.ts';

/** Where weights that take turns are played. */
interface Where {
  readonly chip: SimulationChip;
  readonly topology: Topology;
  readonly placement: Placement | readonly number[] | undefined;
}

/**
 * The graph of a mapping in rounds (docs/simulation.md section 13): every group of inferences has nodes of its own, whose copies are
 * residencies.
 *
 * @throws ClsaCimError as `givePes` does.
 */
export function graphInTurns(
  workload: Workload,
  mapping: Mapping,
  run: TurnsRun,
  { chip, topology, placement }: Where,
): IndexedGraph {
  const residencies = residenciesOf(workload, mapping, run);
  const given = givePes(workload, mapping, run, residencies, topology, placement);
  const work = slicedWork(workload.part(workPart), mapping);
  const groups = groupsOf(run);
  const perGroup = work.nodes.length;
  const nodes = groups.flatMap((count, group) => {
    const copiesOf = copiesIn(workload, mapping, residencies, given, group);
    return nodesOf(workload, work, chip, copiesOf).map(
      (node, i): SimulationNode => ({
        ...{ ...node, inferences: { first: group * run.group, count } },
        ...(group > 0 ? { groupBefore: (group - 1) * perGroup + i } : {}),
      }),
    );
  });
  const edges = groups.flatMap((_, group) =>
    work.edges.map((edge) => ({
      ...edge,
      from: edge.from + group * perGroup,
      to: edge.to + group * perGroup,
    })),
  );
  const { mvmCycles, mvmIntervalCycles } = workload.architecture;
  return {
    ...{ nodes, edges, index: new FlowIndex({ nodes, edges }), chip, batch: run.batch },
    // Layer by layer every layer is a round, which begins when the one before is finished.
    ...{ scheduling: 'xinf', mvmCycles, mvmIntervalCycles },
    turns: {
      ...turnsOf(workload, work, residencies, given),
      ...(run.scheduling === 'lbl' ? { freesTogether: true } : {}),
    },
  };
}

/** The copies of a layer or slice of the mapping. */
type CopiesOf = (mapped: number) => readonly SimulationCopy[];

/** Nodes of one group, as if it were alone. */
function nodesOf(
  workload: Workload,
  { nodes }: SlicedWork,
  chip: SimulationChip,
  copiesOf: CopiesOf,
): SimulationNode[] {
  const flow = workload.part(flowPart);
  /** Of a base layer that is cut, its last slice. */
  const mappedOf = new Map(
    nodes.flatMap(({ node, mapped }) => (mapped === undefined ? [] : [[node.layer, mapped]])),
  );
  const onTile = (tile: number): SimulationCopy[] => [{ tiles: [tile], partialBitsPerPixel: [] }];
  return nodes.map(({ node, flowNode, mapped }) => {
    if (mapped !== undefined) return { ...node, copies: copiesOf(mapped) };
    if (node.kind === 'input') return { ...node, copies: onTile(chip.offChipTile) };
    const { lastBase } = flow.nodes[flowNode]!;
    const home = lastBase < 0 ? 0 : copiesOf(mappedOf.get(lastBase)!)[0]!.tiles.at(-1)!;
    return { ...node, copies: onTile(home) };
  });
}

/** The copies of one group. */
function copiesIn(
  { network, architecture }: Workload,
  mapping: Mapping,
  residencies: readonly Residency[],
  { runs }: GivenPes,
  group: number,
): CopiesOf {
  const crossbar = architecture.crossbars.classes[0]!;
  const copies = mapping.layers.map((): SimulationCopy[] => []);
  residencies.forEach((residency, i) => {
    if (residency.group !== group) return;
    const { layer, slice } = mapping.layers[residency.layer]!;
    const weights = network.layers[layer]!.weights!;
    const shares = sharesOf(runs[i]!);
    const before = (slice?.index ?? 0) * mapping.totalPes;
    copies[residency.layer]!.push(
      slice === undefined
        ? simulationCopy(shares, weights, architecture, crossbar)
        : sliceCopy(shares, before, weights, architecture, crossbar),
    );
  });
  return (mapped) => copies[mapped]!;
}

function turnsOf(
  { architecture }: Workload,
  { nodes }: SlicedWork,
  residencies: readonly Residency[],
  { runs, gates }: GivenPes,
): SimulationTurns {
  const { crossbars, clockNs, writing, given } = architecture;
  const { crossbarRows, crossbarColumns } = crossbars.classes[0]!;
  const { peWriteNs, parallelWrites } = writing as Writing;
  const bits = crossbarRows * crossbarColumns * given.cellBits;
  const nodeOf = new Map(nodes.flatMap(({ mapped }, node) => (mapped === undefined ? [] : [[mapped, node]])));
  const copyOf = (residency: number) => {
    const { group, layer, copy } = residencies[residency]!;
    return { node: group * nodes.length + nodeOf.get(layer)!, copy };
  };
  return {
    writes: runs.flatMap((own, residency) =>
      own.flatMap(({ gate, tile, pes }): SimulationWrite[] =>
        gate < 0 ? [] : [{ ...copyOf(residency), tile, pes, bits, gate }],
      ),
    ),
    gates: gates.map((own) => own.map(copyOf)),
    writeCycles: clockCyclesOf('peWriteNs: writing a PE', peWriteNs, clockNs),
    ...(parallelWrites === undefined ? {} : { parallelWrites }),
  };
}
