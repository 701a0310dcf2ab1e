import type { Architecture } from '../architecture/architecture.ts';
import { mapped, type OnProgress } from '../progress.ts';
import type { Scheduler } from '../schedule/scheduler.ts';
import type { ZooEntry } from '../zoo/index.ts';
import { minimumPes, TURNS_GRANULARITY, turnsChip, turnsScheduler } from './turns-setup.ts';

/** Sizes of the chip, as shares of the PEs that one copy of every layer takes. */
const SHARES = [0.25, 0.5] as const;

/** Times of a write that are tried, in cycles. */
const WRITE_CYCLES = [10, 40, 100, 1000, 10_000] as const;

/** Inferences of a group. */
const GROUPS = [1, 2, 4, 8, 16, 32, 64] as const;

/** Writing is made up for where it makes less than this of the interval. */
export const LITTLE = 0.1;

/** Cycles of a write on the chip of these experiments. */
export const OWN_WRITE_CYCLES = turnsChip.peWriteNs! / turnsChip.mvmLatencyNs!;

/** The batch of which it is said that it makes up for writing. */
export const COMPASS_BATCH = 16;

/** A stream in groups of one size. */
export interface GroupSize {
  /** Inferences of a group. */
  readonly group: number;
  readonly roundCount: number;
  /** From the end of one group to that of the next, per inference. */
  readonly intervalCycles: number;
  /** Share of the interval that it would be shorter by if writing took no time. */
  readonly writingShare: number;
  /** From the start to the end of the first group: when the first results may be waited for. */
  readonly firstGroupCycles: number;
  /** Writes of a PE per inference, on average. */
  readonly peWritesPerInference: number;
}

/** A network on a chip of one size, with writes of one length. */
export interface GroupsCurve {
  readonly network: string;
  /** PEs of the chip / minimum of the network. */
  readonly share: number;
  readonly pes: number;
  /** Cycles to write a PE. */
  readonly writeCycles: number;
  readonly groups: readonly GroupSize[];
  /** The least of these groups from which on writing makes less than 10 % of the interval. */
  readonly amortisedFrom?: number;
  /** The least of these groups from which on the interval is within 10 % of that with the largest. */
  readonly settledFrom?: number;
}

/** What group size makes up for writing; `clsa-cim reproduce groups --json` prints it as it is. */
export interface GroupsFinding {
  readonly chip: Architecture;
  readonly granularity: string;
  readonly curves: readonly GroupsCurve[];
}

/** How the time and the writes of an inference fall with the size of groups, on chips that are too small. */
export function groupsFinding(entries: readonly ZooEntry[], onProgress?: OnProgress): GroupsFinding {
  const curves = mapped(entries, onProgress, (entry) => {
    const scheduler = turnsScheduler(entry);
    try {
      const least = minimumPes(scheduler);
      return SHARES.flatMap((share) =>
        WRITE_CYCLES.map((writeCycles) =>
          curveOf(scheduler, { network: entry.name, share, pes: Math.round(share * least), writeCycles }),
        ),
      );
    } finally {
      scheduler.release();
    }
  });
  return { chip: turnsChip, granularity: TURNS_GRANULARITY, curves: curves.flat() };
}

function curveOf(scheduler: Scheduler, curve: Omit<GroupsCurve, 'groups'>): GroupsCurve {
  const { pes, writeCycles } = curve;
  const chip = scheduler.on({ ...turnsChip, peWriteNs: writeCycles * turnsChip.mvmLatencyNs! });
  const groups = GROUPS.map((group) => inGroups(chip, pes, group));
  const largest = groups.at(-1)!.intervalCycles;
  const amortised = from(groups, ({ writingShare }) => writingShare < LITTLE);
  const settled = from(groups, ({ intervalCycles }) => intervalCycles <= (1 + LITTLE) * largest);
  return {
    ...curve,
    groups,
    ...(amortised && { amortisedFrom: amortised.group }),
    ...(settled && { settledFrom: settled.group }),
  };
}

/** The first from which on something holds for all. */
function from(groups: readonly GroupSize[], holds: (size: GroupSize) => boolean): GroupSize | undefined {
  return groups[groups.findLastIndex((size) => !holds(size)) + 1];
}

/** A stream's steady state is what a third group adds to two. */
function inGroups(scheduler: Scheduler, pes: number, group: number): GroupSize {
  const mapping = scheduler.map({ pes, rounds: 'auto', batch: group });
  const two = scheduler.schedule(mapping, { batch: 2 * group, group, rounds: 'auto' });
  const three = scheduler.schedule(mapping, { batch: 3 * group, group, rounds: 'auto' });
  const added = three.cycles - two.cycles;
  return {
    group,
    roundCount: three.roundCount!,
    intervalCycles: added / group,
    writingShare: (three.exposedWritingCycles! - two.exposedWritingCycles!) / added,
    firstGroupCycles: three.groupEndCycles![0]!,
    peWritesPerInference: three.peWritesPerInference!,
  };
}
