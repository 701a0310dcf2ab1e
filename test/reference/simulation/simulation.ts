/**
 * The slow truth of the cycle simulation: docs/simulation.md sections 5 to 7, event by event. What these leave open
 * is decided in its section 10; "decision n" is number n there. A set is numbered k + i·n: set k of inference i, of a
 * node with n sets. Events of phase 1 are taken by kind (in the order of events.ts), node, set and tile, which makes
 * no difference. Times of what has not happened are -1. All parts share one state (state.ts).
 */
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { Computing } from './computing.ts';
import { deadlockOf } from './deadlock.ts';
import type { Event, Server, Task } from './events.ts';
import { Granting } from './granting.ts';
import { OffChip } from './off-chip.ts';
import type { NodeUse, ReferenceSimulation, TileUse } from './result.ts';
import { Sending } from './sending.ts';
import { at, bySet } from './sets.ts';
import { noSpilling, type SpillPlan } from './spilling.ts';
import { Starting } from './starting.ts';
import { State } from './state.ts';
import { Weights } from './weights.ts';

/**
 * Plays a network on a chip, event by event, by the letter of docs/simulation.md sections 5 to 7 and
 * 10. Slow and plain on purpose; tests hold the engine against it. A graph with missing or
 * contradicting figures is a bug of the caller.
 *
 * @param keepsUse Whether what is used is noted, cycle for cycle.
 */
export function referenceSimulation(
  graph: SimulationGraph,
  plan = noSpilling(graph),
  keepsUse = true,
): ReferenceSimulation {
  const simulation = new Simulation(graph, plan, keepsUse);
  simulation.play();
  return simulation.result();
}

class Simulation {
  readonly #state: State;
  readonly #weights: Weights;
  readonly #offChip: OffChip;
  readonly #sending: Sending;
  readonly #computing: Computing;
  readonly #granting: Granting;
  readonly #starting: Starting;

  constructor(graph: SimulationGraph, plan: SpillPlan, keepsUse: boolean) {
    this.#state = new State(graph, plan, keepsUse);
    this.#weights = new Weights(this.#state);
    this.#offChip = new OffChip(this.#state);
    this.#sending = new Sending(this.#state, this.#offChip);
    this.#computing = new Computing(this.#state, this.#sending, this.#weights);
    this.#granting = new Granting(this.#state, this.#offChip, this.#weights);
    this.#starting = new Starting(this.#state, this.#granting, this.#weights, this.#computing);
  }

  play(): void {
    const { use, input, output, shared, events } = this.#state;
    while (true) {
      this.#completions();
      this.#injections();
      this.#starting.start();
      this.#weights.start();
      this.#service();
      use.noteHeld(this.#state.now, input.used, output.used, shared.used);
      const next = events.nextTime;
      if (next === undefined) return;
      this.#state.now = next;
    }
  }

  // ---------------------------------------------------------------- phase 1: completions

  #completions(): void {
    for (const event of this.#state.events.takeUntil(this.#state.now)) {
      if (event.server !== undefined) event.server.isBusy = false;
      this.#complete(event);
    }
  }

  #complete(event: Event): void {
    const { node, set } = event;
    switch (event.kind) {
      case 'COPY_DONE':
        this.#computing.copyDone(event);
        break;
      case 'MVMS_DONE':
        this.#computing.mvmsDone(event);
        break;
      case 'READ_DONE':
        this.#computing.readDone(event);
        break;
      case 'PARTIALS_DONE':
        this.#computing.computed(event);
        break;
      case 'GPEU_DONE':
        this.#computing.gpeuDone(event);
        break;
      case 'SENT':
        this.#state.giveOutputRoomBack(event);
        break;
      case 'ARRIVE':
        this.#sending.arrived(event);
        break;
      case 'ARRIVE_AT_PORT':
        this.#offChip.arrivedAtPort(event);
        break;
      case 'PORT_DONE':
        this.#offChip.portDone({ node, set });
        break;
      case 'MEMORY_DONE':
        this.#offChip.askPort(event.fetch!);
        break;
      case 'FETCHED':
        this.#offChip.fetched(event.fetch!);
        break;
      case 'ARRIVE_FETCHED':
        this.#state.isThere.add(at(event, event.tile));
        this.#granting.noteArrival();
        break;
      case 'WEIGHTS_MEMORY_DONE':
        this.#weights.askPort(set);
        break;
      case 'WEIGHTS_FETCHED':
        this.#weights.fetched(set);
        break;
      case 'WEIGHTS_ARRIVE':
        this.#weights.arrived(set);
        break;
      case 'WRITTEN':
        this.#weights.written(set);
        break;
    }
  }

  // ---------------------------------------------------------------- phase 2: injections

  #injections(): void {
    const injected = [...this.#sending.injected(), ...this.#offChip.injected(), ...this.#weights.injected()];
    injected.sort((a, b) => bySet(a, b) || a.position - b.position);
    for (const { grant } of injected) grant();
  }

  // ---------------------------------------------------------------- phase 4: queues

  #service(): void {
    const { servers, events, now } = this.#state;
    servers.serve((server, task) => {
      this.#countTask(server, task);
      const { node, set, tile, cycles, done: kind, fetch } = task;
      const time = now + cycles;
      events.add({ node, set, tile, time, kind, server, ...(fetch === undefined ? {} : { fetch }) });
    });
  }

  #countTask(server: Server, task: Task): void {
    const { gpeuOf } = server;
    const { counts, use, sets, servers, now } = this.#state;
    const { node, cycles } = task;
    const waited = now - task.asked;
    if (gpeuOf === undefined) {
      counts.ofNode[this.#weights.nodeOf(task)]!.waitOffChipCycles += waited;
      if (server === servers.portIn || server === servers.portOut)
        use.notePort(server === servers.portIn, now, cycles);
      return;
    }
    counts.add('waitGpeuCycles', node, gpeuOf, waited);
    counts.busy(gpeuOf, now, now + cycles);
    use.noteGpeu(sets.node(node).kind === 'join' ? node : undefined, gpeuOf, now, cycles);
  }

  // ---------------------------------------------------------------- the end

  result(): ReferenceSimulation {
    const { graph, counts, links, input, output, shared, use, cycles, messages } = this.#state;
    const deadlock = deadlockOf(this.#state, this.#starting, this.#sending);
    for (const result of this.#sending.ready.flat()) this.#sending.countWait(result); // they have waited until now
    return {
      cycles,
      nodes: counts.ofNode.map((ofNode, node) => ({ ...this.#times(node), ...this.#told(ofNode) })),
      arrivals: this.#sending.arrivals.toSorted((a, b) => bySet(a, b) || a.tile - b.tile),
      links: links.use,
      tiles: counts.ofTile.map((_, tile) => this.#tile(tile)),
      inferenceEnds: this.#inferenceEnds(),
      inputWindows: input.windows,
      outputWindows: output.windows,
      messages,
      sharedPeakBits: shared.peak,
      use,
      ...(graph.turns === undefined ? {} : { peWrites: this.#weights.times }),
      ...(deadlock === undefined ? {} : { deadlock }),
    };
  }

  #tile(tile: number): TileUse {
    const { counts, input, output } = this.#state;
    return {
      ...this.#told(counts.ofTile[tile]!),
      inputPeakBits: input.peak[tile]!,
      outputPeakBits: output.peak[tile]!,
      inputWindowBits: input.windowBits(tile),
      outputWindowBits: output.windowBits(tile),
      inputEndBits: input.used[tile]!,
      outputEndBits: output.used[tile]!,
      gpeuBusyCycles: counts.gpeuBusy[tile]!,
      busyCycles: counts.busyCycles(tile),
    };
  }

  /** What is told of counts: of writes only where weights take turns. */
  #told<T extends { waitWriteCycles: number }>(counts: T): Omit<T, 'waitWriteCycles'> {
    const { waitWriteCycles: _, ...others } = counts;
    return this.#state.graph.turns === undefined ? others : counts;
  }

  #times(
    node: number,
  ): Pick<NodeUse, 'start' | 'finish' | 'startCycle' | 'endCycle' | 'fetchStart' | 'fetchEnd'> {
    const start = this.#state.start[node]!;
    const finish = this.#state.finish[node]!;
    const started = start.filter((cycle) => cycle >= 0);
    const startCycle = started.length === 0 ? -1 : Math.min(...started);
    const { fetchStart, fetchEnd } = this.#granting;
    return {
      ...{ start, finish, startCycle, endCycle: Math.max(-1, ...finish) },
      ...(this.#state.plan.isSpilling && { fetchStart: fetchStart[node]!, fetchEnd: fetchEnd[node]! }),
    };
  }

  #inferenceEnds(): number[] {
    const { graph, sets, finish } = this.#state;
    return Array.from({ length: graph.batch }, (_, inference) => {
      const ends = finish.flatMap((ofNode, node) => {
        const n = sets.perInference(node);
        const own = inference - sets.inferences(node).first;
        return own < 0 ? [] : ofNode.slice(own * n, (own + 1) * n);
      });
      return Math.max(-1, ...ends);
    });
  }
}
