import { type Chip, MAX_BITS_PER_CYCLE, MAX_BUFFER_BYTES } from '../../architecture/chip.ts';

/** A resource that a chip may limit: how much more of it is tried, and what is no limit. */
export interface Resource {
  /** The field of `chip` that it is known by. */
  readonly field: keyof Chip;
  readonly name: string;
  /** True where the work of sets depends on it, and not only how fast they are moved. */
  readonly isWork?: true;
  /** Fields that mean nothing without the first. */
  readonly details?: readonly (keyof Chip)[];
  /** False where the chip has no limit there. */
  isLimited(chip: Chip): boolean;
  /**
   * The chip without that limit, where leaving the field out is something else.
   *
   * @param spills True where values spilled: a chip without a port would not end.
   */
  unlimited?(chip: Chip, spills: boolean): Chip | undefined;
  grow(chip: Chip): Grown;
  /** The same in smaller steps, which are tried where values spill. */
  steps?(chip: Chip): readonly Grown[];
}

/** A chip with more of a resource, and from what to what it has grown. */
export interface Grown {
  readonly chip: Chip;
  readonly change: string;
}

type Doubled =
  | 'linkBitsPerCycle'
  | 'inputBufferBytes'
  | 'outputBufferBytes'
  | 'inputBufferPortBitsPerCycle'
  | 'offChipBitsPerCycle'
  | 'sharedBufferBytes'
  | 'sharedBufferBitsPerCycle';

function doubled(
  field: Doubled,
  name: string,
  unit: string,
  details: readonly (keyof Chip)[] = [],
): Resource {
  return {
    field,
    name,
    details,
    isLimited: (chip) => chip[field] !== undefined,
    grow: (chip) => {
      const figure = chip[field] ?? 0;
      return { chip: { ...chip, [field]: 2 * figure }, change: `${figure} to ${2 * figure} ${unit}` };
    },
  };
}

/** Steps of less than twice by which buffers grow, in eighths. */
const EIGHTHS = [9, 10, 12];

/** A buffer, whose size may be a little too small. */
function buffer(
  field: 'inputBufferBytes' | 'outputBufferBytes' | 'sharedBufferBytes',
  name: string,
): Resource {
  return {
    ...doubled(field, name, 'bytes'),
    steps: (chip) => {
      const bytes = chip[field] ?? 0;
      const sizes = new Set(EIGHTHS.map((eighths) => Math.ceil((bytes * eighths) / 8)));
      return [...sizes]
        .filter((size) => size > bytes && size < 2 * bytes)
        .map((size) => ({ chip: { ...chip, [field]: size }, change: `${bytes} to ${size} bytes` }));
    },
  };
}

/** Of all kinds of layers alike. */
const gpeus: Resource = {
  field: 'gpeuOperationsPerCycle',
  name: 'the GPEUs',
  isWork: true,
  isLimited: (chip) => chip.gpeuOperationsPerCycle !== undefined,
  grow: (chip) => {
    const figures = chip.gpeuOperationsPerCycle ?? 0;
    const [grown, change] =
      typeof figures === 'number'
        ? [2 * figures, `${figures} to ${2 * figures} operations per cycle`]
        : [
            Object.fromEntries(Object.entries(figures).map(([op, figure]) => [op, 2 * figure])),
            'twice the operations per cycle',
          ];
    return { chip: { ...chip, gpeuOperationsPerCycle: grown }, change };
  },
};

const hops: Resource = {
  field: 'hopCycles',
  name: 'routers and wires',
  isLimited: (chip) => (chip.hopCycles ?? 0) > 0,
  grow: (chip) => {
    const cycles = chip.hopCycles ?? 0;
    const half = Math.floor(cycles / 2);
    return { chip: { ...chip, hopCycles: half }, change: `${cycles} to ${half} cycles per hop` };
  },
};

const latency: Resource = {
  field: 'offChipLatencyNs',
  name: 'the latency of off-chip memory',
  isLimited: (chip) => (chip.offChipLatencyNs ?? 0) > 0,
  grow: (chip) => {
    const ns = chip.offChipLatencyNs ?? 0;
    return { chip: { ...chip, offChipLatencyNs: ns / 2 }, change: `${ns} to ${ns / 2} ns` };
  },
};

/** Left out there is none, through which nothing could spill: the widest that a chip may have is next to no limit then. */
const port: Resource = {
  ...doubled('offChipBitsPerCycle', 'the off-chip port', 'bits per cycle', [
    'offChipLatencyNs',
    'sharedBufferBytes',
    'sharedBufferBitsPerCycle',
  ]),
  unlimited: (chip, spills) => (spills ? { ...chip, offChipBitsPerCycle: MAX_BITS_PER_CYCLE } : undefined),
};

/** Left out there is none, which is no buffer without limit: the largest that a chip may have is. */
const sharedBuffer: Resource = {
  ...buffer('sharedBufferBytes', 'the shared buffer'),
  unlimited: (chip) => ({ ...chip, sharedBufferBytes: MAX_BUFFER_BYTES }),
};

/** Everything that a chip may limit besides PEs. One more is one more entry. */
export const RESOURCES: readonly Resource[] = [
  doubled('linkBitsPerCycle', 'the links', 'bits per cycle'),
  hops,
  buffer('inputBufferBytes', 'the input buffers'),
  buffer('outputBufferBytes', 'the output buffers'),
  doubled('inputBufferPortBitsPerCycle', 'the ports of the input buffers', 'bits per cycle', [
    'inputBufferPorts',
  ]),
  gpeus,
  port,
  latency,
  sharedBuffer,
  doubled('sharedBufferBitsPerCycle', 'the ports of the shared buffer', 'bits per cycle'),
];
