import { type Architecture, columnsPerWeight } from '../architecture/architecture.ts';
import type { Mapping } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import { extent, integer, shortName, table } from './table.ts';

/** A layer before it is scheduled. PEs are numbered from 0 in the order of the layers. */
export interface InspectedLayer {
  readonly name: string;
  readonly op: string;
  /** Names of the layers that it reads. */
  readonly inputs: readonly string[];
  /** [H, W, C] of the OFM. */
  readonly outputShape: readonly [number, number, number];
  /** Base layers only: rows and columns of a group's matrix of weights, and the number of groups. */
  readonly weights?: readonly [number, number, number];
  /** Base layers only: MVMs of one inference. */
  readonly mvms?: number;
  /** Base layers only: PEs of one copy, copies, and the first and last PE that hold them. */
  readonly pes?: number;
  readonly copies?: number;
  readonly firstPe?: number;
  readonly lastPe?: number;
}

/** A network on an architecture before it is scheduled; `clsa-cim inspect --json` prints it as it is. */
export interface Inspection {
  readonly model: string;
  readonly architecture: string;
  readonly crossbar: readonly [number, number];
  /** Crossbar columns that hold one weight. */
  readonly columnsPerWeight: number;
  readonly minimumPes: number;
  readonly totalPes: number;
  readonly usedPes: number;
  readonly layers: readonly InspectedLayer[];
}

/** Describes all layers of a network, and where the base layers go. */
export function inspection(network: Network, architecture: Architecture, mapping: Mapping): Inspection {
  const mappedOf = new Map(mapping.layers.map((mapped) => [mapped.layer, mapped]));
  let nextPe = 0;
  const layers = network.layers.map((layer, index): InspectedLayer => {
    const { height, width, channels } = layer.shape;
    const described = {
      name: layer.name,
      op: layer.op,
      inputs: [...new Set(layer.inputs.map(({ from }) => network.layers[from]!.name))],
      outputShape: [height, width, channels] as const,
    };
    const mapped = mappedOf.get(index);
    if (mapped === undefined || layer.weights === undefined) return described;
    const firstPe = nextPe;
    nextPe += mapped.pesPerCopy * mapped.copies;
    const { rows, columns, groups } = layer.weights;
    return {
      ...described,
      weights: [rows, columns, groups],
      mvms: mapped.mvms,
      pes: mapped.pesPerCopy,
      copies: mapped.copies,
      firstPe,
      lastPe: nextPe - 1,
    };
  });
  return {
    model: network.name,
    architecture: architecture.name,
    crossbar: [architecture.crossbarRows, architecture.crossbarColumns],
    columnsPerWeight: columnsPerWeight(architecture),
    minimumPes: mapping.minimumPes,
    totalPes: mapping.totalPes,
    usedPes: mapping.usedPes,
    layers,
  };
}

/** The inspection as text for a terminal. */
export function printInspection(result: Inspection): string {
  const heads = ['#', 'layer', 'op', 'OFM', 'weights', 'MVMs', 'PEs', 'copies', 'on PEs', 'reads #'];
  const numbers = new Map(result.layers.map(({ name }, i) => [name, i]));
  const rows = result.layers.map((layer, i) => [
    i,
    shortName(layer.name),
    layer.op,
    extent(layer.outputShape),
    weights(layer),
    layer.mvms ?? '',
    layer.pes ?? '',
    layer.copies ?? '',
    layer.firstPe === undefined ? 'GPEU' : `${layer.firstPe}–${layer.lastPe}`,
    layer.inputs.map((name) => numbers.get(name)).join(' '),
  ]);
  const base = result.layers.filter((layer) => layer.pes !== undefined);
  const mvms = base.reduce((sum, layer) => sum + (layer.mvms ?? 0), 0);
  return [
    `${result.model} on ${result.architecture}: crossbars of ${extent(result.crossbar)}, ` +
      `${result.columnsPerWeight} ${result.columnsPerWeight === 1 ? 'column' : 'columns'} per weight`,
    '',
    table(heads, rows),
    '',
    `${result.layers.length} layers, ${base.length} of them base layers with ${integer(mvms)} MVMs; ` +
      `${integer(result.minimumPes)} PEs at least, ${integer(result.usedPes)} used of ${integer(result.totalPes)}`,
    '',
  ].join('\n');
}

function weights(layer: InspectedLayer): string {
  if (layer.weights === undefined) return '';
  const [rows, columns, groups] = layer.weights;
  return groups === 1 ? extent([rows, columns]) : `${groups} x (${extent([rows, columns])})`;
}
