import type { Architecture } from '../architecture/architecture.ts';
import { mapped, type OnProgress } from '../progress.ts';
import type { MapOptions } from '../schedule/choose-rounds.ts';
import type { Scheduler } from '../schedule/scheduler.ts';
import type { ZooEntry } from '../zoo/index.ts';
import {
  alone,
  type Load,
  latencyNs,
  minimumPes,
  type Speed,
  streamOf,
  TURNS_GRANULARITY,
  TURNS_GROUP,
  throughputPerSecond,
  turnsChip,
  turnsScheduler,
} from './turns-setup.ts';

/** Sizes of the chip, as shares of the PEs that one copy of every layer takes. */
const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.5, 2] as const;

/** A network on a chip of one size. */
export interface ChipSize {
  /** PEs of the chip / minimum of the network. */
  readonly share: number;
  readonly pes: number;
  /** Rounds of `auto` for one inference, which `rolling` and `barrier` share. */
  readonly roundCount: number;
  /** Rounds of `auto` for a group. */
  readonly streamRoundCount: number;
  /** In turns, a PE written as soon as it is free. */
  readonly rolling: Speed;
  /** In turns, a round written when the one before it is finished. */
  readonly barrier: Speed;
  /** In turns, every layer with as many copies as the chip holds. */
  readonly layerByLayer: Speed;
  /** All weights on the chip, where they fit: what is left holds copies. */
  readonly atOnce?: Speed;
  /** Writes of a PE per inference of the stream, with `rolling`. */
  readonly peWritesPerInference: number;
}

/** A network on chips of several sizes. */
export interface SizesNetwork {
  readonly network: string;
  readonly minimumPes: number;
  readonly sizes: readonly ChipSize[];
  /** The smallest of these shares at which turns are as fast as all weights at once on the largest chip. */
  readonly sufficient: { readonly latencyShare?: number; readonly throughputShare?: number };
}

/** Speed over the size of the chip; `clsa-cim reproduce sizes --json` prints it as it is. */
export interface SizesFinding {
  readonly chip: Architecture;
  readonly granularity: string;
  /** Inferences of a group of the stream. */
  readonly group: number;
  readonly networks: readonly SizesNetwork[];
}

/** How fast networks are on chips that are smaller and larger than they are. */
export function sizesFinding(entries: readonly ZooEntry[], onProgress?: OnProgress): SizesFinding {
  const networks = mapped(entries, onProgress, (entry): SizesNetwork => {
    const scheduler = turnsScheduler(entry);
    try {
      const least = minimumPes(scheduler);
      const sizes = SHARES.map((share) => onChip(scheduler, share, Math.round(share * least), least));
      return { network: entry.name, minimumPes: least, sizes, sufficient: sufficientOf(sizes) };
    } finally {
      scheduler.release();
    }
  });
  return { chip: turnsChip, granularity: TURNS_GRANULARITY, group: TURNS_GROUP, networks };
}

function onChip(scheduler: Scheduler, share: number, pes: number, least: number): ChipSize {
  const auto = (load: Load) => scheduler.map({ ...load, pes, rounds: 'auto' });
  const one = auto(alone);
  const stream = auto(streamOf(TURNS_GROUP));
  const layers = scheduler.map({ pes, scheduling: 'lbl', rounds: 'auto' });
  const speed = (options: MapOptions, latency = one, throughput = stream): Speed => ({
    latencyNs: latencyNs(scheduler, latency, options),
    throughputPerSecond: throughputPerSecond(scheduler, throughput, options),
  });
  const all = pes < least ? undefined : scheduler.map({ pes });
  const { peWritesPerInference } = scheduler.schedule(stream, { ...streamOf(TURNS_GROUP), rounds: 'auto' });
  return {
    share,
    pes,
    roundCount: one.rounds?.length ?? 1,
    streamRoundCount: stream.rounds?.length ?? 1,
    rolling: speed({ reload: 'rolling' }),
    barrier: speed({ reload: 'barrier' }),
    layerByLayer: speed({ scheduling: 'lbl' }, layers, layers),
    ...(all && { atOnce: speed({}, all, all) }),
    peWritesPerInference: peWritesPerInference!,
  };
}

function sufficientOf(sizes: readonly ChipSize[]): SizesNetwork['sufficient'] {
  const { latencyNs: latency, throughputPerSecond: throughput } = sizes.at(-1)!.atOnce!;
  const latencyShare = sizes.find(({ rolling }) => rolling.latencyNs <= latency)?.share;
  const throughputShare = sizes.find(({ rolling }) => rolling.throughputPerSecond >= throughput)?.share;
  return {
    ...(latencyShare !== undefined && { latencyShare }),
    ...(throughputShare !== undefined && { throughputShare }),
  };
}
