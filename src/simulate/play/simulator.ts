import type { Chip } from '../../architecture/chip.ts';
import { normalChip } from '../../architecture/normal-chip.ts';
import type { Mapping } from '../../map/mapping.ts';
import { type OnProgress, part } from '../../progress.ts';
import type { Scheduling } from '../../schedule/scheduling.ts';
import { batchOf, checkBatch, type Reload } from '../../schedule/turn-options.ts';
import { flowPart, indexPart, workPart } from '../../workload/parts.ts';
import type { Workload } from '../../workload/workload.ts';
import { chipOf } from '../model/chip.ts';
import type { IndexedGraph, SimulationChip, SimulationCopy, SimulationGraph } from '../model/graph.ts';
import { type Topology, topologyOf } from '../model/topology.ts';
import { type CopiesOf, placedCopies } from '../placement/copies.ts';
import { checkPlacementName, type PlacementName } from '../placement/names.ts';
import { optimisedGraph, type PlacementSearch } from '../placement/optimise.ts';
import type { Placement } from '../placement/placement.ts';
import type { TooLarge } from '../spill/plan.ts';
import type { Spilling } from '../spill/spilling.ts';
import type { SpillTraffic } from '../spill/traffic.ts';
import type { TurnsRun } from '../turns/give-pes.ts';
import { graphInTurns } from '../turns/graph.ts';
import { type SimulateOptions, SimulationEngine, type SimulationRun } from './engine.ts';
import { isThreadWorthIt, SharedRuns } from './second-thread.ts';

/** How a workload runs on its chip. */
export interface RunOptions {
  /** `xinf` by default; `lbl` is played at the pixel sets of the workload. */
  readonly scheduling?: Scheduling | undefined;
  /** Inferences one after the other; 1 by default. */
  readonly batch?: number | undefined;
  /** Where weights take turns: inferences that go through all rounds together; the whole batch by default. */
  readonly group?: number | undefined;
  /** Where weights take turns: when they are written; `rolling` by default, with `lbl` always `barrier`. */
  readonly reload?: Reload | undefined;
  /**
   * Where copies lie: along a `snake` through the mesh (the default), `optimised` such that fewer bits go over
   * fewer links, the order in which they take tiles, or a function.
   */
  readonly placement?: PlacementName | Placement | readonly number[] | undefined;
  /**
   * True by default: where buffers are too small to make progress and the chip has an off-chip port, values for which there is no
   * room go to off-chip memory and are fetched back. With `always` they do wherever windows do not fit, which may be faster; with
   * false nothing does.
   */
  readonly spill?: Spilling | undefined;
}

/** A run, and what was played. */
export interface Played {
  readonly mapping: Mapping;
  readonly graph: IndexedGraph;
  readonly run: SimulationRun;
  /** The layer whose sets no spilling makes fit; the run is the one without spilling then, and has a deadlock. */
  readonly tooLarge?: TooLarge;
}

/** What came of a mapping on another chip. */
export interface Replayed {
  /** Clock cycles. */
  readonly cycles: number;
  /** What was stored off the chip for want of room, and fetched back. */
  readonly spill: SpillTraffic;
}

/** A run that had a limit. */
export interface PlayedWithin {
  /** The run; absent where it was later. */
  readonly played?: Played;
  /** What was over, and entries of messages into links. */
  readonly events: number;
}

/**
 * Plays one workload with whatever copies: what does not depend on them is made once.
 *
 * @throws ClsaCimError where the batch is out of range, no placement has this name, or a port is on no tile.
 */
export class Simulator {
  readonly workload: Workload;
  readonly scheduling: Scheduling;
  readonly batch: number;
  /** How inferences share what is written where weights take turns, and when that is. */
  readonly turns: TurnsRun;
  readonly placement: RunOptions['placement'];
  /** PEs of the mappings that it plays, used or not. */
  readonly totalPes: number;
  readonly chip: SimulationChip;
  readonly topology: Topology;
  /** When values may go to off-chip memory for want of room. */
  readonly spill: Spilling;
  #engine: SimulationEngine | undefined;
  /** What is in the engine. */
  #loaded: IndexedGraph | undefined;

  constructor(workload: Workload, totalPes: number, options: RunOptions = {}) {
    const { scheduling = 'xinf', batch = 1, group = batch, placement, spill = true } = options;
    checkBatch(batch);
    if (typeof placement === 'string') checkPlacementName(placement);
    this.workload = workload;
    this.scheduling = scheduling;
    this.batch = batch;
    this.turns = {
      ...batchOf({ batch, group }),
      scheduling,
      reload: scheduling === 'lbl' ? 'barrier' : (options.reload ?? 'rolling'),
    };
    this.placement = placement;
    this.totalPes = totalPes;
    this.topology = topologyOf(workload.architecture, totalPes);
    this.chip = chipOf(workload.architecture.chip, this.topology, workload.architecture.clockNs);
    this.spill = spill;
  }

  /**
   * The graph of a mapping of `totalPes` PEs: what is played.
   *
   * @throws ClsaCimError where its tiles have too few PEs, there is no way between them, a user's placement is at fault,
   * or sets do not fit memory or 32 bits.
   */
  graph(mapping: Mapping): IndexedGraph {
    const { placement } = this;
    if (placement === 'optimised') return this.#optimised(mapping).graph;
    return this.#placed(mapping, placement === 'snake' ? undefined : placement);
  }

  /** How it runs, wherever copies lie. */
  get how(): Omit<RunOptions, 'placement'> {
    return { ...this.turns, spill: this.spill };
  }

  /** The order in which copies take tiles under the placement `optimised`. */
  optimisedOrder(mapping: Mapping, search?: PlacementSearch): readonly number[] {
    return this.#optimised(mapping, search).order;
  }

  /**
   * Plays a mapping of `totalPes` PEs. The engine keeps what it has of the workload for the next one, until
   * {@link release}.
   *
   * @throws ClsaCimError as {@link graph} does, and where the state does not fit memory.
   */
  play(mapping: Mapping, { onProgress, ...kept }: SimulateOptions = {}): Played {
    const graph = this.graph(mapping);
    return this.#onEngine((engine) => {
      this.#put(engine, graph, this.chip, kept);
      const tooLarge = this.#playOn(engine, this.chip, onProgress);
      return { mapping, graph, run: engine.run(), ...(tooLarge && { tooLarge }) };
    });
  }

  /** Where all comes to an end in the buffers nothing has to spill, so nothing does unless it always may. */
  #playOn(
    engine: SimulationEngine,
    chip: SimulationChip,
    onProgress?: OnProgress,
    limit?: number,
    spill = this.spill,
  ): TooLarge | undefined {
    const maySpill = spill !== false && canSpill(chip);
    if (maySpill && spill === 'always') {
      const tooLarge = engine.playSpilling(onProgress, limit);
      if (tooLarge === undefined) return undefined;
    }
    engine.play(maySpill ? part(onProgress, 0, 1 / 2) : onProgress, limit);
    if (!maySpill || !engine.isDeadlocked) return undefined;
    return engine.playSpilling(part(onProgress, 1 / 2, 1), limit);
  }

  /**
   * Plays a mapping as {@link play} does, until it is later than a limit.
   *
   * @param limit Clock cycles.
   * @param graph That of the mapping, where it has been made.
   * @throws ClsaCimError as {@link play} does.
   */
  playWithin(
    mapping: Mapping,
    limit: number,
    { onProgress, ...kept }: SimulateOptions = {},
    graph = this.graph(mapping),
  ): PlayedWithin {
    return this.#onEngine((engine) => {
      this.#put(engine, graph, this.chip, kept);
      const tooLarge = this.#playOn(engine, this.chip, onProgress, limit);
      const { events } = engine;
      if (engine.isLate) return { events };
      return { events, played: { mapping, graph, run: engine.run(), ...(tooLarge && { tooLarge }) } };
    });
  }

  /**
   * Plays a run of this simulator again, with other widths, sizes and times of the same tiles and links.
   *
   * @param spill When values may spill; as in the others by default.
   * @returns Undefined where it came to no end.
   */
  replay({ graph }: Played, chip: Chip, onProgress?: OnProgress, spill?: Spilling): Replayed | undefined {
    return this.#onEngine((engine) => {
      const figures = this.#figures(chip);
      this.#put(engine, graph, figures, {});
      this.#playOn(engine, figures, onProgress, undefined, spill);
      return engine.isDeadlocked ? undefined : { cycles: engine.cycles, spill: engine.spillTraffic };
    });
  }

  /**
   * Has a second thread begin to {@link replay} a run on other chips, the last of them first.
   *
   * @returns Undefined where there is none, or that is not worth it.
   */
  replayAhead({ graph, run }: Played, chips: readonly Chip[]): SharedRuns | undefined {
    const isSpilling = this.spill === 'always' || run.nodes.some(({ spilledBits }) => spilledBits > 0);
    if (isSpilling || !isThreadWorthIt(run.events * chips.length)) return undefined;
    return this.#onEngine((engine) => {
      this.#put(engine, graph, this.chip, {});
      return SharedRuns.start(engine.replayWords(chips.map((chip) => this.#figures(chip))));
    });
  }

  /** What a run is played with on another chip. */
  #figures(chip: Chip): SimulationChip {
    return chipOf(normalChip(chip), this.topology, this.workload.architecture.clockNs);
  }

  /**
   * True where something may spill if a run of this simulator is played again with `spill: 'always'`. Where nothing may, it would be
   * the run without spilling.
   */
  maySpill({ graph }: Played): boolean {
    if (!canSpill(this.chip)) return false;
    return this.#onEngine((engine) => {
      this.#put(engine, graph, this.chip, {});
      return engine.maySpill;
    });
  }

  /** Gives the engine back; the next run starts anew. */
  release(): void {
    this.#engine?.release();
    this.#engine = undefined;
    this.#loaded = undefined;
  }

  /** Puts copies where they are, if they are not there, and says what the figures of the next run are, and what is kept of it. */
  #put(engine: SimulationEngine, graph: IndexedGraph, chip: SimulationChip, kept: SimulateOptions): void {
    const before = this.#loaded;
    if (before !== graph) {
      // Where weights take turns the sets depend on the mapping.
      if (before !== undefined && graph.turns === undefined && before.turns === undefined)
        engine.setCopies(graph.nodes.map(({ copies }) => copies));
      else engine.load(graph);
      this.#loaded = graph;
    }
    engine.setFigures(chip);
    engine.setKept(kept);
  }

  /** What fails leaves nothing in the engine. */
  #onEngine<T>(work: (engine: SimulationEngine) => T): T {
    this.#engine ??= new SimulationEngine();
    try {
      return work(this.#engine);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  #optimised(mapping: Mapping, search?: PlacementSearch) {
    return optimisedGraph((order) => this.#placed(mapping, order), this.topology, search);
  }

  #placed(mapping: Mapping, placement: Placement | readonly number[] | undefined): IndexedGraph {
    const { workload, chip, batch, scheduling, topology } = this;
    if (mapping.rounds !== undefined) {
      return graphInTurns(workload, mapping, this.turns, { chip, topology, placement });
    }
    const { network, architecture } = workload;
    const copies = placedCopies(network, mapping, architecture, topology, placement);
    return graphOf(workload, copies, { chip, batch, scheduling });
  }
}

/** True of a chip with buffers that may be too small, and a port to store off the chip what finds no room in them. */
export function canSpill({
  inputBufferBits,
  outputBufferBits,
  offChipBitsPerCycle,
}: SimulationChip): boolean {
  const isLimited = inputBufferBits !== undefined || outputBufferBits !== undefined;
  return isLimited && offChipBitsPerCycle !== undefined;
}

/** The graph of a workload whose copies are placed. */
function graphOf(
  workload: Workload,
  copiesOf: CopiesOf,
  how: Pick<SimulationGraph, 'chip' | 'batch' | 'scheduling'>,
): IndexedGraph {
  const [flow, work, index] = [workload.part(flowPart), workload.part(workPart), workload.part(indexPart)];
  const { mvmCycles, mvmIntervalCycles } = workload.architecture;
  const nodes = work.nodes.map((node, number) => {
    const { kind, lastBase, pixels } = flow.nodes[number]!;
    const onTile = (tile: number): SimulationCopy[] => [{ tiles: [tile], partialBitsPerPixel: [] }];
    // Copies beyond the last set of the batch are never used.
    if (kind === 'base') return { ...node, copies: copiesOf(node.layer, pixels.length * how.batch) };
    if (kind === 'input') return { ...node, copies: onTile(how.chip.offChipTile) };
    return { ...node, copies: onTile(lastBase < 0 ? 0 : copiesOf(lastBase, 1)[0]!.tiles.at(-1)!) };
  });
  return { nodes, edges: work.edges, index, mvmCycles, mvmIntervalCycles, ...how };
}
