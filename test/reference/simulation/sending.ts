/** What sets send: results to the tiles that read them, and partial sums to the home of their copy. */
import type { Event } from './events.ts';
import type { Destination } from './links.ts';
import type { OffChip } from './off-chip.ts';
import type { Arrival } from './result.ts';
import { at, bySet, type SetOf } from './sets.ts';
import type { Injected, State } from './state.ts';

export class Sending {
  readonly #state: State;
  readonly #offChip: OffChip;
  /** Results of each node that wait to be injected. */
  readonly ready: SetOf[][];
  /** When each result was whole on each tile. */
  readonly arrivals: Arrival[] = [];
  #newPartials: Injected[] = [];
  /** Per set: partial sums that are not sent yet, and when the latest of those sent arrives. */
  readonly #partialsLeft = new Map<string, number>();
  readonly #latestPartial = new Map<string, number>();

  constructor(state: State, offChip: OffChip) {
    this.#state = state;
    this.#offChip = offChip;
    this.ready = state.graph.nodes.map(() => []);
  }

  /** Partial sums of a set, from tiles of its copy by their positions, are to go home. */
  addPartials(of: SetOf, messages: readonly { position: number; from: number; bits: number }[]): void {
    this.#partialsLeft.set(at(of), messages.length);
    for (const { position, from, bits } of messages) {
      this.#newPartials.push({ ...of, position, grant: () => this.#sendPartials(of, from, bits) });
    }
  }

  /** Partial sums, and the results that found room. */
  injected(): Injected[] {
    const partials = this.#newPartials;
    this.#newPartials = [];
    return [...partials, ...this.#injectResults()];
  }

  /** Decision 12: reserves room for what may be sent. */
  #injectResults(): Injected[] {
    const { hasGone } = this.#state;
    const injected: Injected[] = [];
    for (const ready of this.ready.toReversed()) {
      ready.sort(bySet);
      for (let result = ready[0]; result !== undefined; result = ready[0]) {
        const of = result;
        if (!this.#reserveInput(of)) break;
        ready.shift();
        hasGone[of.node]![of.set] = true;
        this.countWait(of);
        injected.push({ ...of, position: Infinity, grant: () => this.#sendResult(of) });
      }
    }
    return injected;
  }

  /** Reserves room for a result on the tiles that have it; false if it may not go since one has not. */
  #reserveInput(of: SetOf): boolean {
    const { input, use, counts, shared, now } = this.#state;
    const rooms = this.#state.inputRooms(of);
    const stored = rooms.filter(({ charge }) => charge === undefined);
    if (stored.some(({ tile }) => !this.#state.isSpilled(of, tile))) return false;
    for (const { tile, bits, charge } of rooms) {
      if (charge === undefined) continue;
      input.reserve(of, tile, bits, charge);
      use.noteReserved('input', tile, now, input.used[tile]!);
      counts.ofNode[of.node]!.inputWrittenBits += bits;
    }
    const tiles = stored.map(({ tile }) => tile);
    // What leaves the chip is stored out there.
    if (!this.#state.leaves(of)) shared.keep(of, tiles, Math.max(0, ...stored.map(({ bits }) => bits)));
    use.noteShared(now, shared.used);
    return true;
  }

  /** Counts how long a result has waited until now. */
  countWait(of: SetOf): void {
    const { counts, finish, sets, now } = this.#state;
    counts.add('waitSendCycles', of.node, sets.home(of), now - finish[of.node]![of.set]!);
  }

  #sendResult(of: SetOf): void {
    const { sets, input, counts, events } = this.#state;
    const { node, set } = of;
    const home = sets.home(of);
    const everywhere = [...sets.toTiles(of)].sort(([a], [b]) => a - b);
    const destinations: Destination[] = everywhere
      .filter(([tile]) => input.has(of, tile))
      .map(([tile, bits]) => ({ tile, bits, kind: 'ARRIVE' }));
    const stored = everywhere.filter(([tile]) => !input.has(of, tile)).map(([, bits]) => bits);
    destinations.push(...this.#offChip.destinations(of, stored));
    counts.ofNode[node]!.outputReadBits += sets.figure(of, 'resultBits');
    const { arrivals, sent } = this.#state.travel(node, home, destinations);
    arrivals.forEach((time, i) => {
      const { kind, tile } = destinations[i]!;
      events.add({ time, kind, node, set, tile });
    });
    events.add({ time: sent, kind: 'SENT', node, set, tile: home });
  }

  /** A result is whole on a tile. */
  arrived({ node, set, tile }: Event): void {
    const { sets, isThere, now } = this.#state;
    const bits = sets.toTiles({ node, set }).get(tile)!;
    this.arrivals.push({ node, set, tile, bits, cycle: now });
    isThere.add(at({ node, set }, tile));
  }

  #sendPartials(of: SetOf, from: number, bits: number): void {
    const home = this.#state.sets.home(of);
    const kind = 'PARTIALS_DONE';
    const [arrival] = this.#state.travel(of.node, from, [{ tile: home, bits, kind }]).arrivals;
    const left = this.#partialsLeft.get(at(of))! - 1;
    this.#partialsLeft.set(at(of), left);
    const latest = Math.max(this.#latestPartial.get(at(of)) ?? 0, arrival!);
    this.#latestPartial.set(at(of), latest);
    if (left === 0) this.#state.events.add({ time: latest, kind, ...of, tile: home });
  }
}
