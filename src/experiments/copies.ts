import type { Architecture, OneSizeArchitecture } from '../architecture/architecture.ts';
import type { Chip } from '../architecture/chip.ts';
import { mapped, type OnProgress } from '../progress.ts';
import { schedule } from '../schedule/schedule.ts';
import { prepare } from '../workload/workload.ts';
import { type ZooEntry, zooNetwork } from '../zoo/index.ts';
import { FINDINGS_BATCH, FINDINGS_GRANULARITY, findingsChip } from './findings-setup.ts';
import { speedOf } from './speed.ts';

/** PEs beyond the minimum that are tried; CIMFlow is said to try none to 64. */
const EXTRA_PES = [0, 16, 32, 64] as const;

/** What CIMFlow reports at most, and of what, as far as summaries tell (docs/experiments.md). */
const PUBLISHED = { network: 'tinyyolov3', extraPes: 64, speedup: 52 };

/**
 * A chip with what is known of CIMFlow's (docs/experiments.md): its crossbars, the time of its MVMs, and cores of 16
 * PEs, which are tiles here. Around them the chip is that of {@link findingsChip}, with buffers that hold whatever comes.
 */
export const copiesChip: OneSizeArchitecture = {
  ...findingsChip,
  name: 'copies',
  description:
    'Crossbars of 512 x 512, one cell a weight, 16 to a tile, on the smallest mesh that holds ResNet101 and 64 PEs more, ' +
    'and a row of tiles more with the port to the outside. Buffers without limit.',
  source:
    'Crossbars, MVM and PEs of a core: J. Cubero-Cascante et al., CIMFlow, ACM TECS 2025, doi 10.1145/3760780, as ' +
    'summaries tell. Links, ports, GPEUs and the off-chip port: as in the chip findings.',
  crossbarRows: 512,
  crossbarColumns: 512,
  mvmLatencyNs: 800,
  pes: 6 * 4 * 16,
  chip: {
    ...withoutBuffers(findingsChip.chip),
    meshRows: 7,
    meshColumns: 4,
    pesPerTile: 16,
    offChipTile: 6 * 4,
  },
};

/** How many times as fast as layer by layer without copies. */
export interface CopiesSpeedup {
  /** Of one inference alone. */
  readonly latency: number;
  /** Of inferences one after the other, once that is steady. */
  readonly throughput: number;
}

/** A network with some PEs more than it needs, copies given by `greedy`. */
export interface CopiesSetting {
  readonly extraPes: number;
  readonly totalPes: number;
  /** With free movement. */
  readonly free: CopiesSpeedup;
  /** With links, ports, GPEUs and the off-chip port. */
  readonly onChip: CopiesSpeedup;
  /** Of one inference with free movement, at pixel sets. */
  readonly freePixelLatency: number;
}

/** A network over the PEs that it has. */
export interface CopiesNetwork {
  readonly network: string;
  readonly minimumPes: number;
  /** Layer by layer, without copies and with free movement. */
  readonly baselineLatencyNs: number;
  readonly settings: readonly CopiesSetting[];
}

/** What copies gain on larger crossbars; `clsa-cim reproduce copies --json` prints it as it is. */
export interface CopiesFinding {
  readonly chip: Architecture;
  /** Of everything but `freePixelLatency`. */
  readonly granularity: string;
  readonly batch: number;
  readonly networks: readonly CopiesNetwork[];
  /** The largest speedup published; of which network and PEs, summaries say. */
  readonly published: typeof PUBLISHED;
}

/** How much faster than layer by layer networks get across layers with more and more PEs for copies. */
export function copiesFinding(entries: readonly ZooEntry[], onProgress?: OnProgress): CopiesFinding {
  return {
    chip: copiesChip,
    granularity: FINDINGS_GRANULARITY,
    batch: FINDINGS_BATCH,
    networks: mapped(entries, onProgress, ({ name }) => copiesOf(name)),
    published: PUBLISHED,
  };
}

function copiesOf(name: string): CopiesNetwork {
  const network = zooNetwork(name);
  const onChip = prepare(network, copiesChip, { granularity: FINDINGS_GRANULARITY });
  const { chip: _, ...freeChip } = copiesChip;
  const free = onChip.on(freeChip);
  const { minimumPes, latencyNs } = schedule(network, freeChip, {
    ...{ scheduling: 'lbl', duplication: 'none', extraPes: 0 },
  });
  return {
    network: name,
    minimumPes,
    baselineLatencyNs: latencyNs,
    settings: EXTRA_PES.map((extraPes) => {
      const speedup = (workload: typeof free): CopiesSpeedup => {
        const speed = speedOf(workload, { extraPes, duplication: 'greedy' });
        return {
          latency: latencyNs / speed.latencyNs,
          throughput: (speed.throughputPerSecond * latencyNs) / 1e9,
        };
      };
      return {
        extraPes,
        totalPes: minimumPes + extraPes,
        free: speedup(free),
        onChip: speedup(onChip),
        freePixelLatency: schedule(network, freeChip, { extraPes, granularity: 'pixel' }).speedup,
      };
    }),
  };
}

function withoutBuffers({ inputBufferBytes: _, outputBufferBytes: __, ...chip }: Chip = {}): Chip {
  return chip;
}
