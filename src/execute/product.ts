import { Access, type Loop } from './access.ts';
import { unfit } from './not-executable.ts';
import { type CellVisitor, Operation } from './operation.ts';
import type { StoredValue } from './stored-value.ts';

/** A product of two tensors that are both computed: sums over one axis of each. */
export class Product extends Operation {
  readonly #accesses: readonly Access[];
  /** Per operand: the places along the axis that is summed. */
  readonly #inner: readonly Int32Array[];
  readonly #factor: number;

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
    this.#accesses = operands.map(({ layout }, i) => new Access(output.layout, layout, loops[i]!, inner[i]!));
  }

  override visit(cell: number, visit: CellVisitor): void {
    this.#accesses.forEach((access, operand) => {
      access.visitCells(cell, (read) => visit(operand, read));
    });
  }

  override compute(cell: number, slot: number): void {
    const { channels } = this.output.layout;
    const [result, a, b] = [this.result(slot), this.values(0, slot), this.values(1, slot)];
    const [ofA, ofB] = this.#accesses;
    const [innerA, innerB] = this.#inner;
    const length = innerA!.length;
    for (let channel = 0; channel < channels; channel++) {
      const [i, j] = [ofA!.at(cell, channel), ofB!.at(cell, channel)];
      let sum = 0;
      for (let k = 0; k < length; k++) sum += a[i + innerA![k]!]! * b[j + innerB![k]!]!;
      result[cell * channels + channel] = this.#factor * sum;
    }
  }
}
