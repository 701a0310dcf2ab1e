import type { Timeline } from '../picture/timeline.ts';
import type { BusyPes } from '../picture/utilization.ts';
import type {
  BufferSimulation,
  LayerSimulation,
  Simulation,
  SpillTraffic,
  TileSimulation,
  Waits,
  WriteWaits,
} from '../simulate/index.ts';
import { ganttChart } from './gantt.ts';
import { utilizationLine } from './over-time.ts';
import { type Block, type Printout, title } from './printout.ts';
import { SCHEDULING_NAMES } from './schedule-table.ts';
import {
  BUSY,
  type Cell,
  duration,
  energy,
  integer,
  modelOn,
  mostOf,
  percent,
  perSecond,
  rounded,
  shortName,
  type Table,
  table,
} from './table.ts';
import { triedLine } from './tried-line.ts';

/** So many of the links, tiles and layers that are held longest or wait most are shown. */
const MAX_LINKS = 5;
const MAX_TILES = 5;
const MAX_SPILLING = 5;
const MAX_WRITTEN = 5;
/** So many layers of a tile are named. */
const MAX_NAMES = 2;

/** A kind of wait and what its column is called. */
type Column = readonly [head: string, field: keyof (Waits & WriteWaits)];

/** Cycles of a wait; none where there is no such wait. */
const waitedFor = (waits: Waits & WriteWaits, field: Column[1]): number => waits[field] ?? 0;

/** What layers wait for on any chip, and where something is scarce: these are left out if all are 0. */
const COLUMNS: readonly Column[] = [
  ['data', 'waitDataCycles'],
  ['space', 'waitSpaceCycles'],
  ['copy', 'waitCopyCycles'],
  ['write', 'waitWriteCycles'],
  ['read', 'waitReadCycles'],
  ['GPEU', 'waitGpeuCycles'],
  ['send', 'waitSendCycles'],
  ['link', 'waitLinkCycles'],
  ['fetch', 'waitFetchCycles'],
];
const SCARCE = COLUMNS.filter(([head]) => head !== 'data' && head !== 'copy');

/** What a simulation is shown with. */
export interface SimulationContext {
  /** What ran when, to be drawn. */
  readonly timeline?: Timeline | undefined;
  /** How busy the chip was, to be drawn in a terminal. */
  readonly busyPes?: BusyPes | undefined;
}

/**
 * A simulation as text: its layers and what they waited for, its metrics, where its energy goes, its
 * busiest tiles and links.
 */
export function simulationText(
  simulation: Simulation,
  { timeline, busyPes }: SimulationContext = {},
): Printout {
  const parts = [
    title(heading(simulation)),
    ...layerTable(simulation),
    simulationMetrics(simulation),
    ...chipTables(simulation),
    timeline && ganttChart(timeline),
  ];
  const text = parts.flatMap((part) => (part === undefined ? [] : [part, '']));
  return busyPes === undefined ? text : [...text, utilizationLine(busyPes)];
}

/** What a simulation tells besides its metrics: of layers, copies, energy, tiles and links. */
export function simulationDetails(simulation: Simulation): Printout {
  return [...layerTable(simulation), ...chipTables(simulation).filter((block) => block !== undefined)];
}

/** Where the energy goes, and what is busiest. */
function chipTables(simulation: Simulation): (Block | undefined)[] {
  return [
    energyTable(simulation),
    notCounted(simulation),
    spillTable(simulation),
    writtenTable(simulation),
    busyTiles(simulation),
    waitingTiles(simulation),
    busyLinks(simulation),
  ];
}

function heading({
  model,
  architecture,
  granularity,
  scheduling,
  batch,
  clockNs,
  rounds,
}: Simulation): string {
  const turns = rounds === undefined ? '' : 'weights in turns, ';
  return (
    `${modelOn(model, architecture)}, ${granularity} sets, ${SCHEDULING_NAMES[scheduling]}, ` +
    `${turns}${integer(batch)} ${batch === 1 ? 'inference' : 'inferences'}; a clock cycle is ${duration(clockNs)}`
  );
}

function layerTable(simulation: Simulation): Block[] {
  const { layers, energyPj, cycles } = simulation;
  const scarce = present(SCARCE, layers);
  const columns = COLUMNS.filter((column) => !SCARCE.includes(column) || scarce.includes(column));
  const hasEnergy = energyPj.total !== null;
  const tried = triedLine(simulation);
  const busy = layers.map(({ computeCycles, copies }) => computeCycles / (copies * cycles));
  const heads = ['layer', 'op', 'copies', 'start', 'end', ...columns.map(([head]) => head), BUSY];
  const rows = layers.map((layer: LayerSimulation, i): Cell[] => [
    shortName(layer.name),
    layer.op,
    layer.copies,
    layer.startCycle,
    layer.endCycle,
    ...columns.map(([, field]) => waitedFor(layer, field)),
    { bar: busy[i]! },
    ...(hasEnergy ? [energy(layer.energyPj.total)] : []),
  ]);
  return [
    table(hasEnergy ? [...heads, 'energy'] : heads, rows, {
      important: [BUSY, 'copies', ...byWaits(columns, layers), 'end', 'energy', 'start', 'op'],
      inTerminal: [BUSY],
      bottleneck: mostOf(busy),
    }),
    'From `data` on: clock cycles that sets (send, link: results) waited for it.',
    ...(tried === undefined ? [] : [tried]),
  ];
}

/** Heads of columns, that of the longest wait first. */
function byWaits(columns: readonly Column[], waits: readonly (Waits & WriteWaits)[]): string[] {
  const waited = ([, field]: Column) => waits.reduce((sum, wait) => sum + waitedFor(wait, field), 0);
  return columns.toSorted((a, b) => waited(b) - waited(a)).map(([head]) => head);
}

function present(columns: readonly Column[], waits: readonly (Waits & WriteWaits)[]): Column[] {
  return columns.filter(([, field]) => waits.some((wait) => waitedFor(wait, field) > 0));
}

/** The metrics, beside those where movement is free. */
export function simulationMetrics(simulation: Simulation): Table {
  const { cycles, idealCycles, clockNs, energyPj, areaMm2, teraOperationsPerJoule } = simulation;
  const operations = `${rounded(simulation.teraOperationsPerSecond)} TOPS`;
  return table(
    ['', 'here', 'movement free'],
    [
      ['clock cycles', integer(cycles), integer(idealCycles)],
      ['latency', duration(simulation.latencyNs), duration(idealCycles * clockNs)],
      ['slowdown', `${(cycles / idealCycles).toFixed(2)}x`, '1.00x'],
      ['first inference', duration(simulation.firstLatencyNs), ''],
      ['throughput', `${perSecond(simulation.throughputPerSecond)} / s`, ''],
      ['operations', operations, ''],
      ...(energyPj.total === null ? [] : [['energy', energy(energyPj.total), '']]),
      ...(teraOperationsPerJoule === undefined
        ? []
        : [['efficiency', `${rounded(teraOperationsPerJoule)} TOPS/W`, '']]),
      ...(areaMm2.total === null ? [] : [['area', `${rounded(areaMm2.total)} mm²`, '']]),
      ['fullest input buffer', fullest(simulation, 'inputPeakBytes', 'inputBytes'), ''],
      ['fullest output buffer', fullest(simulation, 'outputPeakBytes', 'outputBytes'), ''],
      ...turnRows(simulation),
      ...spillRows(simulation),
      ...(simulation.bitHops === 0 ? [] : [['bits times hops', integer(simulation.bitHops), '']]),
    ],
  );
}

function turnRows(simulation: Simulation): Cell[][] {
  const { rounds, reload, writeCycles = 0, writtenPes = 0, weightBits = 0 } = simulation;
  if (rounds === undefined) return [];
  return [
    ['rounds', `${integer(rounds.length)} (${reload})`, ''],
    ['a PE write', `${integer(writeCycles)} cycles`, ''],
    ['PEs written', integer(writtenPes), ''],
    ['bits of their weights', integer(weightBits), ''],
  ];
}

function spillRows({ spill, sharedBuffer }: Simulation): Cell[][] {
  if (spill === undefined) return [];
  const rows = [
    ['bits spilled', integer(spill.spilledBits), ''],
    ['bits fetched back', integer(spill.fetchedBits), ''],
  ];
  if (sharedBuffer === undefined) return rows;
  const { bytes, peakBytes } = sharedBuffer;
  return [
    ...rows,
    ['of both in the shared buffer', integer(spill.sharedBufferBits), ''],
    ['fullest shared buffer', `${integer(peakBytes)} of ${integer(bytes)} B`, ''],
  ];
}

/** The layers and inputs that spill most. */
function spillTable({ inputs, layers, spill, sharedBuffer }: Simulation): Table | undefined {
  if (spill === undefined) return undefined;
  const rows = [...inputs, ...layers].flatMap(({ name, spill: own }) =>
    own === undefined ? [] : [{ name, own, bits: trafficBits(own) }],
  );
  const most = rows
    .filter(({ bits }) => bits > 0)
    .toSorted((a, b) => b.bits - a.bits)
    .slice(0, MAX_SPILLING);
  const shared = sharedBuffer === undefined ? [] : ['in the shared buffer'];
  return table(
    ['most spilling layers', 'spilled bits', 'fetched bits', ...shared, 'share'],
    most.map(({ name, own, bits }) => [
      ...[shortName(name), own.spilledBits, own.fetchedBits],
      ...(sharedBuffer === undefined ? [] : [own.sharedBufferBits]),
      percent(bits / trafficBits(spill)),
    ]),
  );
}

function trafficBits({ spilledBits, fetchedBits }: SpillTraffic): number {
  return spilledBits + fetchedBits;
}

/** The layers whose weights are written most. */
function writtenTable({ layers, writtenPes = 0, weightBits = 0 }: Simulation): Table | undefined {
  if (writtenPes === 0) return undefined;
  const most = layers
    .map(({ name, writtenPes: pes = 0 }) => ({ name, pes }))
    .filter(({ pes }) => pes > 0)
    .toSorted((a, b) => b.pes - a.pes)
    .slice(0, MAX_WRITTEN);
  return table(
    ['most written layers', 'PEs written', 'bits', 'share'],
    most.map(({ name, pes }) => [
      ...[shortName(name), pes, (pes * weightBits) / writtenPes],
      percent(pes / writtenPes),
    ]),
  );
}

/** The most that was in a buffer, and its size where it has one. */
function fullest(
  { buffers }: Simulation,
  peak: 'inputPeakBytes' | 'outputPeakBytes',
  size: 'inputBytes' | 'outputBytes',
): string {
  const most = buffers.reduce((bytes, buffer) => Math.max(bytes, buffer[peak]), 0);
  const limit = buffers[0]?.[size];
  return limit === undefined ? `${integer(most)} B` : `${integer(most)} of ${integer(limit)} B`;
}

function energyTable({ energyPj: { total, parts } }: Simulation): Block {
  if (total === null) return 'No energy: the architecture has no figures of it.';
  const rows = Object.entries(parts).toSorted(([, a], [, b]) => b - a);
  return table(
    ['energy', 'in all', 'share'],
    rows.map(([name, part]) => [name, energy(part), total === 0 ? '' : percent(part / total)]),
  );
}

/** What the sums leave out for want of a figure. */
function notCounted({ energyPj, areaMm2 }: Simulation): string | undefined {
  const lines = Object.entries({ energy: energyPj, area: areaMm2 }).flatMap(([sum, { total, missing }]) =>
    total === null || missing.length === 0
      ? []
      : [`Not in the ${sum}, without figures: ${missing.join(', ')}.`],
  );
  return lines.length === 0 ? undefined : lines.join('\n');
}

function busyTiles({ tiles, buffers, cycles, spill, rounds }: Simulation): Table | undefined {
  if (tiles.length < 2) return undefined;
  const bufferOf = new Map(buffers.map((buffer) => [buffer.tile, buffer]));
  const busiest = tiles.toSorted((a, b) => b.busyCycles - a.busyCycles).slice(0, MAX_TILES);
  return table(
    [
      ...['busiest tiles', 'busy', 'input buffer', 'output buffer'],
      ...(spill === undefined ? [] : ['spilled bits', 'fetched bits']),
      ...(rounds === undefined ? [] : ['PEs written']),
      'layers',
    ],
    busiest.map((tile) => [
      `tile ${tile.tile}`,
      percent(tile.busyCycles / cycles),
      ...peaks(bufferOf.get(tile.tile)),
      ...(spill === undefined ? [] : [tile.spill?.spilledBits ?? 0, tile.spill?.fetchedBits ?? 0]),
      ...(rounds === undefined ? [] : [tile.writtenPes ?? 0]),
      layerNames(tile),
    ]),
    { important: ['busy', 'layers', 'input buffer', 'fetched bits', 'spilled bits', 'PEs written'] },
  );
}

/** The most that was in the buffers of a tile. */
function peaks(buffer: BufferSimulation | undefined): [string, string] {
  return [`${integer(buffer?.inputPeakBytes ?? 0)} B`, `${integer(buffer?.outputPeakBytes ?? 0)} B`];
}

function waitingTiles({ tiles }: Simulation): Table | undefined {
  const columns = present(SCARCE, tiles);
  if (tiles.length < 2 || columns.length === 0) return undefined;
  const waited = (tile: TileSimulation) =>
    columns.reduce((sum, [, field]) => sum + waitedFor(tile, field), 0);
  const most = tiles
    .filter((tile) => waited(tile) > 0)
    .toSorted((a, b) => waited(b) - waited(a))
    .slice(0, MAX_TILES);
  return table(
    ['most waiting tiles', ...columns.map(([head]) => head), 'layers'],
    most.map((tile) => [
      `tile ${tile.tile}`,
      ...columns.map(([, field]) => waitedFor(tile, field)),
      layerNames(tile),
    ]),
    { important: ['layers', ...byWaits(columns, tiles)] },
  );
}

function layerNames({ layers }: TileSimulation): string {
  const more = layers.length - MAX_NAMES;
  const named = layers
    .slice(0, MAX_NAMES)
    .map((name) => shortName(name))
    .join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

function busyLinks({ links }: Simulation): Table | undefined {
  if (links.length === 0) return undefined;
  const busiest = links.toSorted((a, b) => b.busyCycles - a.busyCycles).slice(0, MAX_LINKS);
  return table(
    ['busiest links', 'bits', 'busy'],
    busiest.map(({ from, to, bits, utilization }) => [`tile ${from} to ${to}`, bits, percent(utilization)]),
  );
}
