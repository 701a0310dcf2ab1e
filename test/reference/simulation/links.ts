/** Links, and the messages that take them (decision 13). */
import type { SimulationChip } from '../../../src/simulate/model/graph.ts';
import type { Event } from './events.ts';
import type { Use } from './use.ts';

/** A place that a message goes to: a tile, or the port at a tile. */
export interface Destination {
  readonly tile: number;
  readonly bits: number;
  readonly kind: Extract<
    Event['kind'],
    'ARRIVE' | 'ARRIVE_AT_PORT' | 'ARRIVE_FETCHED' | 'PARTIALS_DONE' | 'WEIGHTS_ARRIVE'
  >;
}

/** Cycles that `bits` need at so many bits per cycle; unlimited: none. */
export const cyclesFor = (bits: number, bitsPerCycle: number | undefined) =>
  bitsPerCycle === undefined ? 0 : Math.ceil(bits / bitsPerCycle);

/** The links of a chip: when each is free, and what went over it. */
export class Links {
  readonly use: { bits: number; busyCycles: number }[];
  readonly #chip: SimulationChip;
  readonly #free: number[];
  readonly #overTime: Use;

  constructor(chip: SimulationChip, use: Use) {
    this.#chip = chip;
    this.#overTime = use;
    this.#free = chip.links.map(() => 0);
    this.use = chip.links.map(() => ({ bits: 0, busyCycles: 0 }));
  }

  /** Takes the links of one message at cycle `now`, and says when it arrives at each of its destinations. */
  travel(now: number, from: number, destinations: readonly Destination[]) {
    const { hopCycles, linkBitsPerCycle } = this.#chip;
    const bitsOn = this.#bitsOnLinks(from, destinations);
    const entries = new Map<number, number>();
    let [sent, hopBits, waitedCycles] = [now, 0, 0];
    const arrivals = destinations.map(({ tile }) => {
      let earliest = now;
      let arrival = now;
      this.#chip.route(from, tile).forEach((link, hop) => {
        const bits = bitsOn.get(link)!;
        const held = cyclesFor(bits, linkBitsPerCycle);
        let entry = entries.get(link);
        if (entry === undefined) {
          entry = this.#enter(link, earliest, bits, held);
          entries.set(link, entry);
          hopBits += bits;
          waitedCycles += entry - earliest;
        }
        if (hop === 0) sent = Math.max(sent, entry + held);
        earliest = entry + hopCycles;
        arrival = entry + hopCycles + held;
      });
      return arrival;
    });
    return { arrivals, sent, hopBits, waitedCycles };
  }

  /** On every link of the tree the widest of the destinations behind it. */
  #bitsOnLinks(from: number, destinations: readonly Destination[]): Map<number, number> {
    const bitsOn = new Map<number, number>();
    for (const { tile, bits } of destinations) {
      for (const link of this.#chip.route(from, tile)) {
        bitsOn.set(link, Math.max(bitsOn.get(link) ?? 0, bits));
      }
    }
    return bitsOn;
  }

  #enter(link: number, earliest: number, bits: number, held: number): number {
    const entry = Math.max(earliest, this.#free[link]!);
    this.#free[link] = entry + held;
    this.use[link]!.bits += bits;
    this.use[link]!.busyCycles += held;
    this.#overTime.noteLink(link, entry, held, bits);
    return entry;
  }
}
