/** Sets that read what may be off the chip: they get all room that they need until they are finished, then fetch. */
import type { OffChip } from './off-chip.ts';
import { at, bySet, type SetOf } from './sets.ts';
import type { State } from './state.ts';
import type { Weights } from './weights.ts';

export class Granting {
  readonly #state: State;
  readonly #offChip: OffChip;
  readonly #weights: Weights;
  readonly #isGranted = new Set<string>();
  /** Those of them for which something had to be fetched. */
  readonly #hasFetched = new Set<string>();
  /** Per node and set, of these: when it was granted, and when it had all that it reads; -1 of others. */
  readonly fetchStart: number[][];
  readonly fetchEnd: number[][];

  constructor(state: State, offChip: OffChip, weights: Weights) {
    this.#state = state;
    this.#offChip = offChip;
    this.#weights = weights;
    const perSet = () => state.start.map((sets) => sets.map(() => -1));
    this.fetchStart = perSet();
    this.fetchEnd = perSet();
  }

  /** True for a set that has all its room, and fetches what it reads. */
  isGranted(of: SetOf): boolean {
    return this.#isGranted.has(at(of));
  }

  hasFetched(of: SetOf): boolean {
    return this.#hasFetched.has(at(of));
  }

  /** A fetched value is on a tile: sets that have all that they read now have waited for it. */
  noteArrival(): void {
    this.fetchStart.forEach((starts, node) => {
      starts.forEach((start, set) => {
        if (start < 0 || this.fetchEnd[node]![set]! >= 0) return;
        if (this.#state.hasValues({ node, set })) this.fetchEnd[node]![set] = this.#state.now;
      });
    });
  }

  /** True for a set that reads something that may have to be fetched. */
  isNeeded(of: SetOf): boolean {
    const { tiles } = this.#state.sets.copy(of);
    return this.#state.sets
      .reads(of)
      .some((value) => tiles.some((tile) => this.#state.isSpilled(value, tile)));
  }

  /** Gives the next set of a node that needs it all its room, and fetches what it lacks. False if it may not have it. */
  grantNext(node: number): boolean {
    const of = this.#next(node);
    // A set whose copy waits for the room of others would wait for itself.
    if (of === undefined || this.#weights.isToBeWritten(of)) return false;
    if (!this.isNeeded(of) || !this.#canGetValues(of) || !this.#state.layerBeforeIsFinished(of)) return false;
    if (!this.#hasInputRoom(of)) return false;
    const charge = this.#state.outputRoom(of);
    if (charge === undefined) {
      this.#state.passedOver[node] = true;
      return false;
    }
    this.#isGranted.add(at(of));
    this.#state.reserveOutput(of, charge);
    const missing = this.#reserveInput(of);
    if (!this.#state.hasValues(of)) {
      this.#hasFetched.add(at(of));
      this.fetchStart[node]![of.set] = this.#state.now;
    }
    for (const { value, tiles } of missing) this.#fetch(value, tiles);
    return true;
  }

  /** The set of a node that is granted next: in order, but for joins. */
  #next(node: number): SetOf | undefined {
    const isJoin = this.#state.sets.node(node).kind === 'join';
    const set = this.#state.start[node]!.findIndex((start, k) => {
      const of = { node, set: k };
      if (start >= 0 || this.isGranted(of)) return false;
      return !isJoin || (this.isNeeded(of) && this.#canGetValues(of));
    });
    return set < 0 ? undefined : { node, set };
  }

  /** True where what a set reads is on its tiles, has room there and is on its way, or can be fetched. */
  #canGetValues(of: SetOf): boolean {
    const { sets, input, isThere } = this.#state;
    const { tiles } = sets.copy(of);
    return sets.reads(of).every((value) =>
      tiles.every(
        (tile) =>
          isThere.has(at(value, tile)) ||
          // A value that was sent there and is on its way is not fetched.
          (this.#state.isSpilled(value, tile) && this.#offChip.isStored(value) && !input.has(value, tile)),
      ),
    );
  }

  #hasInputRoom(of: SetOf): boolean {
    const { sets, input } = this.#state;
    return sets.copy(of).tiles.every((tile) => {
      return input.wayToFetch(this.#spilled(of, tile), tile, this.#bitsOn(tile)) !== undefined;
    });
  }

  /** What a set reads on a tile that may have to be fetched. */
  #spilled(of: SetOf, tile: number): SetOf[] {
    const { sets } = this.#state;
    return sets
      .reads(of)
      .filter((value) => this.#state.isSpilled(value, tile))
      .sort(bySet);
  }

  #bitsOn(tile: number): (value: SetOf) => number {
    return (value) => this.#state.sets.toTiles(value).get(tile)!;
  }

  /** Reserves room for what a set reads. The values that have to be fetched, and the tiles that lack each. */
  #reserveInput(of: SetOf): { readonly value: SetOf; readonly tiles: readonly number[] }[] {
    const { sets, input, use, now, isThere } = this.#state;
    const missing = new Map<string, { value: SetOf; tiles: number[] }>();
    for (const tile of sets.copy(of).tiles.toSorted((a, b) => a - b)) {
      const needed = input.need(of, this.#spilled(of, tile), tile, this.#bitsOn(tile));
      if (needed.missing.length > 0) use.noteReserved('input', tile, now, needed.most);
      for (const key of needed.gone) isThere.delete(key);
      for (const value of needed.missing) {
        const fetch = missing.get(at(value)) ?? { value, tiles: [] };
        missing.set(at(value), fetch);
        fetch.tiles.push(tile);
      }
    }
    return [...missing.values()].sort((a, b) => bySet(a.value, b.value));
  }

  #fetch(value: SetOf, tiles: readonly number[]): void {
    const bits = tiles.map((tile) => this.#bitsOn(tile)(value));
    for (const onTile of bits) this.#state.counts.ofNode[value.node]!.inputWrittenBits += onTile;
    this.#offChip.fetch({ value, tiles, bits: Math.max(...bits) });
  }
}
