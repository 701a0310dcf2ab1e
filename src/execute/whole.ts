import { type CellVisitor, Operation } from './operation.ts';
import { arrayOf, type StoredValue, type Values } from './stored-value.ts';
import { storedPlaces } from './value-layout.ts';

/** A tensor in row-major order. */
export interface RowMajor {
  readonly dims: readonly number[];
  readonly values: Values;
}

/** Computes a whole tensor from whole tensors: operators whose reads only the data say. */
export class Whole extends Operation {
  override readonly isWhole = true;
  readonly #function: (operands: readonly RowMajor[]) => ArrayLike<number>;
  readonly #places: readonly Int32Array[];
  readonly #outPlaces: Int32Array;

  constructor(
    output: StoredValue,
    operands: readonly StoredValue[],
    compute: (operands: readonly RowMajor[]) => ArrayLike<number>,
  ) {
    super(output, operands);
    this.#function = compute;
    this.#places = operands.map(({ layout }) => storedPlaces(layout));
    this.#outPlaces = storedPlaces(output.layout);
  }

  override visit(_: number, visit: CellVisitor): void {
    this.operands.forEach(({ layout }, operand) => {
      for (let cell = 0; cell < layout.cells; cell++) visit(operand, cell);
    });
  }

  override compute(_: number, slot: number): void {
    const operands = this.operands.map(({ layout: { dims }, store }, i) => {
      const values = this.values(i, slot);
      const ordered = arrayOf(store.dataType, values.length);
      this.#places[i]!.forEach((place, at) => {
        ordered[at] = values[place]!;
      });
      return { dims, values: ordered };
    });
    const computed = this.#function(operands);
    const result = this.result(slot);
    this.#outPlaces.forEach((place, i) => {
      result[place] = computed[i]!;
    });
  }
}
