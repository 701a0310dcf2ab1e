import { areaOf, cellsOf } from '../architecture/area.ts';
import type { CrossbarClass } from '../architecture/crossbar.ts';
import type { AnyArchitecture, NormalArchitecture } from '../architecture/normal-architecture.ts';
import { tileCount } from '../architecture/tiles.ts';
import { Engine } from '../engine/engine.ts';
import { flag, optionsOf, STEP_OPTIONS } from '../input/options.ts';
import type { MappedLayer, Mapping } from '../map/mapping.ts';
import { formatGranularity, setShape } from '../workload/granularity.ts';
import type { Workload } from '../workload/workload.ts';
import type { DetailedSchedule, LayerSchedule } from './schedule-result.ts';
import { type Scheduling, schedulingSchema } from './scheduling.ts';
import { crossLayerSets, type LayerSets, layerByLayerSets, setCount } from './sets.ts';

/** What is scheduled of a mapping, and what is kept of it. */
export interface SchedulerOptions {
  /** `xinf` by default. */
  readonly scheduling?: Scheduling | undefined;
  /** Keep the times of every set, which takes 4 bytes a set (8 in very long schedules). */
  readonly keepSets?: boolean | undefined;
}

const checkedOptions = optionsOf<SchedulerOptions>(
  'Scheduler.schedule',
  { scheduling: schedulingSchema, keepSets: flag },
  STEP_OPTIONS,
);

/** Schedules one workload with whatever copies: Stages I and II are done once, when they are first needed. */
export class Scheduler {
  /** What is scheduled. */
  readonly workload: Workload;
  #problem: LoadedProblem;

  constructor(workload: Workload) {
    this.workload = workload;
    this.#problem = new LoadedProblem(workload);
  }

  /** Of the same network at the same granularity on another architecture; both share the engine. */
  on(architecture: AnyArchitecture): Scheduler {
    const other = new Scheduler(this.workload.on(architecture));
    other.#problem = this.#problem;
    return other;
  }

  /**
   * The schedule of a mapping of the workload's network, and its metrics.
   *
   * @throws ClsaCimError where memory does not hold the sets, or an option is unknown or out of range.
   */
  schedule(mapping: Mapping, options: SchedulerOptions = {}): DetailedSchedule {
    const { scheduling = 'xinf', keepSets = false } = checkedOptions(options);
    const { network, architecture, granularity } = this.workload;
    const times = this.#times(mapping, scheduling, keepSets);
    const { classes } = architecture.crossbars;
    const layers = mapping.layers.map((mapped, i): LayerSchedule => {
      const { op, shape } = network.layers[mapped.layer]!;
      // One literal: a sweep makes these for every layer of every point.
      return {
        name: mapped.name,
        op,
        outputShape: [shape.height, shape.width, shape.channels],
        pes: mapped.pesPerCopy,
        copies: mapped.copies,
        sets: setCount(shape, setShape(granularity, shape)),
        mvms: mapped.mvms,
        startCycle: times.starts[i]!,
        endCycle: times.ends[i]!,
        ...crossbarOf(mapped, classes),
      };
    });
    return {
      model: network.name,
      architecture: architecture.name,
      granularity: formatGranularity(granularity),
      scheduling,
      ...metrics(mapping, architecture, layers),
      layers,
      ...(keepSets && times.sets !== undefined ? { sets: times.sets } : {}),
    };
  }

  /** The makespan of a mapping of the workload's network, in cycles. */
  cycles(mapping: Mapping, scheduling: Scheduling): number {
    return this.#times(mapping, scheduling, false).ends.reduce((latest, end) => Math.max(latest, end), 0);
  }

  /** Gives back the memory of the engine; it may be used again. */
  release(): void {
    this.#problem.release();
  }

  #times(mapping: Mapping, scheduling: Scheduling, keepSets: boolean): Times {
    const { workload } = this;
    if (scheduling === 'lbl') return layerByLayer(workload, mapping);
    return this.#problem.use((engine) => crossLayer(engine, workload, mapping, keepSets));
  }
}

/** An engine for the problem of a workload, which is loaded when it is first needed; a large one is given back after use. */
class LoadedProblem {
  readonly #workload: Workload;
  #engine: Engine | undefined;

  constructor(workload: Workload) {
    this.#workload = workload;
  }

  use<T>(work: (engine: Engine) => T): T {
    this.#engine ??= new Engine();
    if (!this.#engine.hasProblem) this.#engine.load(this.#workload.problem.words);
    try {
      return work(this.#engine);
    } finally {
      this.#engine.release();
    }
  }

  release(): void {
    this.#engine?.dispose();
    this.#engine = undefined;
  }
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

function crossLayer(engine: Engine, workload: Workload, mapping: Mapping, keepSets: boolean): Times {
  const { baseLayers } = workload.problem;
  engine.schedule(mapping.layers.map(({ copies }) => copies));
  const starts = baseLayers.map((layer) => engine.startCycle(layer));
  const ends = baseLayers.map((layer) => engine.endCycle(layer));
  if (!keepSets) return { starts, ends };
  const sets = mapping.layers.map((mapped, i) => {
    const { shape } = workload.network.layers[mapped.layer]!;
    const finishes = engine.finishes(baseLayers[i]!);
    return crossLayerSets(mapped, shape, setShape(workload.granularity, shape), finishes);
  });
  return { starts, ends, sets };
}

/** Layers one after the other, `ceil(t / d)` cycles each. */
function layerByLayer({ network, granularity }: Workload, mapping: Mapping): Times {
  const starts: number[] = [];
  const ends: number[] = [];
  let cycle = 0;
  for (const { mvms, copies } of mapping.layers) {
    starts.push(cycle);
    cycle += Math.ceil(mvms / copies);
    ends.push(cycle);
  }
  const sets = mapping.layers.map((mapped, i) => {
    const { shape } = network.layers[mapped.layer]!;
    return layerByLayerSets(mapped, shape, setShape(granularity, shape), starts[i]!);
  });
  return { starts, ends, sets };
}
