import {
  type IndexedGraph,
  indexed,
  resultDelayOf,
  type SimulationGraph,
  type SimulationNode,
} from '../model/graph.ts';
import type { NodeRun, SimulationRun } from '../play/engine.ts';
import { type CriticalRun, criticalRuns } from './critical-runs.ts';
import type { CriticalSet, WaitCause } from './critical-set.ts';

/** Something that a set had to wait for until `time`; `until` is when the earlier set had done its part. */
interface Condition {
  readonly cause: WaitCause;
  readonly node: number;
  readonly firing: number;
  readonly until: number;
  readonly time: number;
}

/** Causes that are about a value of another set. */
const VALUE_CAUSES: readonly WaitCause[] = ['values', 'link', 'link queue', 'input room', 'fetch'];

/**
 * The chain of sets that made the run as long as it was, in the order of time: found backwards from the last
 * finish, each set preceded by the one that gave it what it got last. They lie end to end from cycle 0
 * to the last finish; what is left until the end of the run is results that leave the chip.
 *
 * A copy, the set and the layer before and what was fetched are known to the cycle, and so are values on a chip without contention.
 * What a set waits in the queue of a GPEU is part of its completion, whoever was served before it.
 * When a result arrived is not kept: it is taken to be the latest one by finish and undisturbed travel. Where a set
 * started later than all that explains, the cause is the one of `link queue`, `input room` and `output room` for
 * which its layer, or the one that made the value, waited longest in the whole run; with `output room` the path
 * goes on with what the set had got last before.
 *
 * @param run With `keepSets`, and without deadlock.
 */
export function criticalSets(graph: SimulationGraph, run: SimulationRun): CriticalSet[] {
  return new BackwardWalk(graph, run).steps().reverse();
}

/** The same as runs of sets of one layer that waited for the same. */
export function criticalPath(graph: SimulationGraph, run: SimulationRun): CriticalRun[] {
  return criticalRuns(graph, criticalSets(graph, run));
}

class BackwardWalk {
  readonly #graph: IndexedGraph;
  readonly #run: SimulationRun;
  /** Per join: which set held the GPEU until a cycle. */
  readonly #joinEnds = new Map<number, Map<number, number>>();
  /** Per base layer and inference. */
  readonly #layersBefore = new Map<number, Condition | undefined>();
  readonly #hops = new Map<number, number>();

  constructor(graph: SimulationGraph, run: SimulationRun) {
    this.#graph = indexed(graph);
    this.#run = run;
  }

  /** The path, the last set first. */
  steps(): CriticalSet[] {
    const steps: CriticalSet[] = [];
    let at: Condition | undefined = this.#lastFinish();
    while (at !== undefined) {
      const { node, firing, until }: Condition = at;
      const start = this.#starts(node)[firing]!;
      const cause = this.#cause(node, firing, start);
      const workCycles = Math.min(until - start, this.#work(node, firing));
      const isValue = cause !== undefined && VALUE_CAUSES.includes(cause.cause);
      steps.push({
        node,
        set: firing,
        cause: cause?.cause ?? (start === 0 ? 'nothing' : 'output room'),
        valuesOf: isValue ? cause.node : undefined,
        from: cause?.until ?? 0,
        start,
        workCycles,
        until,
      });
      at = cause;
    }
    return steps;
  }

  #lastFinish(): Condition | undefined {
    let node = -1;
    let firing = -1;
    let until = -1;
    for (let other = 0; other < this.#graph.nodes.length; other++) {
      const finishes = this.#finishes(other);
      // Plain numbers, since these are all sets of all nodes.
      for (let i = 0; i < finishes.length; i++) {
        if (finishes[i]! <= until) continue;
        node = other;
        firing = i;
        until = finishes[i]!;
      }
    }
    return node < 0 ? undefined : { cause: 'values', node, firing, until, time: until };
  }

  /** What a set got last before it started; undefined where it waited for nothing. */
  #cause(node: number, firing: number, start: number): Condition | undefined {
    if (start === 0) return undefined;
    const copy = this.#copyBefore(node, firing, start);
    // The most frequent one, and certain: no need to look at what the set reads.
    if (copy?.time === start) return copy;
    const value = this.#latestValue(node, firing);
    const hasFetchedLast = this.#nodeRun(node).fetchEnds?.[firing] === start;
    if (hasFetchedLast && value !== undefined) return { ...value, cause: 'fetch', time: start };
    const known = [value, copy, this.#layerBefore(node, firing), this.#setBefore(node, firing)]
      .filter((condition) => condition !== undefined)
      .toSorted((a, b) => b.time - a.time);
    const [latest] = known;
    if (latest?.time === start) return latest;
    const written = this.#written(node, firing, start);
    if (written !== undefined) return written;
    const cause = this.#contention(node, value?.node);
    if (cause === 'output room' || value === undefined)
      return latest && { ...latest, cause: 'output room', time: start };
    return { ...value, cause, time: start };
  }

  /** The last set of those that a copy had its PEs from, where this is the first set on it. */
  #written(node: number, firing: number, start: number): Condition | undefined {
    const { turns } = this.#graph;
    if (turns === undefined || firing >= this.#node(node).copies.length) return undefined;
    const gate = turns.writes.findLast((write) => write.node === node && write.copy === firing)?.gate;
    if (gate === undefined) return undefined;
    let last: Condition | undefined;
    for (const { node: holder, copy } of turns.gates[gate]!) {
      const finishes = this.#finishes(holder);
      const { length } = this.#node(holder).copies;
      const set = finishes.length - 1 - ((finishes.length - 1 - copy) % length);
      const until = finishes[set]!;
      if (last === undefined || until > last.until)
        last = { cause: 'write', node: holder, firing: set, until, time: start };
    }
    return last;
  }

  /** What a set most likely waited for that started later than what is known explains. */
  #contention(node: number, source: number | undefined): 'output room' | 'input room' | 'link queue' {
    const room = this.#nodeRun(node).waitSpaceCycles;
    const send = source === undefined ? 0 : this.#nodeRun(source).waitSendCycles;
    const link = source === undefined ? 0 : this.#nodeRun(source).waitLinkCycles;
    if (room > Math.max(send, link)) return 'output room';
    return send > link ? 'input room' : 'link queue';
  }

  /** The set that held the copy of a set last. */
  #copyBefore(node: number, firing: number, start: number): Condition | undefined {
    const { kind, copies } = this.#node(node);
    const before = kind === 'join' ? this.#joinEnd(node, start) : firing - copies.length;
    if (before === undefined || before < 0) return undefined;
    const time = this.#copyEnd(node, before);
    return { cause: 'copy', node, firing: before, until: time, time };
  }

  /** When a set gave its copy back. */
  #copyEnd(node: number, firing: number): number {
    const { kind } = this.#node(node);
    if (kind === 'base') return this.#starts(node)[firing]! + this.#perSet(node, firing, 'durations');
    const finish = this.#finishes(node)[firing]!;
    return kind === 'join' ? finish : finish - this.#perSet(node, firing, 'gpeuCycles');
  }

  /** The set of a join that was on the GPEU until this cycle. */
  #joinEnd(node: number, cycle: number): number | undefined {
    let ends = this.#joinEnds.get(node);
    if (ends === undefined) {
      ends = new Map();
      const starts = this.#starts(node);
      for (const [firing, finish] of this.#finishes(node).entries())
        if (starts[firing]! < finish) ends.set(finish, firing);
      this.#joinEnds.set(node, ends);
    }
    return ends.get(cycle);
  }

  /** Of a base layer or input: sets start in order. */
  #setBefore(node: number, firing: number): Condition | undefined {
    const { kind, groupBefore } = this.#node(node);
    if (firing === 0 && kind === 'input' && groupBefore !== undefined)
      return this.#setBefore(groupBefore, this.#starts(groupBefore).length);
    if (firing === 0 || kind === 'join') return undefined;
    const time = this.#starts(node)[firing - 1]!;
    return { cause: 'set before', node, firing: firing - 1, until: time, time };
  }

  /** The last set of this inference of the base layer before, layer by layer. */
  #layerBefore(node: number, firing: number): Condition | undefined {
    const { scheduling, batch, index } = this.#graph;
    if (scheduling !== 'lbl' || this.#node(node).kind !== 'base') return undefined;
    const inference = Math.floor(firing / this.#sets(node));
    const key = node * batch + inference;
    if (!this.#layersBefore.has(key)) {
      const before = index.baseBefore[node]!;
      this.#layersBefore.set(key, before < 0 ? undefined : this.#lastOf(before, inference));
    }
    return this.#layersBefore.get(key);
  }

  #lastOf(node: number, inference: number): Condition {
    const first = inference * this.#sets(node);
    const finishes = this.#finishes(node);
    let last = first;
    for (let k = first; k < first + this.#sets(node); k++) if (finishes[k]! > finishes[last]!) last = k;
    const until = finishes[last]!;
    return { cause: 'layer before', node, firing: last, until, time: until };
  }

  /** Of what a set reads the value that is there last if nothing is in its way. */
  #latestValue(node: number, firing: number): Condition | undefined {
    const k = firing % this.#sets(node);
    const inference = Math.floor(firing / this.#sets(node));
    const { setColumns, copies } = this.#node(node);
    const { tiles } = copies[firing % copies.length]!;
    let latest: Condition | undefined;
    const { edges, index } = this.#graph;
    for (const number of index.incoming[node]!) {
      const { from, rows, columns, bits } = edges[number]!;
      const finishes = this.#finishes(from);
      for (const row of rows[Math.floor(k / setColumns)]!) {
        for (const column of columns[k % setColumns]!) {
          const set = row * this.#node(from).setColumns + column;
          const read = set + inference * this.#sets(from);
          const until = finishes[read]!;
          const time = until + this.#travel(from, read, tiles, bits[set]!);
          if (latest === undefined || time > latest.time)
            latest = { cause: time > until ? 'link' : 'values', node: from, firing: read, until, time };
        }
      }
    }
    return latest;
  }

  /** Cycles that a result travels to the farthest of these tiles if no link is held by others. */
  #travel(node: number, firing: number, tiles: readonly number[], bits: number): number {
    const { hopCycles, linkBitsPerCycle } = this.#graph.chip;
    const { copies } = this.#node(node);
    const home = copies[firing % copies.length]!.tiles.at(-1)!;
    let hops = 0;
    for (const tile of tiles) hops = Math.max(hops, this.#hopsBetween(home, tile));
    if (hops === 0) return 0;
    return hops * hopCycles + (linkBitsPerCycle === undefined ? 0 : Math.ceil(bits / linkBitsPerCycle));
  }

  #hopsBetween(from: number, to: number): number {
    if (from === to) return 0;
    const { chip } = this.#graph;
    const key = from * chip.tiles + to;
    const hops = this.#hops.get(key) ?? chip.route(from, to).length;
    this.#hops.set(key, hops);
    return hops;
  }

  /** Cycles of a set: of its MVMs (base), on the GPEU (join) or in the port (input). */
  #work(node: number, firing: number): number {
    const { offChipBitsPerCycle } = this.#graph.chip;
    switch (this.#node(node).kind) {
      case 'base':
        return this.#perSet(node, firing, 'durations') + resultDelayOf(this.#graph);
      case 'join':
        return this.#perSet(node, firing, 'durations') + this.#perSet(node, firing, 'gpeuCycles');
      case 'input':
        return offChipBitsPerCycle === undefined
          ? 0
          : Math.ceil(this.#perSet(node, firing, 'resultBits') / offChipBitsPerCycle);
    }
  }

  #perSet(node: number, firing: number, figure: 'durations' | 'gpeuCycles' | 'resultBits'): number {
    return this.#node(node)[figure][firing % this.#sets(node)]!;
  }

  #sets(node: number): number {
    return this.#node(node).setRows * this.#node(node).setColumns;
  }

  #node(node: number): SimulationNode {
    return this.#graph.nodes[node]!;
  }

  #nodeRun(node: number): NodeRun {
    return this.#run.nodes[node]!;
  }

  #starts(node: number): Float64Array {
    return kept(this.#nodeRun(node).starts);
  }

  #finishes(node: number): Float64Array {
    return kept(this.#nodeRun(node).finishes);
  }
}

function kept(times: Float64Array | undefined): Float64Array {
  if (times === undefined) throw new Error('the critical path needs a run with keepSets');
  return times;
}
