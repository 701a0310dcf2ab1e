/** Off-chip memory and the shared buffer beside its port: results that go there, and values that come back. */
import type { Event, Fetch } from './events.ts';
import { cyclesFor, type Destination } from './links.ts';
import { at, type SetOf } from './sets.ts';
import type { Injected, State } from './state.ts';

export class OffChip {
  readonly #state: State;
  /** Values that are whole in off-chip memory. */
  readonly #isStored = new Set<string>();
  /** Per value: bits of it that are stored. */
  readonly #toStore = new Map<string, number>();
  /** Per value: bits that it takes on its way to the port. */
  readonly #toPort = new Map<string, number>();
  #newFetches: Fetch[] = [];

  constructor(state: State) {
    this.#state = state;
  }

  isStored(value: SetOf): boolean {
    return this.#isStored.has(at(value));
  }

  /** Where a result goes for the tiles that found no room for so many bits of it, and where it leaves the chip. */
  destinations(of: SetOf, stored: readonly number[]): Destination[] {
    const { sets, graph } = this.#state;
    const leaves = this.#state.leaves(of);
    if (stored.length === 0 && !leaves) return [];
    const bits = Math.max(leaves ? sets.figure(of, 'outputBits') : 0, ...stored);
    this.#toStore.set(at(of), Math.max(0, ...stored));
    this.#toPort.set(at(of), bits);
    return [{ tile: graph.chip.offChipTile, bits, kind: 'ARRIVE_AT_PORT' }];
  }

  /** Decision 15. */
  arrivedAtPort({ node, set, tile }: Event): void {
    const { graph, servers, shared } = this.#state;
    const bits = this.#toPort.get(at({ node, set }))!;
    const isShared = shared.has({ node, set });
    const { offChipBitsPerCycle, sharedBufferBitsPerCycle } = graph.chip;
    const cycles = cyclesFor(bits, isShared ? sharedBufferBitsPerCycle : offChipBitsPerCycle);
    const server = isShared ? servers.sharedIn : servers.portOut;
    if (cycles === 0) this.portDone({ node, set });
    else this.#state.ask(server, { node, set, tile, cycles, done: 'PORT_DONE' });
  }

  portDone(of: SetOf): void {
    this.#throughPort(of);
  }

  /** A result has left the chip, or is stored. */
  #throughPort({ node, set }: SetOf): void {
    const of = { node, set };
    const { counts, sets, shared } = this.#state;
    this.#isStored.add(at(of));
    this.#countMemory(of, this.#toPort.get(at(of))!);
    const home = counts.ofTile[sets.home(of)]!;
    home.spilledBits += this.#toStore.get(at(of))!;
    if (shared.has(of)) home.sharedBufferBits += this.#toStore.get(at(of))!;
    counts.ofNode[node]!.spilledBits += this.#toStore.get(at(of))!;
    if (this.#state.leaves({ node, set })) this.#state.noteEnd();
  }

  /** Brings a value back. */
  fetch(fetch: Fetch): void {
    const { shared, graph, now, events } = this.#state;
    const { offChipTile } = graph.chip;
    const { offChipLatencyCycles = 0 } = shared.has(fetch.value) ? {} : graph.chip;
    const time = now + offChipLatencyCycles;
    if (offChipLatencyCycles === 0) this.askPort(fetch);
    else events.add({ time, kind: 'MEMORY_DONE', ...fetch.value, tile: offChipTile, fetch });
  }

  /** The memory has a value ready. */
  askPort(fetch: Fetch): void {
    const { shared, graph, servers } = this.#state;
    const { offChipBitsPerCycle, sharedBufferBitsPerCycle, offChipTile } = graph.chip;
    const isShared = shared.has(fetch.value);
    const cycles = cyclesFor(fetch.bits, isShared ? sharedBufferBitsPerCycle : offChipBitsPerCycle);
    this.#state.ask(isShared ? servers.sharedOut : servers.portIn, {
      ...fetch.value,
      tile: offChipTile,
      cycles,
      done: 'FETCHED',
      fetch,
    });
  }

  fetched(fetch: Fetch): void {
    const { counts, sets, shared } = this.#state;
    this.#countMemory(fetch.value, fetch.bits);
    counts.ofNode[fetch.value.node]!.fetchedBits += fetch.bits;
    for (const tile of fetch.tiles) {
      const bits = sets.toTiles(fetch.value).get(tile)!;
      counts.ofTile[tile]!.fetchedBits += bits;
      if (shared.has(fetch.value)) counts.ofTile[tile]!.sharedBufferBits += bits;
    }
    this.#newFetches.push(fetch);
  }

  /** Counts bits that went through the port, or into the shared buffer or out of it. */
  #countMemory({ node, set }: SetOf, bits: number): void {
    const { counts, shared } = this.#state;
    counts.ofNode[node]![shared.has({ node, set }) ? 'sharedBufferBits' : 'offChipBits'] += bits;
  }

  /** The values that were fetched since, on their way to their tiles. */
  injected(): Injected[] {
    const fetches = this.#newFetches;
    this.#newFetches = [];
    return fetches.map((fetch) => ({
      ...fetch.value,
      position: Infinity,
      grant: () => this.#sendFetched(fetch),
    }));
  }

  #sendFetched({ value, tiles }: Fetch): void {
    const { sets, graph, events } = this.#state;
    const kind = 'ARRIVE_FETCHED';
    const destinations = tiles.map((tile) => ({ tile, bits: sets.toTiles(value).get(tile)!, kind }) as const);
    const { arrivals } = this.#state.travel(value.node, graph.chip.offChipTile, destinations);
    arrivals.forEach((time, i) => {
      events.add({ time, kind, ...value, tile: tiles[i]! });
    });
  }
}
