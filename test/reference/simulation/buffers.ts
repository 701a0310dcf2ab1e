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
  /** Per node@tile. */
  readonly #windowUsed = new Map<string, number>();
  /** Per value@tile that is in it. */
  readonly #charges = new Map<string, { readonly charge: Charge; readonly bits: number }>();

  /** `size` undefined: no limit, and no windows. */
  constructor(
    graph: SimulationGraph,
    size: number | undefined,
    windows: (graph: SimulationGraph) => Window[],
  ) {
    const perTile = () => Array.from({ length: graph.chip.tiles }, () => 0);
    this.#size = size;
    this.windows = size === undefined ? [] : windows(graph);
    this.used = perTile();
    this.peak = perTile();
    this.#sharedUsed = perTile();
  }

  /** Bits of all windows on a tile. */
  windowBits(tile: number): number {
    return this.windows.filter((window) => window.tile === tile).reduce((sum, { bits }) => sum + bits, 0);
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
    const shared = Math.max(0, this.#size - this.windowBits(tile));
    return this.#sharedUsed[tile]! + bits <= shared ? 'shared' : undefined;
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
