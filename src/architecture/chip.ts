import * as v from 'valibot';
import { count, expected, fields, mapping, rule } from '../input/validate.ts';
import {
  crossbarFigures,
  MVM_ENERGY_FIELDS,
  type MvmEnergyField,
  mvmEnergyFault,
} from './crossbar-figures.ts';
import { figure, MAX_FIGURE, MAX_PES_PER_TILE, optional, timeNs } from './field.ts';

/** Routes are kept for every tile that something is sent to; more tiles than this no memory holds. */
const MAX_TILES = 2 ** 16;
const MAX_CYCLES = 2 ** 20;
/** So that a buffer in bits is a 32-bit number. */
export const MAX_BUFFER_BYTES = 2 ** 28 - 1;
const MAX_PORTS = 2 ** 16;
export const MAX_BITS_PER_CYCLE = 2 ** 31 - 1;

/** Fewer operations per cycle are none: a layer would take longer than a simulation can count. */
const MIN_OPERATIONS = 1e-6;

const cyclesMessage = expected(`a whole number of cycles from 0 to ${MAX_CYCLES}`);
const cycles = v.pipe(
  v.number(cyclesMessage),
  v.safeInteger(cyclesMessage),
  v.minValue(0, cyclesMessage),
  v.maxValue(MAX_CYCLES, cyclesMessage),
);

/** A second: longer than any memory takes. */
const MAX_LATENCY_NS = 1e9;
const latencyMessage = expected(`ns from 0 to ${MAX_LATENCY_NS}`);
const latency = v.pipe(
  v.number(latencyMessage),
  v.minValue(0, latencyMessage),
  v.maxValue(MAX_LATENCY_NS, latencyMessage),
);

const tileMessage = expected(`a tile from 0 to ${MAX_TILES - 1}`);
const tile = v.pipe(
  v.number(tileMessage),
  v.safeInteger(tileMessage),
  v.minValue(0, tileMessage),
  v.maxValue(MAX_TILES - 1, tileMessage),
);
const linkMessage = expected('a link as a list of two tiles, [from, to]');
const link = v.strictTuple([tile, tile], linkMessage);
const linksMessage = expected('a list of links, [[from, to], …]');
const links = v.pipe(
  v.array(link, linksMessage),
  v.minLength(1, linksMessage),
  v.maxLength(2 ** 20, 'has more than 2^20 links; give fewer'),
);

const gpeuMessage = expected(
  `a number of operations above 0 (from ${MIN_OPERATIONS.toFixed(6)} to ${MAX_FIGURE}), or a mapping from op names to such numbers`,
);
const operations = v.pipe(
  v.number(gpeuMessage),
  v.minValue(MIN_OPERATIONS, gpeuMessage),
  v.maxValue(MAX_FIGURE, gpeuMessage),
);
const gpeuOperationsPerCycle = v.union([operations, mapping(operations, gpeuMessage)], gpeuMessage);

/** What a chip has where its file does not say. What has no default is unlimited then, or unknown: energies and areas. */
export const chipDefaults = {
  hopCycles: 0,
  offChipLatencyNs: 0,
  inputBufferPorts: 1,
  offChipTile: 0,
  partialSumBits: 32,
} as const;

/**
 * The fields of `chip`, in the order they are printed (docs/simulation.md sections 2 and 8). A new field is one
 * more line here.
 */
export const chipFields = {
  clockNs: optional('ns per clock cycle; left out, that of a schedule.', timeNs('a number')),
  meshRows: optional('Rows of the mesh of tiles; left out, one tile holds all PEs.', count(MAX_TILES)),
  meshColumns: optional('Columns of the mesh of tiles.', count(MAX_TILES)),
  links: optional('Links [from, to] between tiles, one way each, instead of a mesh.', links),
  pesPerTile: optional(
    'PEs of one tile; needed with a mesh or links, unless crossbars give it.',
    count(MAX_PES_PER_TILE),
  ),
  linkBitsPerCycle: optional(
    'Bits that a link takes per cycle, each direction on its own.',
    count(MAX_BITS_PER_CYCLE),
  ),
  hopCycles: optional('Cycles of a router and its wire, per hop.', cycles),
  inputBufferBytes: optional('Bytes of the buffer of a tile for what its PEs read.', count(MAX_BUFFER_BYTES)),
  inputBufferPorts: optional(
    `Ports of the input buffer of a tile; ${chipDefaults.inputBufferPorts} if left out. Needs inputBufferPortBitsPerCycle.`,
    count(MAX_PORTS),
  ),
  inputBufferPortBitsPerCycle: optional(
    'Bits that a port of an input buffer reads per cycle; left out, reading takes no time.',
    count(MAX_BITS_PER_CYCLE),
  ),
  outputBufferBytes: optional(
    'Bytes of the buffer of a tile for results until they are sent.',
    count(MAX_BUFFER_BYTES),
  ),
  gpeuOperationsPerCycle: optional(
    'Operations per cycle of the GPEU of a tile: a number, or numbers by op name and a `default`.',
    gpeuOperationsPerCycle,
  ),
  offChipBitsPerCycle: optional(
    'Bits per cycle of the port to the outside, input and output each.',
    count(MAX_BITS_PER_CYCLE),
  ),
  offChipLatencyNs: optional(
    `ns until off-chip memory gives what is fetched; ${chipDefaults.offChipLatencyNs} if left out. Needs offChipBitsPerCycle.`,
    latency,
  ),
  sharedBufferBytes: optional(
    'Bytes of a buffer beside the port, which keeps what spills. Needs offChipBitsPerCycle.',
    count(MAX_BUFFER_BYTES),
  ),
  sharedBufferBitsPerCycle: optional(
    'Bits per cycle of the shared buffer, in and out; free if left out. Needs sharedBufferBytes.',
    count(MAX_BITS_PER_CYCLE),
  ),
  offChipTile: optional(`The tile that has the port; ${chipDefaults.offChipTile} if left out.`, tile),
  tileWritePorts: optional(
    'PEs of a tile that are written at a time, where weights take turns; left out, all.',
    count(MAX_PORTS),
  ),
  partialSumBits: optional(`Bits of a partial sum; ${chipDefaults.partialSumBits} if left out.`, count(64)),
  ...crossbarFigures,
  bufferReadEnergyPjPerBit: optional('pJ of one bit read from a buffer.', figure),
  bufferWriteEnergyPjPerBit: optional('pJ of one bit written to a buffer.', figure),
  hopEnergyPjPerBit: optional('pJ of one bit over one hop.', figure),
  gpeuOperationEnergyPj: optional('pJ of one operation of a GPEU.', figure),
  offChipEnergyPjPerBit: optional('pJ of one bit through the port to the outside.', figure),
  sharedBufferEnergyPjPerBit: optional('pJ of one bit into or out of the shared buffer.', figure),
  leakageMw: optional('mW that a tile takes all the time.', figure),
  bufferAreaMm2: optional('mm² of the buffers of one tile.', figure),
  gpeuAreaMm2: optional('mm² of the GPEU of one tile.', figure),
  routerAreaMm2: optional('mm² of the router of one tile.', figure),
};

const allFields = fields(chipFields);
type Fields = v.InferOutput<typeof allFields>;

const isMesh = (chip: Pick<Fields, 'meshRows' | 'meshColumns'>) =>
  chip.meshRows !== undefined || chip.meshColumns !== undefined;

const tilesOfMesh = ({ meshRows = 1, meshColumns = 1 }: Pick<Fields, 'meshRows' | 'meshColumns'>) =>
  meshRows * meshColumns;

const missing = (is: boolean) => (is ? 'is missing; add it' : undefined);

/** A field that means nothing without another one. */
function needs<Field extends keyof Fields, Needed extends keyof Fields>(field: Field, needed: Needed) {
  return rule<Fields, Field | Needed>(
    [field, needed],
    (chip) =>
      chip[field] !== undefined && chip[needed] === undefined
        ? `is missing, and ${field} needs it; add it`
        : undefined,
    needed,
  );
}

/** The schema of `chip`. Every figure may be left out, and is then free or unlimited. */
export const chipSchema = v.pipe(
  allFields,
  rule<Fields, 'meshRows' | 'meshColumns'>(
    ['meshColumns', 'meshRows'],
    ({ meshRows, meshColumns }) => missing(meshRows !== undefined && meshColumns === undefined),
    'meshColumns',
  ),
  rule<Fields, 'meshRows' | 'meshColumns'>(
    ['meshColumns', 'meshRows'],
    ({ meshRows, meshColumns }) => missing(meshColumns !== undefined && meshRows === undefined),
    'meshRows',
  ),
  rule<Fields, 'meshRows' | 'meshColumns'>(
    ['meshColumns', 'meshRows'],
    (chip) =>
      tilesOfMesh(chip) > MAX_TILES
        ? `the mesh has more than ${MAX_TILES} tiles; give fewer rows or columns`
        : undefined,
    'meshRows',
  ),
  rule<Fields, 'meshRows' | 'meshColumns' | 'links'>(
    ['meshColumns', 'meshRows', 'links'],
    (chip) =>
      chip.links !== undefined && isMesh(chip)
        ? 'there is a mesh as well; give meshRows and meshColumns, or links'
        : undefined,
    'links',
  ),
  rule<Fields, 'meshRows' | 'meshColumns' | 'links' | 'offChipTile'>(
    ['meshColumns', 'meshRows', 'links', 'offChipTile'],
    (chip) =>
      chip.links === undefined && (chip.offChipTile ?? chipDefaults.offChipTile) >= tilesOfMesh(chip)
        ? 'is no tile of the mesh; give a smaller number'
        : undefined,
    'offChipTile',
  ),
  rule<Fields, 'inputBufferPorts' | 'inputBufferPortBitsPerCycle'>(
    ['inputBufferPorts', 'inputBufferPortBitsPerCycle'],
    (chip) =>
      chip.inputBufferPorts !== undefined && chip.inputBufferPortBitsPerCycle === undefined
        ? 'is missing, and inputBufferPorts need it; add it'
        : undefined,
    'inputBufferPortBitsPerCycle',
  ),
  needs('offChipLatencyNs', 'offChipBitsPerCycle'),
  needs('sharedBufferBytes', 'offChipBitsPerCycle'),
  needs('sharedBufferBitsPerCycle', 'sharedBufferBytes'),
  rule<Fields, MvmEnergyField>(MVM_ENERGY_FIELDS, mvmEnergyFault, 'mvmEnergyPj'),
);

/**
 * What a simulation needs to know of a chip besides its PEs: tiles and the network between them, buffers,
 * GPEUs, the port to the outside, energies and areas. The docs of the fields are in {@link chipFields}.
 */
export type Chip = Readonly<v.InferOutput<typeof chipSchema>>;

/** True where a chip has more than one tile, or may have: PEs have to be dealt to tiles then. */
export function saysTiles(chip: Chip | undefined): boolean {
  return chip !== undefined && (isMesh(chip) || chip.links !== undefined);
}
