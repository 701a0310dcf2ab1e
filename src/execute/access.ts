import { unfit } from './not-executable.ts';
import type { CellVisitor } from './operation.ts';
import { sums, type ValueLayout } from './value-layout.ts';

/** An axis of an output, or several that are one: where its indices lie in the output, and in an operand. */
export interface Loop {
  /** Per index: how far it moves what is stored of the output. */
  readonly out: Int32Array;
  /** Per index: how far it moves what is read of the operand. */
  readonly into: Int32Array;
}

/**
 * Where in an operand an output finds what it reads: for channel `c` of cell `p` at `cells[p] + channels[c]`, or at
 * `all[p·C + c]` where cells and channels do not part.
 */
export class Access {
  /** Per cell of the output. */
  readonly cells: Int32Array;
  /** Per channel of the output. */
  readonly channels: Int32Array;
  /** Per value of the output, where the two do not say it. */
  readonly all: Int32Array | undefined;
  /** How far the operand moves from channel to channel where that is always as far; -1 where it is not. */
  readonly step: number;
  /** Channels of the output. */
  readonly width: number;
  /** Cells of the operand, counted from that of `cells[p]`, that the channels of a cell read. */
  readonly #near: Int32Array;
  readonly #operandChannels: number;

  /**
   * @param inner Further places that are read for every value, counted from its own.
   * @throws NotExecutable where an axis has not as many indices in both, or is not in one of them.
   */
  constructor(
    output: ValueLayout,
    operand: ValueLayout,
    loops: readonly Loop[],
    inner: Int32Array = new Int32Array(1),
  ) {
    const { cells, channels } = output;
    if (!loops.every(isComplete)) unfit();
    this.width = channels;
    this.#operandChannels = operand.channels;
    const isCells = ({ out }: Loop) => out.every((offset) => offset % channels === 0);
    const isChannels = ({ out }: Loop) => out.every((offset) => offset < channels);
    const isApart = loops.every((loop) => isCells(loop) || isChannels(loop));
    // An axis of one index is both.
    const ofChannels = loops.filter(isChannels);
    const ofCells = loops.filter((loop) => !isChannels(loop));
    this.cells = isApart ? spread(ofCells, cells, channels) : new Int32Array(0);
    this.channels = isApart ? spread(ofChannels, channels, 1) : new Int32Array(0);
    this.all = isApart ? undefined : spread(loops, cells * channels, 1);
    this.step = this.all === undefined ? stepOf(this.channels) : -1;
    this.#near = new Int32Array(
      this.all === undefined
        ? nearCells(this.channels, inner, operand.channels)
        : nearCells(new Int32Array(1), inner, operand.channels),
    );
  }

  /** Where channel `channel` of cell `cell` is read. */
  at(cell: number, channel: number): number {
    if (this.all !== undefined) return this.all[cell * this.width + channel]!;
    return this.cells[cell]! + this.channels[channel]!;
  }

  /** Calls `visit` with an operand and every cell of it that a cell reads; with some several times. */
  visitCells(cell: number, visit: CellVisitor, operand: number): void {
    const width = this.#operandChannels;
    const near = this.#near;
    if (this.all === undefined) {
      const first = Math.floor(this.cells[cell]! / width);
      for (let i = 0; i < near.length; i++) visit(operand, first + near[i]!);
      return;
    }
    for (let i = cell * this.width, last = -1; i < (cell + 1) * this.width; i++) {
      const read = Math.floor(this.all[i]! / width);
      if (read === last) continue;
      for (let k = 0; k < near.length; k++) visit(operand, read + near[k]!);
      last = read;
    }
  }
}

/** False for an axis that the output or the operand has not got, or of another size. */
function isComplete({ out, into }: Partial<Loop>): boolean {
  return out !== undefined && into?.length === out.length;
}

/**
 * An operand that is broadcast to an output: its axes are the last ones, and those of size 1 are repeated.
 *
 * @throws NotExecutable where it has other axes than the output.
 */
export function broadcastAccess(output: ValueLayout, operand: ValueLayout): Access {
  const offset = output.dims.length - operand.dims.length;
  if (operand.dims.some((size, axis) => axis < -offset && size !== 1)) unfit();
  const loops = output.dims.map((size, axis): Loop => {
    const own = operand.axes[axis - offset];
    const isRepeated = own === undefined || operand.dims[axis - offset] === 1;
    return { out: output.axes[axis]!, into: isRepeated ? new Int32Array(size) : own };
  });
  return new Access(output, operand, loops);
}

/** Per cell (or value) of an output what the loops say. */
function spread(loops: readonly Loop[], count: number, unit: number): Int32Array {
  const outs = sums(loops.map(({ out }) => out));
  const intos = sums(loops.map(({ into }) => into));
  const result = new Int32Array(count);
  outs.forEach((out, i) => {
    result[out / unit] = intos[i]!;
  });
  return result;
}

function stepOf(channels: Int32Array): number {
  const step = (channels[1] ?? 1) - (channels[0] ?? 0);
  if (step !== 0 && step !== 1) return -1;
  return channels.every((offset, i) => offset === channels[0]! + i * step) ? step : -1;
}

/** The different cells that channels read, counted from that of the first position; ascending. */
function nearCells(channels: Int32Array, inner: Int32Array, operandChannels: number): number[] {
  const found = new Set<number>();
  const [a, b] = [channels, inner].map(
    (list) => new Set([...list].map((offset) => Math.floor(offset / operandChannels))),
  );
  // Channels never carry over into cells, so both parts may be counted by themselves.
  for (const first of a!) for (const second of b!) found.add(first + second);
  return [...found].sort((x, y) => x - y);
}
