/** The shared buffer beside the off-chip port. */
import { at, type SetOf } from './sets.ts';

/** Results that spilled and found room there, until all have read them. */
export class SharedBuffer {
  readonly #size: number;
  used = 0;
  /** The most that ever was in it. */
  peak = 0;
  readonly #held = new Map<string, { readonly bits: number; readonly tiles: Set<number> }>();

  constructor(size: number) {
    this.#size = size;
  }

  /** Keeps a result for the tiles that are to fetch it, if there is room. */
  keep(of: SetOf, tiles: readonly number[], bits: number): void {
    if (tiles.length === 0 || this.used + bits > this.#size) return;
    this.#held.set(at(of), { bits, tiles: new Set(tiles) });
    this.used += bits;
    this.peak = Math.max(this.peak, this.used);
  }

  has(of: SetOf): boolean {
    return this.#held.has(at(of));
  }

  /** All sets on a tile have read a result: when none is left on any tile its room is free. */
  release(of: SetOf, tile: number): void {
    const held = this.#held.get(at(of));
    if (held === undefined) return;
    held.tiles.delete(tile);
    if (held.tiles.size > 0) return;
    this.#held.delete(at(of));
    this.used -= held.bits;
  }
}
