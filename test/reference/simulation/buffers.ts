/** Room in the buffers of one kind, one on every tile (decisions 12 and 19). */
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { at, on, type SetOf } from './sets.ts';
import type { Window } from './windows.ts';

/** Where room is charged. */
export type Charge = 'window' | 'shared';

/** What is reserved in the buffers of all tiles. */
export class Buffers {
  /** None where the buffers have no limit. */
  readonly windows: readonly Window[];
  /** Per tile: bits that are reserved, and the most that ever were. */
  readonly used: number[];
  readonly peak: number[];
  readonly #size: number | undefined;
  readonly #sharedUsed: number[];
  /** Per tile: what has to be left of the shared room for what one set reads of spilled streams. */
  readonly #largestReads: readonly number[];
  /** Values@tile that were fetched, oldest first: how many sets that are not finished need each, and its bits. */
  readonly #fetched = new Map<string, { readonly tile: number; readonly bits: number; sets: number }>();
  /** Tiles on which a set gets its values in pieces, by the set. */
  readonly #inPieces = new Map<number, string>();
  /** Per node@tile. */
  readonly #windowUsed = new Map<string, number>();
  /** Per value@tile that is in it. */
  readonly #charges = new Map<string, { readonly charge: Charge; readonly bits: number }>();

  /** `size` undefined: no limit, and no windows. */
  constructor(
    graph: SimulationGraph,
    size: number | undefined,
    windows: readonly Window[],
    largestReads: readonly number[] = [],
  ) {
    const perTile = () => Array.from({ length: graph.chip.tiles }, () => 0);
    this.#size = size;
    this.windows = windows;
    this.#largestReads = largestReads;
    this.used = perTile();
    this.peak = perTile();
    this.#sharedUsed = perTile();
  }

  /** Bits of all windows on a tile. */
  windowBits(tile: number): number {
    return this.windows.filter((window) => window.tile === tile).reduce((sum, { bits }) => sum + bits, 0);
  }

  /** True where a value was sent to a tile and is there, or has room there. */
  has(of: SetOf, tile: number): boolean {
    return this.#charges.has(at(of, tile));
  }

  /** Bits of a value on a tile, 0 where it is not. */
  bitsOf(of: SetOf, tile: number): number {
    return this.#charges.get(at(of, tile))?.bits ?? 0;
  }

  /** Where `bits` of a node may be charged on a tile; `undefined` where there is no room. */
  roomFor(of: SetOf, tile: number, bits: number, mayUseWindow: boolean): Charge | undefined {
    if (this.#size === undefined) return 'shared';
    if (this.used[tile]! + bits > this.#size) return undefined;
    // None for a tile that only inferences beyond those that windows are made for come to.
    const window = this.windows.find((other) => other.node === of.node && other.tile === tile)?.bits ?? 0;
    const windowUsed = this.#windowUsed.get(on(of.node, tile)) ?? 0;
    if (mayUseWindow && windowUsed + bits <= window) return 'window';
    const shared = Math.max(0, this.#size - this.windowBits(tile)) - (this.#largestReads[tile] ?? 0);
    const isFree = bits <= this.#free(tile) - this.#fetchedBits(tile);
    return this.#sharedUsed[tile]! + bits <= shared && isFree ? 'shared' : undefined;
  }

  /** Bits of the shared room that sent values leave. */
  #free(tile: number): number {
    return Math.max(0, this.#size! - this.windowBits(tile)) - this.#sharedUsed[tile]!;
  }

  /** Bits of fetched values on a tile; of those only that some set needs still. */
  #fetchedBits(tile: number, isNeeded = false): number {
    return [...this.#fetched.values()]
      .filter((value) => value.tile === tile && (!isNeeded || value.sets > 0))
      .reduce((sum, { bits }) => sum + bits, 0);
  }

  /**
   * How values get to a tile: `whole` where they are or may be in the shared room together, if those are dropped that no set needs
   * now; `in pieces` where they would never be, once no set needs anything there.
   */
  wayToFetch(
    values: readonly SetOf[],
    tile: number,
    bits: (value: SetOf) => number,
  ): 'whole' | 'in pieces' | undefined {
    if (this.#size === undefined) return 'whole';
    if (this.#inPieces.has(tile)) return undefined;
    const more = values
      .filter(
        (value) =>
          !this.#charges.has(at(value, tile)) && !((this.#fetched.get(at(value, tile))?.sets ?? 0) > 0),
      )
      .reduce((sum, value) => sum + bits(value), 0);
    const needed = this.#fetchedBits(tile, true);
    if (more <= this.#free(tile) - needed) return 'whole';
    return needed === 0 && more > this.#largestReads[tile]! ? 'in pieces' : undefined;
  }

  /**
   * Keeps values on a tile until a set is finished: those that are not there get room, for which values go that no set needs, those
   * that were needed first ago first. Returns the values that are to be fetched, and the keys of those that had to go.
   */
  need(set: SetOf, values: readonly SetOf[], tile: number, bits: (value: SetOf) => number) {
    const gone: string[] = [];
    const isInPieces = this.wayToFetch(values, tile, bits) === 'in pieces';
    if (isInPieces) {
      gone.push(...this.#dropAll(tile));
      this.#inPieces.set(tile, at(set));
    }
    const missing = values.filter(
      (value) => !this.#charges.has(at(value, tile)) && !this.#fetched.has(at(value, tile)),
    );
    for (const value of values) {
      const there = this.#fetched.get(at(value, tile));
      if (there !== undefined) there.sets++;
    }
    let most = this.used[tile]!;
    for (const [i, value] of missing.entries()) {
      // All pieces are in the room of the first value, one after the other.
      const room = !isInPieces ? bits(value) : i === 0 ? this.#largestReads[tile]! : 0;
      while (this.#size !== undefined && room > this.#free(tile) - this.#fetchedBits(tile)) {
        const [key, old] = [...this.#fetched].find(([, other]) => other.tile === tile && other.sets === 0)!;
        this.#fetched.delete(key);
        this.used[tile]! -= old.bits;
        gone.push(key);
      }
      this.#fetched.set(at(value, tile), { tile, bits: room, sets: 1 });
      this.used[tile]! += room;
      most = Math.max(most, this.used[tile]!);
    }
    this.peak[tile] = Math.max(this.peak[tile]!, most);
    return { missing, gone, most };
  }

  /** Values of a tile that no set needs, all of them. */
  #dropAll(tile: number): string[] {
    const there = [...this.#fetched].filter(([, value]) => value.tile === tile);
    for (const [key, { bits }] of there) {
      this.#fetched.delete(key);
      this.used[tile]! -= bits;
    }
    return there.map(([key]) => key);
  }

  /**
   * A set is finished that needed a value, which stays if others read it later and until its room is wanted, unless it came in
   * pieces. Returns true where it goes.
   */
  release(of: SetOf, tile: number, isRead: boolean): boolean {
    const key = at(of, tile);
    const value = this.#fetched.get(key);
    if (value === undefined) return false;
    value.sets--;
    if (value.sets > 0) return false;
    this.#fetched.delete(key);
    const stays = isRead && !this.#inPieces.has(tile);
    // Behind all others: it was needed last.
    if (stays) this.#fetched.set(key, value);
    else this.used[tile]! -= value.bits;
    return !stays;
  }

  /** All that a set needed has been released. */
  endPieces(set: SetOf, tile: number): void {
    if (this.#inPieces.get(tile) === at(set)) this.#inPieces.delete(tile);
  }

  reserve(of: SetOf, tile: number, bits: number, charge: Charge): void {
    this.#charges.set(at(of, tile), { charge, bits });
    this.#addUse(of, tile, bits, charge);
    this.peak[tile] = Math.max(this.peak[tile]!, this.used[tile]!);
  }

  giveBack(of: SetOf, tile: number): void {
    const { charge, bits } = this.#charges.get(at(of, tile))!;
    this.#charges.delete(at(of, tile));
    this.#addUse(of, tile, -bits, charge);
  }

  #addUse({ node }: SetOf, tile: number, bits: number, charge: Charge): void {
    this.used[tile]! += bits;
    if (charge === 'shared') this.#sharedUsed[tile]! += bits;
    else this.#windowUsed.set(on(node, tile), (this.#windowUsed.get(on(node, tile)) ?? 0) + bits);
  }
}
