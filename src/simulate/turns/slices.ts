import type { Mapping } from '../../map/mapping.ts';
import type { Work, WorkEdge, WorkNode } from '../../workload/work.ts';

/** A node of one group: a base layer or slice, a join, or an input. */
export interface SlicedNode {
  /** Its part of the work of the layer. */
  readonly node: WorkNode;
  /** The node of the flow that it is of. */
  readonly flowNode: number;
  /** Index of the base layer or slice in the mapping; undefined for joins and inputs. */
  readonly mapped?: number;
  /** GPEU operations of one inference. */
  readonly gpeuOperations: number;
}

/** Nodes and edges of one group. */
export interface SlicedWork {
  readonly nodes: readonly SlicedNode[];
  readonly edges: readonly WorkEdge[];
}

/** The work of a network in which layers are cut into slices, which share it in proportion to their PEs. */
export function slicedWork({ nodes, edges, gpeuOperations }: Work, mapping: Mapping): SlicedWork {
  const slices = new Map<number, number[]>();
  mapping.layers.forEach(({ layer }, mapped) => {
    slices.set(layer, [...(slices.get(layer) ?? []), mapped]);
  });
  const shares = new Map(
    [...slices].map(([layer, own]) => [
      layer,
      sharesBy(own.map((mapped) => mapping.layers[mapped]!.pesPerCopy)),
    ]),
  );
  const sliced: SlicedNode[] = [];
  /** Per node of the flow: its first node here. */
  const firsts: number[] = [];
  nodes.forEach((node, flowNode) => {
    firsts.push(sliced.length);
    const own = node.kind === 'base' ? slices.get(node.layer)! : [];
    if (own.length === 0) sliced.push({ node, flowNode, gpeuOperations: gpeuOperations[flowNode]! });
    own.forEach((mapped, slice) => {
      const share = shares.get(node.layer)![slice]!;
      const { name } = mapping.layers[mapped]!;
      const part = own.length === 1 ? node : { ...sliceOf(node, share), name };
      sliced.push({ node: part, flowNode, mapped, gpeuOperations: share(gpeuOperations[flowNode]!) });
    });
  });
  const partsOf = (flowNode: number) => {
    const end = firsts[flowNode + 1] ?? sliced.length;
    return Array.from({ length: end - firsts[flowNode]! }, (_, slice) => firsts[flowNode]! + slice);
  };
  const slicedEdges = edges.flatMap((edge): WorkEdge[] => {
    const { layer } = nodes[edge.from]!;
    const from = partsOf(edge.from);
    const bits = from.map((_, slice) =>
      from.length === 1 ? edge.bits : edge.bits.map(shares.get(layer)![slice]!),
    );
    return partsOf(edge.to).flatMap((to) =>
      from.map((own, i) => ({ ...edge, from: own, to, bits: bits[i]! })),
    );
  });
  return { nodes: sliced, edges: slicedEdges };
}

/** A part of a whole number. */
type Share = (total: number) => number;

/** What each of several parts gets of a total, in proportion to their PEs; together they get all of it. */
function sharesBy(pes: readonly number[]): Share[] {
  const all = BigInt(pes.reduce((sum, own) => sum + own, 0));
  let before = 0n;
  return pes.map((own): Share => {
    const [from, to] = [before, before + BigInt(own)];
    before = to;
    const upTo = (end: bigint, total: number) => (BigInt(total) * end) / all;
    return (total) => Number(upTo(to, total) - upTo(from, total));
  });
}

function sliceOf(node: WorkNode, share: Share): WorkNode {
  const { gpeuCycles, resultBits, outputBits } = node;
  return {
    ...node,
    gpeuCycles: gpeuCycles.map(share),
    resultBits: resultBits.map(share),
    ...(outputBits === undefined ? {} : { outputBits: outputBits.map(share) }),
  };
}
