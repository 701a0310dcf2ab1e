import type { PoolKind } from '../../assembly/execute/elements-layout.ts';
import { type CellVisitor, Operation } from './operation.ts';
import type { StoredValue } from './stored-value.ts';
import type { Wasm } from './wasm.ts';

/** What a window makes of the values that it covers. */
export interface WindowFunction {
  /** What there is before the first value. */
  readonly initial: number;
  /** Takes one more value in, of so much weight. */
  add(sum: number, value: number, weight: number): number;
  /** The result, of so many values with so much weight in all. */
  finish(sum: number, count: number): number;
  /** The same function as Wasm has it, where it does; weights are not asked for. */
  readonly kernel?: PoolKind;
}

/**
 * The values that an output reads of an operand: all its channels at several places. A point is a cell of the output, or
 * one value, where those of a cell read different places.
 */
export interface Taps {
  /** Per point, where its taps begin; one more at the end. */
  readonly starts: Int32Array;
  /** Per tap: where the first channel lies in the operand. */
  readonly places: Int32Array;
  /** Per tap: its weight; 1 where there are none. */
  readonly weights?: Float64Array;
  /** Per channel of a point: how far it moves in the operand. */
  readonly channels: Int32Array;
  /** Per point: what {@link WindowFunction.finish} divides by; the number of taps where there is none. */
  readonly counts?: Int32Array;
}

/** Pooling, interpolation: every channel of a cell is a function of the same channel at several places. */
export class Windows extends Operation {
  readonly #taps: Taps;
  readonly #function: WindowFunction;
  readonly #isWhole: boolean;
  /** Points of a cell. */
  readonly #points: number;
  readonly #kernel: PoolKind | undefined;
  /** Taps of a point, at most. */
  readonly #mostTaps: number;

  constructor(output: StoredValue, operand: StoredValue, taps: Taps, compute: WindowFunction) {
    super(output, [operand]);
    this.#taps = taps;
    this.#function = compute;
    const { channels } = operand.layout;
    this.#points = output.layout.channels / Math.max(1, taps.channels.length);
    this.#isWhole = taps.channels.every((offset) => offset < channels);
    const counts = taps.starts.subarray(1).map((end, point) => end - taps.starts[point]!);
    this.#mostTaps = counts.reduce((most, count) => Math.max(most, count), 0);
    // Windows without values have results of their own.
    const isKernel =
      this.isOfFloats &&
      counts.every((count) => count > 0) &&
      taps.channels.every((offset, i) => offset === taps.channels[0]! + i);
    this.#kernel = isKernel ? compute.kernel : undefined;
  }

  override visit(cell: number, visit: CellVisitor): void {
    const { starts, places, channels } = this.#taps;
    const width = this.operands[0]!.layout.channels;
    const end = starts[(cell + 1) * this.#points]!;
    for (let tap = starts[cell * this.#points]!; tap < end; tap++) {
      const place = places[tap]!;
      if (this.#isWhole) visit(0, Math.floor(place / width));
      else for (const channel of channels) visit(0, Math.floor((place + channel) / width));
    }
  }

  override get isInWasm(): boolean {
    return this.#kernel !== undefined;
  }

  override get tableWords(): number {
    return this.#kernel === undefined ? 0 : this.#mostTaps;
  }

  override run(cell: number, slot: number, wasm: Wasm): void {
    if (this.#kernel === undefined) {
      this.compute(cell, slot);
      return;
    }
    const { starts, places, channels, counts } = this.#taps;
    const { kernels, table, tableAddress } = wasm;
    const from = this.address(0, slot, channels[0] ?? 0);
    const out = this.resultAddress(cell, slot);
    for (let point = cell * this.#points, i = 0; i < this.#points; point++, i++) {
      const first = starts[point]!;
      const count = starts[point + 1]! - first;
      for (let tap = 0; tap < count; tap++) table[tap] = from + 4 * places[first + tap]!;
      const divisor = counts?.[point] ?? count;
      kernels.poolChannels(
        this.#kernel,
        out + 4 * i * channels.length,
        tableAddress,
        count,
        channels.length,
        divisor,
      );
    }
  }

  override compute(cell: number, slot: number): void {
    for (let point = cell * this.#points; point < (cell + 1) * this.#points; point++)
      this.#point(point, slot);
  }

  #point(point: number, slot: number): void {
    const { starts, places, weights, channels, counts } = this.#taps;
    const { initial } = this.#function;
    const [result, values] = [this.result(slot), this.values(0, slot)];
    const [first, end] = [starts[point]!, starts[point + 1]!];
    const count = counts?.[point] ?? end - first;
    for (let channel = 0, out = point * channels.length; channel < channels.length; channel++, out++) {
      const offset = channels[channel]!;
      let sum = initial;
      for (let tap = first; tap < end; tap++) {
        sum = this.#function.add(
          sum,
          values[places[tap]! + offset]!,
          weights === undefined ? 1 : weights[tap]!,
        );
      }
      result[out] = this.#function.finish(sum, count);
    }
  }
}
