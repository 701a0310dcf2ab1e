/** What is counted of nodes and of tiles. */

const noWaits = () => ({
  computeCycles: 0,
  waitDataCycles: 0,
  waitSpaceCycles: 0,
  waitCopyCycles: 0,
  waitWriteCycles: 0,
  waitReadCycles: 0,
  waitGpeuCycles: 0,
  waitSendCycles: 0,
  waitLinkCycles: 0,
  waitFetchCycles: 0,
});

const noSpill = () => ({ spilledBits: 0, fetchedBits: 0, sharedBufferBits: 0 });

const noMoves = () => ({
  waitOffChipCycles: 0,
  inputWrittenBits: 0,
  outputReadBits: 0,
  hopBits: 0,
  offChipBits: 0,
  ...noSpill(),
});

/** How many cycles lie in at least one of the intervals. */
function cyclesIn(intervals: readonly (readonly [begin: number, end: number])[]): number {
  let [total, until] = [0, 0];
  for (const [begin, end] of intervals.toSorted((a, b) => a[0] - b[0])) {
    total += Math.max(0, end - Math.max(begin, until));
    until = Math.max(until, end);
  }
  return total;
}

/** Counts that begin with 0. */
export class Counts {
  readonly ofNode: (ReturnType<typeof noWaits> & ReturnType<typeof noMoves>)[];
  readonly ofTile: (ReturnType<typeof noWaits> & ReturnType<typeof noSpill>)[];
  readonly gpeuBusy: number[];
  /** Per tile: when copies of base layers whose home it is had MVMs under way, and when its GPEU had a task. */
  readonly #busy: [begin: number, end: number][][];

  constructor(nodes: number, tiles: number) {
    this.ofNode = Array.from({ length: nodes }, () => ({ ...noWaits(), ...noMoves() }));
    this.ofTile = Array.from({ length: tiles }, () => ({ ...noWaits(), ...noSpill() }));
    this.gpeuBusy = this.ofTile.map(() => 0);
    this.#busy = this.ofTile.map(() => []);
  }

  /** Counts cycles of a node on a tile. */
  add(kind: keyof ReturnType<typeof noWaits>, node: number, tile: number, cycles: number): void {
    this.ofNode[node]![kind] += cycles;
    this.ofTile[tile]![kind] += cycles;
  }

  /** Notes that a tile was at work. */
  busy(tile: number, begin: number, end: number): void {
    this.#busy[tile]!.push([begin, end]);
  }

  /** Cycles in which a tile was at work. */
  busyCycles(tile: number): number {
    return cyclesIn(this.#busy[tile]!);
  }
}
