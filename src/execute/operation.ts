import { isInteger } from './data-types.ts';
import type { StoredValue } from './stored-value.ts';
import type { Wasm } from './wasm.ts';

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

  /** True where {@link run} computes cells in Wasm, where constants that it reads have to lie, too. */
  get isInWasm(): boolean {
    return false;
  }

  /** Addresses that it writes to a table for Wasm, at most. */
  get tableWords(): number {
    return 0;
  }

  /** Computes a cell as {@link compute} does, in Wasm where it can: all that it reads and writes lies there. */
  run(cell: number, slot: number, _: Wasm): void {
    this.compute(cell, slot);
  }

  /** True where all that it reads and computes is floats of 32 bits. */
  protected get isOfFloats(): boolean {
    return [this.output, ...this.operands].every(({ store }) => !isInteger(store.dataType));
  }

  /** Address of a value of operand `index`, in Wasm. */
  protected address(index: number, slot: number, place: number): number {
    return this.operands[index]!.store.values(slot).byteOffset + 4 * place;
  }

  /** Address of the first value of a cell of the output, in Wasm. */
  protected resultAddress(cell: number, slot: number): number {
    return this.output.store.values(slot).byteOffset + 4 * cell * this.output.layout.channels;
  }

  /** Values of operand `index`. */
  protected values(index: number, slot: number) {
    return this.operands[index]!.store.values(slot);
  }

  /** Values of the output. */
  protected result(slot: number) {
    return this.output.store.values(slot);
  }
}
