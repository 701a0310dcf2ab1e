import { type Area, areaOf, cellsOf } from '../architecture/area.ts';
import type { CrossbarClass } from '../architecture/crossbar.ts';
import type { AnyArchitecture } from '../architecture/normal-architecture.ts';
import { tileCount } from '../architecture/tiles.ts';
import { Engine } from '../engine/engine.ts';
import { ClsaCimError } from '../errors.ts';
import { flag, optionsOf, STEP_OPTIONS } from '../input/options.ts';
import { type MappedLayer, type Mapping, mappingSchemas } from '../map/mapping.ts';
import { isBase } from '../network/network.ts';
import { formatGranularity, setShape } from '../workload/granularity.ts';
import type { Workload } from '../workload/workload.ts';
import { checkMapping } from './check-mapping.ts';
import { type MapOptions, mapInTurns } from './choose-rounds.ts';
import { type BatchTimes, layerByLayer } from './layer-by-layer.ts';
import { Makespans } from './makespans.ts';
import { type GroupTimes, type Run, runGroups } from './run-groups.ts';
import type { DetailedSchedule, LayerSchedule, ScheduleFigures, TurnFigures } from './schedule-result.ts';
import { type Scheduling, schedulingSchema } from './scheduling.ts';
import { crossLayerSets, type LayerSets, layerByLayerSets, setCount } from './sets.ts';
import { baselineCycles, batchFigures, lowerBoundCycles, turnFigures } from './turn-metrics.ts';
import { type BatchOptions, batchOf, batchSchemas, type Reload } from './turn-options.ts';

/** What is scheduled of a mapping, and what is kept of it. */
export interface SchedulerOptions extends BatchOptions {
  /** `xinf` by default. */
  readonly scheduling?: Scheduling | undefined;
  /** Keep the times of every set, which takes 4 bytes a set (8 in very long schedules). */
  readonly keepSets?: boolean | undefined;
}

const checkedOptions = optionsOf<SchedulerOptions>(
  'Scheduler.schedule',
  { ...batchSchemas, scheduling: schedulingSchema, keepSets: flag },
  STEP_OPTIONS,
);

const checkedMapOptions = optionsOf<MapOptions>(
  'Scheduler.map',
  { ...batchSchemas, ...mappingSchemas, scheduling: schedulingSchema },
  STEP_OPTIONS,
);

/** What follows from the number of PEs of a chip. */
interface ChipFigures {
  readonly totalPes: number;
  readonly cells: number;
  readonly area: Area;
}

/** Schedules one workload with whatever copies: Stages I and II are done once, when they are first needed. */
export class Scheduler {
  /** What is scheduled. */
  readonly workload: Workload;
  #problem: LoadedProblem;
  #lastChip: ChipFigures | undefined;

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
   * Maps the workload's network to its architecture: as `mapNetwork` does where it fits and no `rounds` are asked for,
   * otherwise in rounds (spec.md section 9).
   *
   * @throws ClsaCimError where it does not fit and the architecture does not say how long writing takes, or where an
   * option is at fault.
   */
  map(options: MapOptions = {}): Mapping {
    const checked = checkedMapOptions(options);
    return this.keep(() => mapInTurns(this.workload, checked, (work) => this.#useEngine(work)));
  }

  /**
   * The schedule of a mapping of the workload's network, and its metrics.
   *
   * @throws ClsaCimError where memory does not hold the sets, or an option is unknown or out of range.
   */
  schedule(mapping: Mapping, options: SchedulerOptions = {}): DetailedSchedule {
    checkMapping(this.workload, mapping);
    const run = runOf(mapping, checkedOptions(options));
    return this.keep(() => this.#result(mapping, run, options));
  }

  #result(mapping: Mapping, run: Run, options: SchedulerOptions): DetailedSchedule {
    const times = this.#times(mapping, run);
    const last = times.slices.reduce((cycles, { end }) => Math.max(cycles, end), 0);
    const schedule = { ...this.#figuresOf(mapping, run, last), layers: this.#layers(mapping, times) };
    const isInTurns = mapping.rounds !== undefined || options.rounds !== undefined;
    const hasBatch = isInTurns || options.batch !== undefined || options.group !== undefined;
    if (!hasBatch && !run.keepSets) return schedule;
    const { layers, ...figures } = schedule;
    return {
      ...figures,
      ...(hasBatch ? batchFigures(run, times.groupEnds) : {}),
      ...(isInTurns ? this.#turnFigures(mapping, run, times, options.reload) : {}),
      layers,
      ...(run.keepSets ? { sets: setsOfRun(this.workload, mapping, run, times) } : {}),
    };
  }

  /**
   * {@link schedule} without its layers and sets, which costs less: who asks for many mappings in which layers have the same
   * copies waits for the first.
   *
   * @throws ClsaCimError as {@link schedule} does.
   * @internal
   */
  figures(mapping: Mapping, options: SchedulerOptions = {}): ScheduleFigures {
    const { batch, group, rounds } = options;
    const run = runOf(mapping, options);
    const isAlone = run.reload === undefined && run.scheduling === 'xinf';
    if (isAlone && batch === undefined && group === undefined && rounds === undefined) {
      return this.#figuresOf(mapping, run, this.#makespan(mapping));
    }
    const { layers: _, sets: __, ...figures } = this.schedule(mapping, options);
    return figures;
  }

  /** Of one inference on a chip that holds all weights. */
  #makespan(mapping: Mapping): number {
    const { workload } = this;
    return this.#problem.makespans.of(mapping, workload.architecture.resultCycles, (copies) =>
      this.#useEngine((engine) => engine.schedule(copies)),
    );
  }

  /** The makespan of a mapping of the workload's network, in cycles. */
  cycles(mapping: Mapping, options: SchedulerOptions = {}): number {
    checkMapping(this.workload, mapping);
    return this.#times(mapping, runOf(mapping, options)).groupEnds.at(-1)!;
  }

  /**
   * The engine stays for all that `work` asks for, however large it is.
   *
   * @internal
   */
  keep<T>(work: () => T): T {
    return this.#problem.keep(work);
  }

  /** Gives back the memory of the engine; it may be used again. */
  release(): void {
    this.#problem.release();
  }

  #times(mapping: Mapping, run: Run): BatchTimes {
    const { workload } = this;
    if (run.scheduling === 'lbl') return layerByLayer(workload, mapping, run);
    return this.#useEngine((engine) =>
      run.batch === 1 && run.reload === undefined
        ? runOnce(engine, workload, mapping, run.keepSets)
        : runGroups(engine, workload, mapping, run),
    );
  }

  #useEngine<T>(work: (engine: Engine) => T): T {
    return this.#problem.use((engine) => {
      engine.setResultDelay(this.workload.architecture.resultCycles - 1);
      return work(engine);
    });
  }

  /** The numbers of spec.md section 6. One literal, since a sweep makes millions of them. */
  #figuresOf(mapping: Mapping, run: Run, cycles: number): ScheduleFigures {
    const { network, architecture, granularity } = this.workload;
    const { minimumPes, totalPes, usedPes } = mapping;
    const baseline = baselineCycles(architecture, mapping, run.batch);
    const { cells, area } = this.#chip(totalPes);
    let busy = 0;
    for (const { pesPerCopy, mvms } of mapping.layers) busy += pesPerCopy * mvms;
    return {
      model: network.name,
      architecture: architecture.name,
      granularity: formatGranularity(granularity),
      scheduling: run.scheduling,
      minimumPes,
      totalPes,
      usedPes,
      cells,
      baselineCycles: baseline,
      cycles,
      lowerBoundCycles: lowerBoundCycles(this.workload, mapping, run),
      latencyNs: cycles * architecture.mvmIntervalNs,
      speedup: baseline / cycles,
      utilization: (busy * run.batch) / (totalPes * cycles),
      areaMm2: area,
    };
  }

  /** What follows from the number of PEs alone. */
  #chip(totalPes: number): ChipFigures {
    if (this.#lastChip?.totalPes !== totalPes) {
      const { architecture } = this.workload;
      this.#lastChip = {
        totalPes,
        cells: cellsOf(architecture, { totalPes }),
        area: areaOf(architecture, { totalPes }, tileCount(architecture, totalPes)),
      };
    }
    return this.#lastChip;
  }

  #layers(mapping: Mapping, { slices }: BatchTimes): LayerSchedule[] {
    const { network, architecture, granularity } = this.workload;
    const { classes } = architecture.crossbars;
    return mapping.layers.map((mapped, i) => {
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
        startCycle: slices[i]!.start,
        endCycle: slices[i]!.end,
        ...crossbarOf(mapped, classes),
      };
    });
  }

  /** What writing adds is what the same copies take on a chip that writes in no time. */
  #turnFigures(mapping: Mapping, run: Run, times: BatchTimes, reload: Reload = 'rolling'): TurnFigures {
    const withoutWriting =
      run.reload === undefined ? times : this.#times(mapping, { ...run, isWritingFree: true });
    return turnFigures(
      this.workload,
      mapping,
      run,
      run.reload ?? reload,
      times,
      withoutWriting.groupEnds.at(-1)!,
    );
  }
}

/** How a mapping runs. Layer by layer, every layer is written when the one before it is finished. */
function runOf(mapping: Mapping, options: SchedulerOptions): Run {
  const { scheduling = 'xinf', keepSets = false, reload } = options;
  if (scheduling === 'lbl' && reload === 'rolling') {
    throw new ClsaCimError(
      'reload: layer by layer (scheduling lbl) a layer is written when the one before it is finished, which is barrier; ' +
        'leave reload out, or schedule xinf',
      'usage',
    );
  }
  const isInTurns = mapping.rounds !== undefined;
  const mode = scheduling === 'lbl' ? 'barrier' : (reload ?? 'rolling');
  const { batch, group } = batchOf(options);
  return { batch, group, scheduling, keepSets, reload: isInTurns ? mode : undefined };
}

/** An engine for the problem of a workload, which is loaded when it is first needed; a large one is given back after use. */
class LoadedProblem {
  readonly #workload: Workload;
  #makespans: Makespans | undefined;
  #engine: Engine | undefined;
  /** How many uses and keeps are under way, one within the other. */
  #depth = 0;

  constructor(workload: Workload) {
    this.#workload = workload;
  }

  get makespans(): Makespans {
    this.#makespans ??= new Makespans(setsOfLayers(this.#workload));
    return this.#makespans;
  }

  use<T>(work: (engine: Engine) => T): T {
    return this.keep(() => {
      this.#engine ??= new Engine();
      if (!this.#engine.hasProblem) this.#engine.load(this.#workload.problem.words);
      return work(this.#engine);
    });
  }

  /** All uses in `work` have the same engine, however large: one after the other would be in memory together. */
  keep<T>(work: () => T): T {
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
      if (this.#depth === 0) this.#engine?.release();
    }
  }

  release(): void {
    this.#engine?.dispose();
    this.#engine = undefined;
  }
}

/** Sets of every base layer. */
function setsOfLayers({ network, granularity }: Workload): number[] {
  return network.layers.filter(isBase).map(({ shape }) => setCount(shape, setShape(granularity, shape)));
}

/** The crossbars of a layer, where there are several sizes. */
function crossbarOf({ crossbar, reason }: MappedLayer, classes: readonly CrossbarClass[]) {
  return reason === undefined ? {} : { crossbar: classes[crossbar]!.name, reason };
}

/** Shared, since there is one for every layer. */
const NONE: never[] = [];

function copiesOf({ layers }: Mapping): number[] {
  return layers.map(({ copies }) => copies);
}

/** One inference on a chip that holds all weights. */
function runOnce(engine: Engine, workload: Workload, mapping: Mapping, keepSets: boolean): GroupTimes {
  const { baseLayers } = workload.problem;
  const last = engine.schedule(copiesOf(mapping));
  const slices = baseLayers.map((layer) => {
    const end = engine.endCycle(layer);
    const finishes = keepSets ? [engine.finishes(layer)] : NONE;
    return { start: engine.startCycle(layer), end, firstEnd: end, finishes, ready: NONE };
  });
  return { slices, groupEnds: [last], writingCycles: 0 };
}

/** The sets of every layer of a run that kept them. */
function setsOfRun(workload: Workload, mapping: Mapping, run: Run, times: BatchTimes): LayerSets[] {
  const { network, granularity, architecture } = workload;
  return mapping.layers.map((mapped, i) => {
    const { shape: ofm } = network.layers[mapped.layer]!;
    const set = setShape(granularity, ofm);
    const round = mapping.rounds?.findLastIndex((start) => start <= i);
    const shape = { mapped, round, group: run.group, ofm, set, resultCycles: architecture.resultCycles };
    if ('starts' in times) return layerByLayerSets(shape, { ...run, starts: times.starts[i]! });
    const { finishes, ready } = times.slices[i]!;
    return crossLayerSets(shape, joined(finishes), run.reload === undefined ? undefined : ready);
  });
}

/** Finishes of all steps, one behind the other. */
function joined(parts: readonly (Int32Array | Float64Array)[]): ArrayLike<number> {
  if (parts.length === 1) return parts[0]!;
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
