import { oneLine } from '../../input/show.ts';
import { type IndexedGraph, indexed, type SimulationGraph } from '../model/graph.ts';
import type { SimulationDeadlock, WaitingMessage, WaitingSet } from '../play/deadlock.ts';

/** So many of those who wait are named. */
const MAX_NAMED = 4;
/** Names are shown up to so many characters: the message is one line. */
const MAX_NAME = 60;

/** Somebody who waits: a node whose result cannot be sent, or one whose next set cannot start. */
interface Waiter {
  readonly node: number;
  readonly does: 'send' | 'compute';
}

/** What somebody waits for: in words, and whom. */
interface Wait {
  readonly text: string;
  readonly next?: Waiter | undefined;
}

/**
 * Who waits for whom in a deadlock, as a text of one line: the layers of one cycle of waiting, found by following
 * from a result that cannot be sent what fills the tile, who still has to read that, and what that one waits for.
 */
export function waitingCycle(graph: SimulationGraph, deadlock: SimulationDeadlock): string {
  const waits = new Waits(graph, deadlock);
  const path: (Waiter & Wait)[] = [];
  let cycle: readonly (Waiter & Wait)[] = path;
  for (let at = waits.first(); at !== undefined; at = path.at(-1)!.next) {
    const { node, does } = at;
    const before = path.findIndex((other) => other.node === node && other.does === does);
    if (before >= 0) {
      cycle = fromSender(path.slice(before));
      break;
    }
    path.push({ ...at, ...waits.of(at) });
  }
  const more = cycle.length - MAX_NAMED;
  const named = cycle.slice(0, MAX_NAMED).map(({ text }) => text);
  return named.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

/** A cycle turned such that it begins with somebody for whom there is no room. */
function fromSender<T extends Waiter>(cycle: readonly T[]): T[] {
  const first = Math.max(
    0,
    cycle.findIndex(({ does }) => does === 'send'),
  );
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}

class Waits {
  readonly #graph: IndexedGraph;
  readonly #deadlock: SimulationDeadlock;
  readonly #sets: ReadonlyMap<number, WaitingSet>;
  /** Of results that some tile has no room for. */
  readonly #messages: ReadonlyMap<number, WaitingMessage>;

  constructor(graph: SimulationGraph, deadlock: SimulationDeadlock) {
    this.#graph = indexed(graph);
    this.#deadlock = deadlock;
    this.#sets = new Map(deadlock.sets.map((set) => [set.node, set]));
    const stuck = deadlock.messages.filter(({ tiles }) => tiles.length > 0);
    this.#messages = new Map(stuck.map((message) => [message.node, message]));
  }

  /** Somebody who waits for room, if anybody does. */
  first(): Waiter | undefined {
    const [message] = this.#messages.keys();
    if (message !== undefined) return { node: message, does: 'send' };
    const { sets } = this.#deadlock;
    const set = sets.find(({ waitsFor }) => waitsFor === 'output room') ?? sets[0];
    return set && { node: set.node, does: 'compute' };
  }

  of({ node, does }: Waiter): Wait {
    const message = this.#messages.get(node);
    if (does === 'send' && message !== undefined) return this.#sending(message);
    const set = this.#sets.get(node);
    if (set?.waitsFor === 'values') return this.#starving(set);
    if (set?.waitsFor === 'output room') return this.#computing(set);
    if (set?.waitsFor === 'weights') return this.#unwritten(set);
    return this.#waitingForLayer(node);
  }

  /** A set whose copy is not written: who holds the PEs that are to be written first. */
  #unwritten({ node }: WaitingSet): Wait {
    const { writes = [], gates = [] } = this.#graph.turns ?? {};
    const holders = writes.map(({ gate }) => gates[gate]!.find((copy) => this.#sets.has(copy.node)));
    const holder = holders.find((copy) => copy !== undefined)?.node;
    if (holder === undefined) return { text: `${this.#name(node)} waits for its weights` };
    return {
      text: `${this.#name(node)} waits for its weights, which take the PEs of ${this.#name(holder)}`,
      next: this.#producer(holder),
    };
  }

  /** A result that a tile has no room for: who has to read what is there. */
  #sending({ node, tiles }: WaitingMessage): Wait {
    const tile = tiles[0]!;
    const others = tiles.length > 1 ? ` (and ${tiles.length - 1} more)` : '';
    const text = `${this.#name(node)} has no room for its results on tile ${tile}${others}`;
    const size = bytes(this.#graph.chip.inputBufferBits ?? 0);
    const buffer = this.#deadlock.fullBuffers.find((other) => other.tile === tile);
    const holds = buffer?.holds.toSorted((a, b) => b.bits - a.bits) ?? [];
    if (holds.length === 0)
      return { text: `${text}, whose input buffer of ${size} is smaller than one of them` };
    for (const hold of holds) {
      const reader = this.#readerOn(tile, hold.node);
      if (reader === undefined) continue;
      const what = `what ${this.#name(reader)} still reads of ${this.#name(hold.node)}`;
      return {
        text: `${text}, where ${what} takes ${bytes(hold.bits)} of ${size}`,
        next: { node: reader, does: 'compute' },
      };
    }
    return { text };
  }

  /** A node that still has sets, of which a copy is on a tile and reads the values of another node there. */
  #readerOn(tile: number, source: number): number | undefined {
    const { nodes, edges, index } = this.#graph;
    return index.outgoing[source]!.map((edge) => edges[edge]!.to).find(
      (to) => this.#sets.has(to) && nodes[to]!.copies.some(({ tiles }) => tiles.includes(tile)),
    );
  }

  /** A set without values: whose, and what those wait for as long as that is values, too. */
  #starving({ node, source }: WaitingSet): Wait {
    if (source === undefined) return { text: `${this.#name(node)} waits for values` };
    let last = source;
    let between = -1;
    for (let next: number | undefined = source; next !== undefined; between++) {
      last = next;
      next = this.#messages.has(last) ? undefined : this.#sets.get(last)?.source;
    }
    const over = between > 1 ? `, over ${between - 1} more ${between === 2 ? 'layer' : 'layers'},` : '';
    const chain = last === source ? '' : `, which waits${over} for ${this.#name(last)}`;
    return {
      text: `${this.#name(node)} waits for values of ${this.#name(source)}${chain}`,
      next: this.#producer(last),
    };
  }

  /** A set without room for its result: what waits to be sent from that tile, results of its own first. */
  #computing({ node, set, tile = this.#home(node, set) }: WaitingSet): Wait {
    const text = `${this.#name(node)} has no room for a result on its own tile ${tile}`;
    const there = [...this.#messages.values()].filter(
      (message) => this.#home(message.node, message.set) === tile,
    );
    const full = there.find((message) => message.node === node) ?? there[0];
    const size = bytes(this.#graph.chip.outputBufferBits ?? 0);
    if (full === undefined) return { text: `${text}, whose output buffer of ${size} is too small for one` };
    const whose = full.node === node ? 'earlier ones' : `results of ${this.#name(full.node)}`;
    return { text: `${text}, where ${whose} wait to be sent`, next: { node: full.node, does: 'send' } };
  }

  /** Layer by layer: a layer whose turn has not come. */
  #waitingForLayer(node: number): Wait {
    const before = this.#graph.nodes.findLastIndex(
      ({ kind }, other) => other < node && kind === 'base' && this.#sets.has(other),
    );
    if (before < 0) return { text: `${this.#name(node)} waits` };
    return {
      text: `${this.#name(node)} waits for the end of ${this.#name(before)}`,
      next: this.#producer(before),
    };
  }

  #producer(node: number): Waiter | undefined {
    if (this.#messages.has(node)) return { node, does: 'send' };
    return this.#sets.has(node) ? { node, does: 'compute' } : undefined;
  }

  #home(node: number, set: number): number {
    const { copies } = this.#graph.nodes[node]!;
    return copies[set % copies.length]!.tiles.at(-1)!;
  }

  #name(node: number): string {
    const name = oneLine(this.#graph.nodes[node]!.name);
    return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
  }
}

function bytes(bits: number): string {
  return `${Math.ceil(bits / 8).toLocaleString('en-US')} bytes`;
}
