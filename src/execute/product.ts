import { Access, type Loop } from './access.ts';
import { unfit } from './not-executable.ts';
import { type CellVisitor, Operation } from './operation.ts';
import { type ProductRun, productRuns } from './product-runs.ts';
import type { StoredValue } from './stored-value.ts';
import type { Wasm } from './wasm.ts';

/** A product of two tensors that are both computed: sums over one axis of each. */
export class Product extends Operation {
  readonly #accesses: readonly [Access, Access];
  /** Per operand: the places along the axis that is summed. */
  readonly #inner: readonly [Int32Array, Int32Array];
  readonly #factor: number;
  /** How Wasm computes a cell; undefined where its channels do not lie such that it could. */
  readonly #runs: readonly ProductRun[] | undefined;

  /** @throws NotExecutable where the operands do not fit together. */
  constructor(
    output: StoredValue,
    operands: readonly [StoredValue, StoredValue],
    loops: readonly [readonly Loop[], readonly Loop[]],
    inner: readonly [Int32Array, Int32Array],
    factor = 1,
  ) {
    super(output, operands);
    if (inner[0].length !== inner[1].length) unfit();
    this.#inner = inner;
    this.#factor = factor;
    const [a, b] = operands;
    this.#accesses = [
      new Access(output.layout, a.layout, loops[0], inner[0]),
      new Access(output.layout, b.layout, loops[1], inner[1]),
    ];
    this.#runs = this.isOfFloats ? productRuns(this.#accesses, inner) : undefined;
  }

  override get isInWasm(): boolean {
    return this.#runs !== undefined;
  }

  override visit(cell: number, visit: CellVisitor): void {
    this.#accesses[0].visitCells(cell, visit, 0);
    this.#accesses[1].visitCells(cell, visit, 1);
  }

  override run(cell: number, slot: number, { kernels }: Wasm): void {
    if (this.#runs === undefined) {
      this.compute(cell, slot);
      return;
    }
    const out = this.resultAddress(cell, slot);
    const [ofA, ofB] = this.#accesses;
    const addresses = [this.address(0, slot, ofA.cells[cell]!), this.address(1, slot, ofB.cells[cell]!)];
    for (const { channel, count, same, x, y, xStride, yStride, step } of this.#runs) {
      kernels.multiplyActivations(
        out + 4 * channel,
        addresses[same]! + x,
        xStride,
        addresses[1 - same]! + y,
        yStride,
        step,
        this.#inner[0].length,
        count,
        this.#factor,
      );
    }
  }

  override compute(cell: number, slot: number): void {
    const { channels } = this.output.layout;
    const [result, a, b] = [this.result(slot), this.values(0, slot), this.values(1, slot)];
    const [ofA, ofB] = this.#accesses;
    const [innerA, innerB] = this.#inner;
    const length = innerA.length;
    for (let channel = 0; channel < channels; channel++) {
      const [i, j] = [ofA.at(cell, channel), ofB.at(cell, channel)];
      let sum = 0;
      for (let k = 0; k < length; k++) sum += a[i + innerA[k]!]! * b[j + innerB[k]!]!;
      result[cell * channels + channel] = this.#factor * sum;
    }
  }
}
