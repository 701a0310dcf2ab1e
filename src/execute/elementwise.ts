import { type Access, broadcastAccess } from './access.ts';
import type { ElementKernel } from './element-kernel.ts';
import { type CellVisitor, Operation } from './operation.ts';
import type { StoredValue } from './stored-value.ts';
import type { Wasm } from './wasm.ts';

/** A function of one value of each operand. */
export type ElementFunction = (...values: number[]) => number;

/** A function of the values that lie at the same place of every operand, which are broadcast. */
export class Elementwise extends Operation {
  readonly #function: ElementFunction;
  readonly #accesses: readonly Access[];
  /** True where every operand moves by a step of its own from channel to channel. */
  readonly #isStepped: boolean;
  readonly #read: number[];
  readonly #kernel: ElementKernel | undefined;

  /** @param kernel The same function as Wasm has it, where it does. */
  constructor(
    output: StoredValue,
    operands: readonly StoredValue[],
    compute: ElementFunction,
    kernel?: ElementKernel,
  ) {
    super(output, operands);
    this.#function = compute;
    this.#accesses = operands.map(({ layout }) => broadcastAccess(output.layout, layout));
    this.#isStepped = this.#accesses.every(({ step }) => step >= 0);
    this.#read = operands.map(() => 0);
    // The first of one or of three moves from channel to channel.
    const isMoved = kernel?.of === 2 || this.#accesses[0]?.step === 1;
    const isKernel = this.#isStepped && isMoved && kernel?.of === operands.length && this.isOfFloats;
    this.#kernel = isKernel ? kernel : undefined;
  }

  override get isInWasm(): boolean {
    return this.#kernel !== undefined;
  }

  override visit(cell: number, visit: CellVisitor): void {
    for (let operand = 0; operand < this.#accesses.length; operand++) {
      // Of constants nobody waits for anything.
      if (!this.operands[operand]!.store.isConstant)
        this.#accesses[operand]!.visitCells(cell, visit, operand);
    }
  }

  override run(cell: number, slot: number, { kernels }: Wasm): void {
    const kernel = this.#kernel;
    if (kernel === undefined) {
      this.compute(cell, slot);
      return;
    }
    const { channels } = this.output.layout;
    const [x, y, z] = this.#accesses;
    const out = this.resultAddress(cell, slot);
    const first = this.address(0, slot, x!.at(cell, 0));
    if (kernel.of === 1) {
      kernels.applyUnary(kernel.kind, out, first, channels, kernel.a ?? 0, kernel.b ?? 0);
      return;
    }
    const second = this.address(1, slot, y!.at(cell, 0));
    if (kernel.of === 2) {
      kernels.applyBinary(kernel.kind, out, first, x!.step, second, y!.step, channels);
      return;
    }
    const third = this.address(2, slot, z!.at(cell, 0));
    kernels.multiplyAdd(out, first, second, y!.step, third, z!.step, channels);
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
