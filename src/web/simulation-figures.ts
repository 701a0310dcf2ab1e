import { duration, energy, integer, perSecond } from '../report/table.ts';
import type { LayerSimulation, Simulation, Waits, WriteWaits } from '../simulate/index.ts';

/** A figure, with what it is called and as it is shown. */
export type Figure = readonly [key: string, name: string, value: number, text: string];

/** The figures of a simulation, those of spilling where something spilled, of rounds where weights take turns. */
export function figuresOf(simulation: Simulation): Figure[] {
  const { cycles, idealCycles, latencyNs, throughputPerSecond, energyPj, messages, bitHops } = simulation;
  const { total } = energyPj;
  return [
    ['cycles', 'Clock cycles', cycles, integer(cycles)],
    ['idealCycles', 'With MVMs alone', idealCycles, integer(idealCycles)],
    ['latencyNs', 'Latency', latencyNs, duration(latencyNs)],
    ['throughputPerSecond', 'Inferences per second', throughputPerSecond, perSecond(throughputPerSecond)],
    ...(total === null ? [] : [['energyPj', 'Energy', total, energy(total)] as const]),
    ['messages', 'Messages', messages, integer(messages)],
    ['bitHops', 'Bits times hops', bitHops, integer(bitHops)],
    ...turnFigures(simulation),
    ...spillFigures(simulation),
  ];
}

function turnFigures({ rounds, writtenPes = 0, weightBits = 0 }: Simulation): Figure[] {
  if (rounds === undefined) return [];
  return [
    ['rounds', 'Rounds', rounds.length, integer(rounds.length)],
    ['writtenPes', 'PEs written', writtenPes, integer(writtenPes)],
    ['weightBits', 'Bits of their weights', weightBits, integer(weightBits)],
  ];
}

function spillFigures({ spill, sharedBuffer }: Simulation): Figure[] {
  if (spill === undefined) return [];
  const { spilledBits, fetchedBits, sharedBufferBits } = spill;
  const figures: Figure[] = [
    ['spilledBits', 'Bits spilled', spilledBits, integer(spilledBits)],
    ['fetchedBits', 'Bits fetched back', fetchedBits, integer(fetchedBits)],
  ];
  if (sharedBuffer === undefined) return figures;
  const { bytes, peakBytes } = sharedBuffer;
  return [
    ...figures,
    ['sharedBufferBits', 'Of both in the shared buffer', sharedBufferBits, integer(sharedBufferBits)],
    ['sharedPeakBytes', 'Fullest shared buffer', peakBytes, `${integer(peakBytes)} of ${integer(bytes)} B`],
  ];
}

/** What layers did or waited for, with what its column is called. */
export type DoneOrWaited = readonly [key: keyof (Waits & WriteWaits), name: string];

const ALWAYS: readonly DoneOrWaited[] = [
  ['computeCycles', 'Compute'],
  ['waitDataCycles', 'Data'],
  ['waitSpaceCycles', 'Space'],
  ['waitCopyCycles', 'Copy'],
  ['waitReadCycles', 'Read'],
  ['waitGpeuCycles', 'GPEU'],
  ['waitSendCycles', 'Send'],
  ['waitLinkCycles', 'Link'],
];
/** Told only where a layer waited for it: where weights take turns, and where values spill. */
const RARE: readonly DoneOrWaited[] = [
  ['waitWriteCycles', 'Write'],
  ['waitFetchCycles', 'Fetch'],
];

/** The columns of the table of what layers did and waited for. */
export function doneAndWaited(layers: readonly LayerSimulation[]): readonly DoneOrWaited[] {
  return [...ALWAYS, ...RARE.filter(([key]) => layers.some((layer) => (layer[key] ?? 0) > 0))];
}
