import { type Access, broadcastAccess } from './access.ts';
import { type CellVisitor, Operation } from './operation.ts';
import type { StoredValue } from './stored-value.ts';

/** A function of one value of each operand. */
export type ElementFunction = (...values: number[]) => number;

/** A function of the values that lie at the same place of every operand, which are broadcast. */
export class Elementwise extends Operation {
  readonly #function: ElementFunction;
  readonly #accesses: readonly Access[];
  /** True where every operand moves by a step of its own from channel to channel. */
  readonly #isStepped: boolean;
  readonly #read: number[];

  constructor(output: StoredValue, operands: readonly StoredValue[], compute: ElementFunction) {
    super(output, operands);
    this.#function = compute;
    this.#accesses = operands.map(({ layout }) => broadcastAccess(output.layout, layout));
    this.#isStepped = this.#accesses.every(({ step }) => step >= 0);
    this.#read = operands.map(() => 0);
  }

  override visit(cell: number, visit: CellVisitor): void {
    this.#accesses.forEach((access, operand) => {
      access.visitCells(cell, (read) => visit(operand, read));
    });
  }

  override compute(cell: number, slot: number): void {
    if (this.#isStepped && this.operands.length === 1) this.#unary(cell, slot);
    else if (this.#isStepped && this.operands.length === 2) this.#binary(cell, slot);
    else this.#any(cell, slot);
  }

  #unary(cell: number, slot: number): void {
    const { channels } = this.output.layout;
    const [result, a] = [this.result(slot), this.values(0, slot)];
    const { step } = this.#accesses[0]!;
    const compute = this.#function;
    for (
      let out = cell * channels, end = out + channels, i = this.#accesses[0]!.at(cell, 0);
      out < end;
      out++, i += step
    ) {
      result[out] = compute(a[i]!);
    }
  }

  #binary(cell: number, slot: number): void {
    const { channels } = this.output.layout;
    const [result, a, b] = [this.result(slot), this.values(0, slot), this.values(1, slot)];
    const [ofA, ofB] = [this.#accesses[0]!, this.#accesses[1]!];
    const compute = this.#function;
    let i = ofA.at(cell, 0);
    let j = ofB.at(cell, 0);
    for (let out = cell * channels, end = out + channels; out < end; out++) {
      result[out] = compute(a[i]!, b[j]!);
      i += ofA.step;
      j += ofB.step;
    }
  }

  #any(cell: number, slot: number): void {
    const { channels } = this.output.layout;
    const result = this.result(slot);
    const read = this.#read;
    for (let channel = 0; channel < channels; channel++) {
      this.#accesses.forEach((access, operand) => {
        read[operand] = this.values(operand, slot)[access.at(cell, channel)]!;
      });
      result[cell * channels + channel] = this.#function(...read);
    }
  }
}
