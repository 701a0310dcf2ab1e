/** What is used in every single cycle: as many numbers as there are cycles. */

/** Per cycle a number; what is not there is 0. */
type ByCycle = number[];

/** What was in the buffer of a tile. */
interface BufferUse {
  /** At the end of every cycle in which something happened, which is what was in it until the next of them. */
  readonly held: Map<number, number>;
  /** Per cycle: the most after something was reserved in it. */
  readonly reserved: ByCycle;
}

/** What is used over time. */
export class Use {
  /** Per node: copies that compute; of a join, 1 where its GPEU does. */
  readonly nodes: readonly ByCycle[];
  /** Per link: 1 where a message holds it, and the bits that enter. */
  readonly links: readonly { readonly held: ByCycle; readonly bits: ByCycle }[];
  /** Per tile: 1 where its GPEU, or one of its copies or its GPEU, is at work. */
  readonly tiles: readonly {
    readonly gpeu: ByCycle;
    readonly busy: ByCycle;
    readonly input: BufferUse;
    readonly output: BufferUse;
  }[];
  /** Per side of the off-chip port: 1 where it is at work. */
  readonly port: { readonly in: ByCycle; readonly out: ByCycle } = { in: [], out: [] };
  readonly shared: BufferUse = { held: new Map(), reserved: [] };

  readonly #isKept: boolean;

  /** @param isKept Whether anything is noted: every cycle takes its place. */
  constructor(nodes: number, links: number, tiles: number, isKept = true) {
    this.#isKept = isKept;
    const buffer = (): BufferUse => ({ held: new Map(), reserved: [] });
    this.nodes = Array.from({ length: nodes }, () => []);
    this.links = Array.from({ length: links }, () => ({ held: [], bits: [] }));
    this.tiles = Array.from({ length: tiles }, () => {
      return { gpeu: [], busy: [], input: buffer(), output: buffer() };
    });
  }

  /** A set of a base layer starts: its copy computes for so long, and its tile is busy until its MVMs are done. */
  noteMvms(node: number, home: number, now: number, cycles: number, until: number): void {
    if (!this.#isKept) return;
    count(this.nodes[node]!, now, now + cycles);
    mark(this.tiles[home]!.busy, now, until);
  }

  /** A GPEU begins with a task: of a join, or undefined for fused layers. */
  noteGpeu(join: number | undefined, tile: number, now: number, cycles: number): void {
    if (!this.#isKept) return;
    const { busy, gpeu } = this.tiles[tile]!;
    mark(busy, now, now + cycles);
    count(gpeu, now, now + cycles);
    if (join !== undefined) count(this.nodes[join]!, now, now + cycles);
  }

  noteLink(link: number, entry: number, cycles: number, bits: number): void {
    if (!this.#isKept) return;
    const { held, bits: entered } = this.links[link]!;
    count(held, entry, entry + cycles);
    entered[entry] = (entered[entry] ?? 0) + bits;
  }

  /** A side of the port begins with a task. */
  notePort(isInput: boolean, now: number, cycles: number): void {
    if (!this.#isKept) return;
    count(isInput ? this.port.in : this.port.out, now, now + cycles);
  }

  /** Something was put into the shared buffer, which makes so many bits. */
  noteShared(now: number, bits: number): void {
    if (!this.#isKept) return;
    this.shared.reserved[now] = Math.max(this.shared.reserved[now] ?? 0, bits);
  }

  noteReserved(kind: 'input' | 'output', tile: number, now: number, bits: number): void {
    if (!this.#isKept) return;
    const { reserved } = this.tiles[tile]![kind];
    reserved[now] = Math.max(reserved[now] ?? 0, bits);
  }

  /** What is in the buffers of all tiles, and in the shared one, at the end of a round. */
  noteHeld(
    now: number,
    inputBits: readonly number[],
    outputBits: readonly number[],
    sharedBits: number,
  ): void {
    if (!this.#isKept) return;
    this.shared.held.set(now, sharedBits);
    this.tiles.forEach(({ input, output }, tile) => {
      input.held.set(now, inputBits[tile]!);
      output.held.set(now, outputBits[tile]!);
    });
  }
}

/** Adds to every cycle from one up to another, without the latter. */
function count(list: ByCycle, from: number, until: number): void {
  for (let cycle = from; cycle < until; cycle++) list[cycle] = (list[cycle] ?? 0) + 1;
}

/** Notes every cycle from one up to another, without the latter, however often that is done. */
function mark(list: ByCycle, from: number, until: number): void {
  for (let cycle = from; cycle < until; cycle++) list[cycle] = 1;
}

/** Bins of so many cycles, the last one short; what happened in the cycle of the end belongs to the last one. */
export class Bins {
  readonly #width: number;
  readonly #end: number;
  readonly count: number;

  constructor(width: number, end: number) {
    this.#width = width;
    this.#end = end;
    this.count = Math.max(1, Math.ceil(end / width));
  }

  sums(list: ByCycle): number[] {
    const sums = this.#zeros();
    for (const [cycle, amount] of list.entries()) sums[this.#binOf(cycle)]! += amount ?? 0;
    return sums;
  }

  /** Bits times cycles, and the most bits. */
  ofBuffer({ held, reserved }: BufferUse): { bitCycles: number[]; peakBits: number[] } {
    const bitCycles = this.#zeros();
    const peakBits = this.#zeros();
    const raise = (cycle: number, bits: number) => {
      peakBits[this.#binOf(cycle)] = Math.max(peakBits[this.#binOf(cycle)]!, bits);
    };
    let bits = 0;
    for (let cycle = 0; cycle < this.#end; cycle++) {
      bits = held.get(cycle) ?? bits;
      bitCycles[this.#binOf(cycle)]! += bits;
      raise(cycle, bits);
    }
    for (const [cycle, most] of reserved.entries()) raise(cycle, most ?? 0);
    return { bitCycles, peakBits };
  }

  #binOf(cycle: number): number {
    return Math.min(Math.floor(cycle / this.#width), this.count - 1);
  }

  #zeros(): number[] {
    return Array.from({ length: this.count }, () => 0);
  }
}
