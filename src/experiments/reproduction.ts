import type { Architecture } from '../architecture/architecture.ts';
import { paper } from '../architecture/presets.ts';
import { baseLayers } from '../network/network.ts';
import { mapped, type OnProgress } from '../progress.ts';
import { type ScheduleOptions, schedule } from '../schedule/schedule.ts';
import { type ZooEntry, zooNetwork } from '../zoo/index.ts';

/** PEs beyond the minimum in the paper's evaluation. */
const EXTRA_PES = [4, 8, 16, 32] as const;

/** Granularities that the paper may have meant: its figures agree with rows; pixels are the finest. */
export const REPRODUCED_GRANULARITIES = ['row', 'pixel'] as const;

/** The largest improvement of utilization that the paper reports (spec.md section 7). */
const PUBLISHED_UTILIZATION_GAIN = 17.9;

/** A gain may be the published one where it is this near to it: as near as two decimals tell. */
const LEAD_WITHIN = 0.005;

/** One setting of the paper's evaluation on one network. */
export interface ReproducedSetting {
  /** As the paper calls it: `lbl`, `xinf`, `wdup+32`, `wdup+32 xinf`. */
  readonly setting: string;
  readonly granularity: 'row' | 'pixel';
  readonly totalPes: number;
  readonly cycles: number;
  readonly speedup: number;
  readonly utilization: number;
  /** Utilization divided by that of `lbl` without duplication. */
  readonly utilizationGain: number;
  readonly publishedSpeedup?: number;
  /** `speedup / publishedSpeedup - 1`. */
  readonly deviation?: number;
  /** What the paper leaves open of the setting, and what is taken. */
  readonly assumed?: string;
}

/** The paper's evaluation of one network. */
export interface ReproducedNetwork {
  readonly network: string;
  readonly baseLayers: number;
  readonly publishedBaseLayers: number;
  readonly minimumPes: number;
  readonly publishedMinimumPes: number;
  readonly settings: readonly ReproducedSetting[];
}

/** A gain of utilization that says where it is from. */
export interface UtilizationGain {
  readonly network: string;
  readonly setting: string;
  readonly granularity: 'row' | 'pixel';
  readonly speedup: number;
  readonly minimumPes: number;
  readonly totalPes: number;
  /** `speedup · minimumPes / totalPes`. */
  readonly utilizationGain: number;
  /** The same with the published speedup, where there is one. */
  readonly publishedUtilizationGain?: number;
}

/**
 * Where the published gain of utilization may be from, which the paper does not say: a lead, no more. The paper's gain is the
 * largest of its evaluation, so what is larger in the same setting speaks against it.
 */
export interface UtilizationLead {
  /** The gain that is nearest to the published one. */
  readonly nearest: UtilizationGain;
  /** Larger gains of other networks in the same setting at the same sets. */
  readonly against: readonly UtilizationGain[];
}

/** The whole evaluation; `clsa-cim reproduce --json` prints it as it is. */
export interface Reproduction {
  readonly chip: Architecture;
  readonly networks: readonly ReproducedNetwork[];
  readonly bestUtilizationGain: number;
  readonly publishedUtilizationGain: number;
  /** Where one of the gains is the published one to two decimals. */
  readonly utilizationLead?: UtilizationLead;
}

/**
 * Runs the evaluation of the CLSA-CIM paper: layer by layer and across layers, each without and with
 * duplication, at row and at pixel sets. Layer by layer, copies are shared out by `sum`, which is what
 * minimises that latency; across layers by `greedy` (spec.md section 5).
 */
export function reproduce(entries: readonly ZooEntry[], onProgress?: OnProgress): Reproduction {
  const networks = mapped(entries, onProgress, reproduceNetwork);
  const gains = networks.flatMap(({ settings }) => settings.map((setting) => setting.utilizationGain));
  const utilizationLead = leadOf(networks);
  return {
    chip: paper,
    networks,
    bestUtilizationGain: Math.max(...gains),
    publishedUtilizationGain: PUBLISHED_UTILIZATION_GAIN,
    ...(utilizationLead && { utilizationLead }),
  };
}

function leadOf(networks: readonly ReproducedNetwork[]): UtilizationLead | undefined {
  const gains = networks.flatMap((network) => network.settings.map((setting) => gainOf(network, setting)));
  const distance = ({ utilizationGain }: UtilizationGain) =>
    Math.abs(utilizationGain - PUBLISHED_UTILIZATION_GAIN);
  const [nearest] = gains.toSorted((a, b) => distance(a) - distance(b));
  if (nearest === undefined || distance(nearest) > LEAD_WITHIN) return undefined;
  const against = gains.filter(
    ({ setting, granularity, utilizationGain }) =>
      setting === nearest.setting &&
      granularity === nearest.granularity &&
      utilizationGain > nearest.utilizationGain,
  );
  return { nearest, against };
}

function gainOf(
  { network, minimumPes }: ReproducedNetwork,
  { setting, granularity, speedup, totalPes, utilizationGain, publishedSpeedup }: ReproducedSetting,
): UtilizationGain {
  return {
    ...{ network, setting, granularity, speedup, minimumPes, totalPes, utilizationGain },
    ...(publishedSpeedup !== undefined && {
      publishedUtilizationGain: (publishedSpeedup * minimumPes) / totalPes,
    }),
  };
}

function reproduceNetwork(entry: ZooEntry): ReproducedNetwork {
  const network = zooNetwork(entry.name);
  const baseline = schedule(network, paper, { scheduling: 'lbl', duplication: 'none' });
  const settings = REPRODUCED_GRANULARITIES.flatMap((granularity) =>
    paperSettings().map(({ setting, options }): ReproducedSetting => {
      const result = schedule(network, paper, { ...options, granularity });
      const extraPes = options.extraPes ?? 0;
      const published = entry.published?.speedups.find(
        (candidate) =>
          candidate.scheduling === options.scheduling &&
          candidate.extraPes === extraPes &&
          candidate.duplicated === extraPes > 0,
      );
      return {
        setting,
        granularity,
        totalPes: result.totalPes,
        cycles: result.cycles,
        speedup: result.speedup,
        utilization: result.utilization,
        utilizationGain: result.utilization / baseline.utilization,
        ...(published && {
          publishedSpeedup: published.speedup,
          deviation: result.speedup / published.speedup - 1,
          ...(published.assumed !== undefined && { assumed: published.assumed }),
        }),
      };
    }),
  );
  return {
    network: entry.name,
    baseLayers: baseLayers(network).length,
    publishedBaseLayers: entry.published?.baseLayers ?? 0,
    minimumPes: baseline.minimumPes,
    publishedMinimumPes: entry.published?.pesMinimum ?? 0,
    settings,
  };
}

function paperSettings(): { setting: string; options: ScheduleOptions }[] {
  return [
    { setting: 'lbl', options: { scheduling: 'lbl', duplication: 'none' } },
    { setting: 'xinf', options: { scheduling: 'xinf', duplication: 'none' } },
    ...EXTRA_PES.map((extraPes) => ({
      setting: `wdup+${extraPes}`,
      options: { scheduling: 'lbl' as const, duplication: 'sum' as const, extraPes },
    })),
    ...EXTRA_PES.map((extraPes) => ({
      setting: `wdup+${extraPes} xinf`,
      options: { scheduling: 'xinf' as const, duplication: 'greedy' as const, extraPes },
    })),
  ];
}
