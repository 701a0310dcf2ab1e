import { Access, broadcastAccess, type Loop } from './access.ts';
import { type CellVisitor, Operation } from './operation.ts';
import type { StoredValue } from './stored-value.ts';
import { sums } from './value-layout.ts';
import type { Wasm } from './wasm.ts';

/** A normalisation: two figures of all values of a row, and what they make of each. */
export interface AlongFunction {
  /** Figures of the values of a row: `values[first + places[i]]`. */
  figures(values: ArrayLike<number>, first: number, places: Int32Array, out: Float64Array): void;
  /** A value, with those of further operands (a scale, a bias) at its place. */
  apply(value: number, a: number, b: number, scale: number, bias: number): number;
  /** The same function as Wasm has it, where it does. */
  readonly kernel?:
    | { readonly kind: 'softmax' }
    | { readonly kind: 'norm'; readonly epsilon: number; readonly isCentred: boolean };
}

/** Softmax, layer norm, …: every value depends on those along some axes, its row. */
export class Along extends Operation {
  /** Where the row of a value begins. */
  readonly #row: Access;
  readonly #own: Access;
  readonly #parameters: readonly Access[];
  readonly #inner: Int32Array;
  readonly #function: AlongFunction;
  readonly #figures = new Float64Array(2);
  /** True where the values of rows follow each other, in the operand and in cells of the output. */
  readonly #isInRows: boolean;

  /**
   * @param axes Axes of the operand, whose dimensions are those of the output.
   * @param parameters A scale and a bias, each broadcast to the output.
   */
  constructor(
    output: StoredValue,
    operand: StoredValue,
    axes: readonly number[],
    parameters: readonly StoredValue[],
    compute: AlongFunction,
  ) {
    super(output, [operand, ...parameters]);
    const own = operand.layout.axes;
    const loop = (into: Int32Array, axis: number): Loop => ({ out: output.layout.axes[axis]!, into });
    this.#inner = sums(axes.map((axis) => own[axis]!));
    this.#row = new Access(
      output.layout,
      operand.layout,
      own.map((into, axis) => loop(axes.includes(axis) ? new Int32Array(into.length) : into, axis)),
      this.#inner,
    );
    this.#own = new Access(output.layout, operand.layout, own.map(loop));
    this.#parameters = parameters.map(({ layout }) => broadcastAccess(output.layout, layout));
    this.#function = compute;
    this.#isInRows = this.isOfFloats && this.#parameters.every(({ step }) => step >= 0) && this.#liesInRows();
  }

  override get isInWasm(): boolean {
    return this.#isInRows && this.#function.kernel !== undefined;
  }

  override visit(cell: number, visit: CellVisitor): void {
    this.#row.visitCells(cell, visit, 0);
    for (let i = 0; i < this.#parameters.length; i++) this.#parameters[i]!.visitCells(cell, visit, i + 1);
  }

  override run(cell: number, slot: number, wasm: Wasm): void {
    const { kernel } = this.#function;
    if (kernel === undefined || !this.#isInRows) {
      this.compute(cell, slot);
      return;
    }
    const { kernels, zero, one } = wasm;
    const out = this.resultAddress(cell, slot);
    const first = this.address(0, slot, this.#own.at(cell, 0));
    const { channels } = this.output.layout;
    const length = this.#inner.length;
    const [scales, shifts] = this.#parameters;
    for (let channel = 0; channel < channels; channel += length) {
      const [to, from] = [out + 4 * channel, first + 4 * channel];
      if (kernel.kind === 'softmax') {
        kernels.softmaxRow(to, from, length);
        continue;
      }
      const scale = scales === undefined ? one : this.address(1, slot, scales.at(cell, channel));
      const shift = shifts === undefined ? zero : this.address(2, slot, shifts.at(cell, channel));
      const { epsilon, isCentred } = kernel;
      const [scaleStep, shiftStep] = [scales?.step ?? 0, shifts?.step ?? 0];
      kernels.normaliseRow(to, from, length, epsilon, isCentred, scale, scaleStep, shift, shiftStep);
    }
  }

  #liesInRows(): boolean {
    const [row, own, inner] = [this.#row, this.#own, this.#inner];
    if (row.all !== undefined || own.all !== undefined || own.step !== 1) return false;
    const isRow = inner.length > 0 && inner.every((place, i) => place === i);
    if (!isRow || this.output.layout.channels % inner.length !== 0) return false;
    return (
      row.channels.every((first, channel) => first === channel - (channel % inner.length)) &&
      row.cells.every((first, cell) => first === own.cells[cell])
    );
  }

  override compute(cell: number, slot: number): void {
    const { channels } = this.output.layout;
    const [result, values] = [this.result(slot), this.values(0, slot)];
    const [scales, biases] = [1, 2].map((i) => (i < this.operands.length ? this.values(i, slot) : undefined));
    const [ofScales, ofBiases] = this.#parameters;
    const figures = this.#figures;
    let row = -1;
    for (let channel = 0; channel < channels; channel++) {
      const first = this.#row.at(cell, channel);
      if (first !== row) this.#function.figures(values, first, this.#inner, figures);
      row = first;
      const scale = scales === undefined ? 1 : scales[ofScales!.at(cell, channel)]!;
      const bias = biases === undefined ? 0 : biases[ofBiases!.at(cell, channel)]!;
      const value = values[this.#own.at(cell, channel)]!;
      result[cell * channels + channel] = this.#function.apply(value, figures[0]!, figures[1]!, scale, bias);
    }
  }
}
