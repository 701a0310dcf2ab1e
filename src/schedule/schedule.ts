import { type Area, areaOf, cellsOf } from '../architecture/area.ts';
import type { CrossbarClass } from '../architecture/crossbar.ts';
import {
  type AnyArchitecture,
  type NormalArchitecture,
  normalArchitecture,
} from '../architecture/normal-architecture.ts';
import { tileCount } from '../architecture/tiles.ts';
import { Engine } from '../engine/engine.ts';
import { flag, oneOf, optionsOf } from '../input/options.ts';
import {
  type MappedLayer,
  type Mapping,
  type MappingOptions,
  mappingSchemas,
  mapTrusted,
} from '../map/mapping.ts';
import type { FeatureMap, Network } from '../network/network.ts';
import { formatGranularity, type Granularity, granularitySchema, setShape } from './granularity.ts';
import { loweredOnce, type Problem } from './lower.ts';
import { crossLayerSets, type LayerSets, layerByLayerSets, setCount } from './sets.ts';

/**
 * `xinf`: cross-layer inference, CLSA-CIM; every set starts as soon as it may. `lbl`: layer by layer, the
 * state of the art that the paper compares against (spec.md section 4).
 */
export type Scheduling = 'xinf' | 'lbl';

/** What can be a {@link Scheduling}. */
export const schedulingSchema = oneOf(['xinf', 'lbl']);

/** How a network is mapped, cut into sets and scheduled. */
export interface ScheduleOptions extends MappingOptions {
  /** How OFMs are cut into sets; `pixel` by default. */
  readonly granularity?: Granularity;
  /** `xinf` by default. */
  readonly scheduling?: Scheduling;
  /** Keep the times of every set, which takes 4 bytes a set (8 in very long schedules). */
  readonly keepSets?: boolean;
}

/** One base layer of a schedule. */
export interface LayerSchedule {
  /** Unique in the network. */
  readonly name: string;
  /** What the layer does, in one word. */
  readonly op: string;
  /** [H, W, C] of the OFM. */
  readonly outputShape: readonly [number, number, number];
  /** PEs of one copy. */
  readonly pes: number;
  /** Copies of its weights. */
  readonly copies: number;
  /** Sets that its OFM is cut into. */
  readonly sets: number;
  /** MVMs of one inference: H·W. */
  readonly mvms: number;
  /** Start of its first set, in cycles. */
  readonly startCycle: number;
  /** Finish of its last set, in cycles. */
  readonly endCycle: number;
  /** On a chip with crossbars of several sizes: the name of its crossbars. */
  readonly crossbar?: string;
  /** On such a chip: why these crossbars. */
  readonly reason?: string;
}

/** A schedule and its metrics (spec.md section 6); `clsa-cim schedule --json` prints it as it is. */
export interface Schedule {
  /** Name of the network. */
  readonly model: string;
  /** Name of the architecture. */
  readonly architecture: string;
  /** How OFMs are cut into sets: `pixel`, `row` or `HxW`. */
  readonly granularity: string;
  /** Across layers or layer by layer. */
  readonly scheduling: Scheduling;
  /** PEs of one copy of every layer. */
  readonly minimumPes: number;
  /** PEs of the architecture, used or not. */
  readonly totalPes: number;
  /** PEs that hold weights. */
  readonly usedPes: number;
  /** Cells of all PEs of the chip, used or not. */
  readonly cells: number;
  /** Layer by layer on the minimum of PEs, without duplication: `Σ t`. */
  readonly baselineCycles: number;
  /** The makespan. */
  readonly cycles: number;
  /** No cross-layer schedule with these copies is faster than its slowest layer: `max ceil(t / d)`. */
  readonly lowerBoundCycles: number;
  /** The makespan in ns: `cycles` times that of one MVM. */
  readonly latencyNs: number;
  /** `baselineCycles / cycles`. */
  readonly speedup: number;
  /** Share of all PEs' cycles in which they run an MVM, 0 to 1. */
  readonly utilization: number;
  /** In mm², as far as the architecture has figures. */
  readonly areaMm2: Area;
  /** The base layers in the order of the file. */
  readonly layers: readonly LayerSchedule[];
}

/** A schedule together with the sets of every base layer, if they were kept. */
export interface DetailedSchedule extends Schedule {
  /** One entry for each base layer, in the order of `layers`; there with `keepSets`. */
  readonly sets?: readonly LayerSets[];
}

const sharedEngine = new Engine();

const checkedOptions = optionsOf<ScheduleOptions>('schedule', {
  ...mappingSchemas,
  granularity: granularitySchema,
  scheduling: schedulingSchema,
  keepSets: flag,
});

/**
 * Maps a network to an architecture and schedules it: the whole of CLSA-CIM.
 *
 * @throws ClsaCimError where the network does not fit the architecture, an option is unknown or out of range, or
 * memory does not hold the sets.
 */
export function schedule(
  network: Network,
  architecture: AnyArchitecture,
  options: ScheduleOptions = {},
): DetailedSchedule {
  const { granularity = 'pixel', scheduling = 'xinf', keepSets = false } = checkedOptions(options);
  const normal = normalArchitecture(architecture);
  const mapping = mapTrusted(network, normal, options);
  const shapes = mapping.layers.map(({ layer }) => network.layers[layer]!.shape);
  const times =
    scheduling === 'lbl'
      ? layerByLayer(mapping, shapes, granularity)
      : crossLayer(sharedEngine, loweredOnce(network, granularity), mapping, shapes, keepSets);
  const { classes } = normal.crossbars;
  const layers = mapping.layers.map((mapped, i): LayerSchedule => {
    const { height, width, channels } = shapes[i]!;
    return {
      name: mapped.name,
      op: network.layers[mapped.layer]!.op,
      outputShape: [height, width, channels],
      pes: mapped.pesPerCopy,
      copies: mapped.copies,
      sets: setCount(shapes[i]!, setShape(granularity, shapes[i]!)),
      mvms: mapped.mvms,
      startCycle: times.starts[i]!,
      endCycle: times.ends[i]!,
      ...crossbarOf(mapped, classes),
    };
  });
  return {
    model: network.name,
    architecture: normal.name,
    granularity: formatGranularity(granularity),
    scheduling,
    ...metrics(mapping, normal, layers),
    layers,
    ...(keepSets && times.sets !== undefined ? { sets: times.sets } : {}),
  };
}

/** The crossbars of a layer, where there are several sizes. */
function crossbarOf({ crossbar, reason }: MappedLayer, classes: readonly CrossbarClass[]) {
  return reason === undefined ? {} : { crossbar: classes[crossbar]!.name, reason };
}

/** The numbers of spec.md section 6. */
function metrics(mapping: Mapping, architecture: NormalArchitecture, layers: readonly LayerSchedule[]) {
  const { minimumPes, totalPes, usedPes } = mapping;
  const baselineCycles = layers.reduce((sum, layer) => sum + layer.mvms, 0);
  const cycles = layers.reduce((latest, layer) => Math.max(latest, layer.endCycle), 0);
  const busy = layers.reduce((sum, layer) => sum + layer.pes * layer.mvms, 0);
  return {
    minimumPes,
    totalPes,
    usedPes,
    cells: cellsOf(architecture, mapping),
    baselineCycles,
    cycles,
    lowerBoundCycles: layers.reduce((most, { mvms, copies }) => Math.max(most, Math.ceil(mvms / copies)), 0),
    latencyNs: cycles * architecture.mvmLatencyNs,
    speedup: baselineCycles / cycles,
    utilization: busy / (totalPes * cycles),
    areaMm2: areaOf(architecture, mapping, tileCount(architecture, totalPes)),
  };
}

/** First start and last finish of every base layer, and its sets. */
interface Times {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly sets?: readonly LayerSets[];
}

function crossLayer(
  engine: Engine,
  problem: Problem,
  mapping: Mapping,
  shapes: readonly FeatureMap[],
  keepSets: boolean,
): Times {
  engine.load(problem.words);
  engine.schedule(mapping.layers.map(({ copies }) => copies));
  const starts = problem.baseLayers.map((layer) => engine.startCycle(layer));
  const ends = problem.baseLayers.map((layer) => engine.endCycle(layer));
  const sets = mapping.layers.map((mapped, i) => {
    const finishes = keepSets ? engine.finishes(problem.baseLayers[i]!) : [];
    return crossLayerSets(mapped, shapes[i]!, setShape(problem.granularity, shapes[i]!), finishes);
  });
  engine.release();
  return { starts, ends, sets };
}

/** Layers one after the other, `ceil(t / d)` cycles each. */
function layerByLayer(mapping: Mapping, shapes: readonly FeatureMap[], granularity: Granularity): Times {
  const starts: number[] = [];
  const ends: number[] = [];
  let cycle = 0;
  for (const { mvms, copies } of mapping.layers) {
    starts.push(cycle);
    cycle += Math.ceil(mvms / copies);
    ends.push(cycle);
  }
  const sets = mapping.layers.map((mapped, i) =>
    layerByLayerSets(mapped, shapes[i]!, setShape(granularity, shapes[i]!), starts[i]!),
  );
  return { starts, ends, sets };
}
