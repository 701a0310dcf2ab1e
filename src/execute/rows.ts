import { Access, type Loop } from './access.ts';
import { type CellVisitor, Operation } from './operation.ts';
import type { StoredValue } from './stored-value.ts';
import { sums } from './value-layout.ts';

/** Computes a row of the output from a row of the operand, each in the order of its axes. */
export type RowFunction = (row: Float64Array, out: Float64Array) => void;

/** Running sums, orders, statistics: the values along some axes of the output depend on all along the same axes of the operand. */
export class Rows extends Operation {
  /** Where the row of a value begins in the operand. */
  readonly #row: Access;
  /** Which value of its row a value of the output is. */
  readonly #index: Access;
  readonly #inner: Int32Array;
  readonly #function: RowFunction;
  readonly #values: Float64Array;
  readonly #computed: Float64Array;

  /** @param axes Axes whose sizes may differ between operand and output; the others are alike. */
  constructor(output: StoredValue, operand: StoredValue, axes: readonly number[], compute: RowFunction) {
    super(output, [operand]);
    const [from, to] = [operand.layout, output.layout];
    this.#inner = sums(axes.map((axis) => from.axes[axis]!));
    this.#function = compute;
    const loops = to.axes.map((out, axis): Loop => {
      return { out, into: axes.includes(axis) ? new Int32Array(out.length) : from.axes[axis]! };
    });
    this.#row = new Access(to, from, loops, this.#inner);
    let stride = axes.reduce((product, axis) => product * to.dims[axis]!, 1);
    this.#values = new Float64Array(this.#inner.length);
    this.#computed = new Float64Array(stride);
    const strides = axes.map((axis) => {
      stride /= to.dims[axis]!;
      return stride;
    });
    const indices = to.axes.map((out, axis): Loop => {
      const at = axes.indexOf(axis);
      return { out, into: at < 0 ? new Int32Array(out.length) : out.map((_, i) => i * strides[at]!) };
    });
    this.#index = new Access(to, to, indices);
  }

  override visit(cell: number, visit: CellVisitor): void {
    this.#row.visitCells(cell, visit, 0);
  }

  override compute(cell: number, slot: number): void {
    const { channels } = this.output.layout;
    const [result, values] = [this.result(slot), this.values(0, slot)];
    const [inner, row, computed] = [this.#inner, this.#values, this.#computed];
    let last = -1;
    for (let channel = 0; channel < channels; channel++) {
      const first = this.#row.at(cell, channel);
      if (first !== last) {
        for (let i = 0; i < inner.length; i++) row[i] = values[first + inner[i]!]!;
        this.#function(row, computed);
        last = first;
      }
      result[cell * channels + channel] = computed[this.#index.at(cell, channel)]!;
    }
  }
}
