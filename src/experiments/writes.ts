import type { Architecture } from '../architecture/architecture.ts';
import { mapped, type OnProgress } from '../progress.ts';
import type { Scheduler } from '../schedule/scheduler.ts';
import type { ZooEntry } from '../zoo/index.ts';
import { paperBudget } from './findings-setup.ts';
import {
  alone,
  type Load,
  streamOf,
  TURNS_GRANULARITY,
  TURNS_GROUP,
  turnsChip,
  turnsScheduler,
} from './turns-setup.ts';

/** Times of a write that are tried, in cycles. */
const WRITE_CYCLES = [1, 10, 40, 100, 1000, 10_000, 100_000] as const;

/** The time of a write from which turns no longer gain is told this closely. */
const NEAR = 0.01;

/** Turns with writes of one length. */
export interface WriteTime {
  readonly writeCycles: number;
  /** Rounds of `auto`; with one, nothing is written. */
  readonly roundCount: number;
  /** Cycles per inference. */
  readonly cycles: number;
  /** Cycles with all weights at once / cycles in turns. */
  readonly gain: number;
}

/** One inference, or a stream of them, over the time of a write. */
export interface WritesCurve {
  readonly network: string;
  /** `one inference` or `groups of 16`. */
  readonly load: string;
  readonly pes: number;
  /** Cycles per inference with all weights at once. */
  readonly atOnceCycles: number;
  readonly writes: readonly WriteTime[];
  /** The longest write with which turns gain anything, in cycles and within 1 %; undefined where that was not found. */
  readonly longestGainingWriteCycles?: number;
}

/** When turns beat residency; `clsa-cim reproduce writes --json` prints it as it is. */
export interface WritesFinding {
  readonly chip: Architecture;
  readonly granularity: string;
  readonly curves: readonly WritesCurve[];
}

/** What turns gain over all weights at once on the paper's largest budget, over the time that writing a PE takes. */
export function writesFinding(entries: readonly ZooEntry[], onProgress?: OnProgress): WritesFinding {
  const curves = mapped(entries, onProgress, (entry) => {
    const scheduler = turnsScheduler(entry);
    try {
      return [
        curveOf(scheduler, entry.name, 'one inference', alone),
        curveOf(scheduler, entry.name, `groups of ${TURNS_GROUP}`, streamOf(TURNS_GROUP)),
      ];
    } finally {
      scheduler.release();
    }
  });
  return { chip: turnsChip, granularity: TURNS_GRANULARITY, curves: curves.flat() };
}

function curveOf(scheduler: Scheduler, network: string, load: string, inferences: Load): WritesCurve {
  const mapping = scheduler.map(paperBudget.options);
  const atOnceCycles = scheduler.schedule(mapping, inferences).intervalCycles!;
  const within = (writeCycles: number) => inTurns(scheduler, inferences, writeCycles, atOnceCycles);
  const writes = WRITE_CYCLES.map(within);
  const longest = longestGaining(writes, within);
  return {
    network,
    load,
    pes: mapping.totalPes,
    atOnceCycles,
    writes,
    ...(longest !== undefined && { longestGainingWriteCycles: longest }),
  };
}

function inTurns(scheduler: Scheduler, load: Load, writeCycles: number, atOnceCycles: number): WriteTime {
  const slower = scheduler.on({ ...turnsChip, peWriteNs: writeCycles * turnsChip.mvmLatencyNs! });
  const mapping = slower.map({ ...paperBudget.options, ...load, rounds: 'auto' });
  const { intervalCycles } = slower.schedule(mapping, load);
  return {
    writeCycles,
    roundCount: mapping.rounds?.length ?? 1,
    cycles: intervalCycles!,
    gain: atOnceCycles / intervalCycles!,
  };
}

/** Bisects between the last of these that gains and the one behind it. */
function longestGaining(
  writes: readonly WriteTime[],
  within: (writeCycles: number) => WriteTime,
): number | undefined {
  const last = writes.findLastIndex(({ gain }) => gain > 1);
  if (last < 0 || last === writes.length - 1) return undefined;
  let gaining = writes[last]!.writeCycles;
  let losing = writes[last + 1]!.writeCycles;
  while (losing - gaining > Math.max(1, NEAR * gaining)) {
    const middle = Math.floor((gaining + losing) / 2);
    if (within(middle).gain > 1) gaining = middle;
    else losing = middle;
  }
  return gaining;
}
