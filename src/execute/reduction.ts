import type { PoolKind } from '../../assembly/execute/elements-layout.ts';
import { Access, type Loop } from './access.ts';
import { type CellVisitor, Operation } from './operation.ts';
import type { StoredValue } from './stored-value.ts';
import type { Wasm } from './wasm.ts';

/** A function of all values along some axes, in their order. */
export interface ReductionFunction {
  readonly initial: number;
  add(sum: number, value: number, index: number): number;
  finish(sum: number, count: number): number;
  /** The same function as Wasm has it, where it does. */
  readonly kernel?: PoolKind;
}

/** The loops of an output whose axes, or some of them, are those of an operand; `axisOf` says which, or undefined. */
export function loopsOf(
  output: StoredValue,
  operand: StoredValue,
  axisOf: (axis: number) => number | undefined,
): Loop[] {
  return output.layout.dims.map((size, axis) => {
    const own = axisOf(axis);
    return {
      out: output.layout.axes[axis]!,
      into: own === undefined ? new Int32Array(size) : operand.layout.axes[own]!,
    };
  });
}

/** Sums, means, greatest values, …: every value of the output reads several values of the operand. */
export class Reduction extends Operation {
  readonly #access: Access;
  readonly #inner: Int32Array;
  readonly #function: ReductionFunction;
  readonly #isInWasm: boolean;

  /** @param inner Places of the values of one result, counted from the first one. */
  constructor(
    output: StoredValue,
    operand: StoredValue,
    loops: readonly Loop[],
    inner: Int32Array,
    compute: ReductionFunction,
  ) {
    super(output, [operand]);
    this.#access = new Access(output.layout, operand.layout, loops, inner);
    this.#inner = inner;
    this.#function = compute;
    // Of few channels the doubles of TypeScript are as fast.
    const isWide = this.#access.step === 1 && output.layout.channels >= 4;
    this.#isInWasm = compute.kernel !== undefined && this.isOfFloats && isWide && inner.length > 0;
  }

  override visit(cell: number, visit: CellVisitor): void {
    this.#access.visitCells(cell, visit, 0);
  }

  override get isInWasm(): boolean {
    return this.#isInWasm;
  }

  override get tableWords(): number {
    return this.#isInWasm ? this.#inner.length : 0;
  }

  override run(cell: number, slot: number, wasm: Wasm): void {
    if (!this.#isInWasm) {
      this.compute(cell, slot);
      return;
    }
    const { kernels, table, tableAddress } = wasm;
    const from = this.address(0, slot, this.#access.at(cell, 0));
    const count = this.#inner.length;
    for (let i = 0; i < count; i++) table[i] = from + 4 * this.#inner[i]!;
    const out = this.resultAddress(cell, slot);
    kernels.poolChannels(
      this.#function.kernel!,
      out,
      tableAddress,
      count,
      this.output.layout.channels,
      count,
    );
  }

  override compute(cell: number, slot: number): void {
    const { channels } = this.output.layout;
    const [result, values] = [this.result(slot), this.values(0, slot)];
    const inner = this.#inner;
    for (let channel = 0; channel < channels; channel++) {
      const first = this.#access.at(cell, channel);
      let { initial: sum } = this.#function;
      for (let i = 0; i < inner.length; i++) sum = this.#function.add(sum, values[first + inner[i]!]!, i);
      result[cell * channels + channel] = this.#function.finish(sum, inner.length);
    }
  }
}
