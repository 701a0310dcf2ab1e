import type { DetailedSimulation } from '../simulate/index.ts';

/** So many members of a group have their values here at most: those that are used most. */
const MAX_MEMBERS = 8;

/** What a simulation uses of links, GPEUs and buffers over time. */
export interface UsePicture {
  /** Clock cycles of the run. */
  readonly cycles: number;
  /** Time of a clock cycle. */
  readonly clockNs: number;
  /** Clock cycles of one bin; the last bin may be cut short. */
  readonly binCycles: number;
  /**
   * One for each kind of thing, used or not; one for the off-chip port only where something spilled or weights take turns, and one for
   * the shared buffer only where something did.
   */
  readonly groups: readonly UseGroup[];
}

/** What is used of things of one kind. */
export interface UseGroup {
  /** What they are. */
  readonly kind:
    | 'links'
    | 'GPEUs'
    | 'input buffers'
    | 'output buffers'
    | 'sides of the port'
    | 'shared buffer';
  /** How many of them were used. */
  readonly used: number;
  /** Those that were used most, in this order: eight at most. */
  readonly members: readonly UseOverTime[];
  /** The highest value of any that was used: a share of the time from 0 to 1, of buffers a number of bits. */
  readonly most: number;
}

/** What is used of one thing over time. */
export interface UseOverTime {
  /** Which one: `link 0 to 1`, `tile 2 GPEU`, `tile 2 input`, `tile 2 output`, `port in`, `port out`, `shared`. */
  readonly name: string;
  /** Per bin the share of the time in which it was held or at work, 0 to 1; of a buffer the most bits in it. */
  readonly values: Float64Array;
}

/** What is used over time, of a simulation that kept it (`keepUse`). */
export function usePictureOf(simulation: DetailedSimulation): UsePicture | undefined {
  const { use, cycles, clockNs, spill, rounds, sharedBuffer } = simulation;
  if (use === undefined) return undefined;
  const { binCycles, links, tiles, offChip } = use;
  const shares = (busy: Float64Array) =>
    busy.map((value, bin) => value / Math.min(binCycles, cycles - bin * binCycles));
  const ofTiles = (name: string, values: (tile: (typeof tiles)[number]) => Float64Array) =>
    tiles.map((tile) => ({ name: `tile ${tile.tile} ${name}`, values: values(tile) }));
  return {
    ...{ cycles, clockNs, binCycles },
    groups: [
      groupOf(
        'links',
        links.map(({ from, to, busyCycles }) => ({
          ...{ name: `link ${from} to ${to}`, values: shares(busyCycles) },
        })),
      ),
      groupOf(
        'GPEUs',
        ofTiles('GPEU', ({ gpeuBusyCycles }) => shares(gpeuBusyCycles)),
      ),
      groupOf(
        'input buffers',
        ofTiles('input', ({ inputPeakBits }) => inputPeakBits),
      ),
      groupOf(
        'output buffers',
        ofTiles('output', ({ outputPeakBits }) => outputPeakBits),
      ),
      ...(spill === undefined && rounds === undefined
        ? []
        : [
            groupOf('sides of the port', [
              { name: 'port in', values: shares(offChip.inputBusyCycles) },
              { name: 'port out', values: shares(offChip.outputBusyCycles) },
            ]),
          ]),
      ...(sharedBuffer === undefined
        ? []
        : [groupOf('shared buffer', [{ name: 'shared', values: offChip.sharedPeakBits }])]),
    ],
  };
}

/** Those with the highest sums come first; of equals those that do in the chip. */
function groupOf(kind: UseGroup['kind'], all: readonly UseOverTime[]): UseGroup {
  const used = all
    .map((member) => ({ member, sum: member.values.reduce((total, value) => total + value, 0) }))
    .filter(({ sum }) => sum > 0)
    .toSorted((a, b) => b.sum - a.sum)
    .map(({ member }) => member);
  const most = used.reduce(
    (highest, { values }) => values.reduce((own, value) => Math.max(own, value), highest),
    0,
  );
  return { kind, used: used.length, members: used.slice(0, MAX_MEMBERS), most };
}
