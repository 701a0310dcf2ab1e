import { type Crossbars, pesByClass } from '../architecture/crossbar.ts';
import { type AnyArchitecture, normalArchitecture } from '../architecture/normal-architecture.ts';
import { type MappedLayer, type Mapping, pesUsed } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import { type Printout, title } from './printout.ts';
import { extent, integer, modelOn, shortName, type Table, table } from './table.ts';
import { span } from './turns-table.ts';

/** A slice of a layer that takes more PEs than the chip has. */
export interface InspectedSlice {
  /** Such as `x[2/5]`. */
  readonly name: string;
  /** PEs of one copy. */
  readonly pes: number;
  /** Copies of its weights. */
  readonly copies: number;
  /** Index of its round. */
  readonly round: number;
}

/** Layers whose copies hold the chip together. */
export interface InspectedRound {
  /** Names of its base layers or slices. */
  readonly layers: readonly string[];
  /** PEs of its copies. */
  readonly pes: number;
}

/**
 * A layer before it is scheduled. PEs are numbered from 0 in the order of the layers, those of each size of crossbar by
 * themselves.
 */
export interface InspectedLayer {
  /** Unique in the network. */
  readonly name: string;
  /** What the layer does, in one word. */
  readonly op: string;
  /** Names of the layers that it reads. */
  readonly inputs: readonly string[];
  /** [H, W, C] of the OFM. */
  readonly outputShape: readonly [number, number, number];
  /** Base layers only: rows and columns of a group's matrix of weights, and the number of groups. */
  readonly weights?: readonly [number, number, number];
  /** Base layers only: bits of a weight, where the file quantises it. */
  readonly weightBits?: number;
  /** Base layers only: bits of an activation that the layer reads, where the file quantises it. */
  readonly activationBits?: number;
  /** Base layers only: MVMs of one inference. */
  readonly mvms?: number;
  /** Base layers only: PEs of one copy. */
  readonly pes?: number;
  /** Base layers only: copies of the weights; of a layer in slices they have them. */
  readonly copies?: number;
  /** Base layers only: the first PE that holds a copy, where weights do not take turns. */
  readonly firstPe?: number;
  /** Base layers only: the last PE that holds a copy, where weights do not take turns. */
  readonly lastPe?: number;
  /** Where weights take turns: the index of its round; of a layer in slices they have it. */
  readonly round?: number;
  /** Where weights take turns and a copy takes more PEs than the chip has: its slices. */
  readonly slices?: readonly InspectedSlice[];
  /** Base layers on a chip with crossbars of several sizes: the name of its crossbars, and why these. */
  readonly crossbar?: string;
  /** On such a chip: why these crossbars. */
  readonly reason?: string;
}

/** Crossbars of one size, and their PEs. */
export interface InspectedCrossbars {
  /** What the architecture calls them. */
  readonly name: string;
  /** Rows and columns. */
  readonly size: readonly [number, number];
  /** PEs of one copy of every layer that is on them. */
  readonly minimumPes: number;
  /** PEs that have such a crossbar. */
  readonly totalPes: number;
  /** PEs of these that hold weights. */
  readonly usedPes: number;
}

/** A network on an architecture before it is scheduled; `clsa-cim inspect --json` prints it as it is. */
export interface Inspection {
  /** Name of the network. */
  readonly model: string;
  /** Name of the architecture. */
  readonly architecture: string;
  /** Rows and columns of the crossbars; of a chip with several sizes they are in `crossbars`. */
  readonly crossbar?: readonly [number, number];
  /** The crossbars of a chip with several sizes. */
  readonly crossbars?: readonly InspectedCrossbars[];
  /** Crossbar columns that hold one weight. */
  readonly columnsPerWeight: number;
  /** PEs of one copy of every layer. */
  readonly minimumPes: number;
  /** PEs of the architecture, used or not. */
  readonly totalPes: number;
  /** PEs that hold weights; where they take turns, in the round that takes most. */
  readonly usedPes: number;
  /** PEs that the chip has too few; every layer has one copy then, unless weights take turns. */
  readonly missingPes: number;
  /** Where weights take turns: the rounds, in order. */
  readonly rounds?: readonly InspectedRound[];
  /** All layers in the order of the file, base layers or not. */
  readonly layers: readonly InspectedLayer[];
}

/** Describes all layers of a network, and where the base layers go; whether or not the PEs suffice. */
export function inspection(network: Network, architecture: AnyArchitecture, mapping: Mapping): Inspection {
  const { name, crossbars, columnsPerWeight } = normalArchitecture(architecture);
  const { classes } = crossbars;
  const placeOf = places(mapping);
  const layers = network.layers.map((layer, index): InspectedLayer => {
    const { height, width, channels } = layer.shape;
    const described = {
      name: layer.name,
      op: layer.op,
      inputs: [...new Set(layer.inputs.map(({ from }) => network.layers[from]!.name))],
      outputShape: [height, width, channels] as const,
    };
    const place = placeOf.get(index);
    if (place === undefined || layer.weights === undefined) return described;
    const { crossbar, reason, ...placed } = place;
    const { weightBits, activationBits } = layer;
    const { rows, columns, groups } = layer.weights;
    return {
      ...described,
      weights: [rows, columns, groups],
      ...(weightBits === undefined ? {} : { weightBits }),
      ...(activationBits === undefined ? {} : { activationBits }),
      ...placed,
      ...(reason === undefined ? {} : { crossbar: classes[crossbar]!.name, reason }),
    };
  });
  const inspected = inspectedCrossbars(crossbars, mapping);
  return {
    model: network.name,
    architecture: name,
    ...(classes.length > 1 ? { crossbars: inspected } : { crossbar: inspected[0]!.size }),
    columnsPerWeight,
    minimumPes: mapping.minimumPes,
    totalPes: mapping.totalPes,
    usedPes: mapping.usedPes,
    missingPes: inspected.reduce((sum, own) => sum + missing(own), 0),
    ...(mapping.rounds === undefined ? {} : { rounds: roundsOf(mapping.layers, mapping.rounds) }),
    layers,
  };
}

type Place = Pick<InspectedLayer, 'mvms' | 'pes' | 'copies' | 'firstPe' | 'lastPe' | 'round' | 'slices'> &
  Pick<MappedLayer, 'crossbar' | 'reason'>;

/** Where every base layer goes, by its index in the network. */
function places(mapping: Mapping): Map<number, Place> {
  const { layers, rounds } = mapping;
  const nextPe: number[] = []; // by class of crossbars
  const found = new Map<number, Place>();
  layers.forEach((mapped, i) => {
    const { layer, name, mvms, pesPerCopy, copies, crossbar, reason, slice } = mapped;
    const from = { mvms, crossbar, ...(reason === undefined ? {} : { reason }) };
    if (rounds === undefined) {
      const firstPe = nextPe[crossbar] ?? 0;
      nextPe[crossbar] = firstPe + pesPerCopy * copies;
      found.set(layer, { ...from, pes: pesPerCopy, copies, firstPe, lastPe: nextPe[crossbar] - 1 });
      return;
    }
    const round = rounds.findLastIndex((start) => start <= i);
    if (slice === undefined) found.set(layer, { ...from, pes: pesPerCopy, copies, round });
    else {
      const { pes = 0, slices = [] } = found.get(layer) ?? {};
      const own = { name, pes: pesPerCopy, copies, round };
      found.set(layer, { ...from, pes: pes + pesPerCopy, slices: [...slices, own] });
    }
  });
  return found;
}

function roundsOf(layers: readonly MappedLayer[], rounds: readonly number[]): InspectedRound[] {
  return rounds.map((start, round) => {
    const own = layers.slice(start, rounds[round + 1]);
    return { layers: own.map(({ name }) => name), pes: pesUsed(own) };
  });
}

function inspectedCrossbars(crossbars: Crossbars, { layers, totalPes }: Mapping): InspectedCrossbars[] {
  const pes = pesByClass(crossbars, totalPes);
  return crossbars.classes.map(({ name, crossbarRows, crossbarColumns }, crossbar) => {
    const own = layers.filter((layer) => layer.crossbar === crossbar);
    const minimumPes = own.reduce((sum, { pesPerCopy }) => sum + pesPerCopy, 0);
    const size = [crossbarRows, crossbarColumns] as const;
    return { name, size, minimumPes, totalPes: pes[crossbar]!, usedPes: pesUsed(own) };
  });
}

function missing({ minimumPes, totalPes }: InspectedCrossbars): number {
  return Math.max(0, minimumPes - totalPes);
}

/** The inspection as text. */
export function inspectionText(result: Inspection): Printout {
  const { crossbars } = result;
  const base = result.layers.filter((layer) => layer.pes !== undefined);
  const mvms = base.reduce((sum, layer) => sum + (layer.mvms ?? 0), 0);
  return [
    title(
      `${modelOn(result.model, result.architecture)}: crossbars of ${sizes(result)}, ` +
        `${result.columnsPerWeight} ${result.columnsPerWeight === 1 ? 'column' : 'columns'} per weight`,
    ),
    '',
    layerTable(result),
    '',
    ...(result.rounds === undefined ? [] : [roundTable(result.rounds), '']),
    ...(crossbars === undefined ? [] : [crossbarTable(crossbars), '', reasonTable(base), '']),
    `${result.layers.length} layers, ${base.length} of them base layers with ${integer(mvms)} MVMs; ` +
      `${integer(result.minimumPes)} PEs at least, ${integer(result.usedPes)} used of ${integer(result.totalPes)}`,
    ...missingLine(result),
    '',
  ];
}

function layerTable({ layers, crossbars, rounds }: Inspection): Table {
  const { heads: bitHeads, cells: bitCells } = bitColumns(layers);
  const where = rounds === undefined ? 'on PEs' : 'round';
  const heads = [
    ...['#', 'layer', 'op', 'OFM', 'weights', ...bitHeads, 'MVMs', 'PEs', 'copies', where, 'reads #'],
    ...(crossbars === undefined ? [] : ['crossbar']),
  ];
  const numbers = new Map(layers.map(({ name }, i) => [name, i]));
  const rows = layers.map((layer, i) => [
    i,
    shortName(layer.name),
    layer.op,
    extent(layer.outputShape),
    weights(layer),
    ...bitCells(layer),
    layer.mvms ?? '',
    layer.pes ?? '',
    layer.slices === undefined ? (layer.copies ?? '') : `${layer.slices.length} slices`,
    placeText(layer),
    layer.inputs.map((name) => numbers.get(name)).join(' '),
    ...(crossbars === undefined ? [] : [shortName(layer.crossbar ?? '')]),
  ]);
  return table(heads, rows, {
    important: ['layer', 'op', 'PEs', 'copies', 'weights', 'OFM', where, 'MVMs', 'reads #'],
  });
}

/** Where a layer is: on PEs, in a round or, with its slices, in several. */
function placeText({ firstPe, lastPe, round, slices }: InspectedLayer): string {
  if (firstPe !== undefined) return `${firstPe}–${lastPe}`;
  if (round !== undefined) return String(round);
  return slices === undefined ? 'GPEU' : `${slices[0]!.round}–${slices.at(-1)!.round}`;
}

function roundTable(rounds: readonly InspectedRound[]): Table {
  const rows = rounds.map(({ layers, pes }, i) => [i, ...span(layers), pes]);
  return table(['round', 'first layer', 'last layer', 'layers', 'PEs'], rows);
}

/** Columns for the bits of weights and activations, each only where the file says them of some layer. */
function bitColumns(layers: readonly InspectedLayer[]) {
  const all = [
    ['weight bits', (layer: InspectedLayer) => layer.weightBits],
    ['IFM bits', (layer: InspectedLayer) => layer.activationBits],
  ] as const;
  const shown = all.filter(([, bits]) => layers.some((layer) => bits(layer) !== undefined));
  return {
    heads: shown.map(([head]) => head),
    cells: (layer: InspectedLayer) => shown.map(([, bits]) => bits(layer) ?? ''),
  };
}

function crossbarTable(crossbars: readonly InspectedCrossbars[]): Table {
  return table(
    ['crossbar', 'size', 'PEs', 'at least', 'used'],
    crossbars.map(({ name, size, totalPes, minimumPes, usedPes }) => [
      shortName(name),
      extent(size),
      totalPes,
      minimumPes,
      usedPes,
    ]),
  );
}

/** Why every base layer is in its crossbars. */
function reasonTable(layers: readonly InspectedLayer[]): Table {
  return table(
    ['layer', 'crossbar', 'why'],
    layers.map(({ name, crossbar, reason }) => [shortName(name), shortName(crossbar ?? ''), reason ?? '']),
    { sentences: ['why'] },
  );
}

function sizes({ crossbar, crossbars }: Inspection): string {
  if (crossbars === undefined) return extent(crossbar ?? []);
  return crossbars.map(({ size }) => extent(size)).join(' and ');
}

/** What is missing where the chip has too few PEs, in a line. */
function missingLine({ missingPes, crossbars, rounds }: Inspection): string[] {
  if (missingPes === 0) return [];
  if (rounds !== undefined) return [`${integer(missingPes)} PEs are missing, so that weights take turns`];
  const lacking = (crossbars ?? []).filter((own) => missing(own) > 0);
  const of = lacking.map((own) => `${integer(missing(own))} of ${shortName(own.name)}`).join(', ');
  return [
    `${integer(missingPes)} PEs are missing${of === '' ? '' : `: ${of}`}; with one copy each the layers do not fit`,
  ];
}

function weights(layer: InspectedLayer): string {
  if (layer.weights === undefined) return '';
  const [rows, columns, groups] = layer.weights;
  return groups === 1 ? extent([rows, columns]) : `${groups} x (${extent([rows, columns])})`;
}
