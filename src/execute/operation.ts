import type { StoredValue } from './stored-value.ts';

/** Called with an operand and a cell of it that is read. */
export type CellVisitor = (operand: number, cell: number) => void;

/** Computes a tensor from others, cell by cell. */
export abstract class Operation {
  /** What it reads, constants too. */
  readonly operands: readonly StoredValue[];
  /** What it computes. */
  readonly output: StoredValue;
  /** True where computing one cell computes all of them. */
  readonly isWhole: boolean = false;

  constructor(output: StoredValue, operands: readonly StoredValue[]) {
    this.output = output;
    this.operands = operands;
    output.store.producer = this;
  }

  /** Calls `visit` with all that a cell of the output reads; with some several times. */
  abstract visit(cell: number, visit: CellVisitor): void;

  /** Computes a cell from cells that are there. */
  abstract compute(cell: number, slot: number): void;

  /** Values of operand `index`. */
  protected values(index: number, slot: number) {
    return this.operands[index]!.store.values(slot);
  }

  /** Values of the output. */
  protected result(slot: number) {
    return this.output.store.values(slot);
  }
}
