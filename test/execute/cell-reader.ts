import { BaseOperation, padded } from '../../src/execute/base-operation.ts';
import type { Operation } from '../../src/execute/operation.ts';
import type { Plan } from '../../src/execute/plan.ts';
import type { Store, Values } from '../../src/execute/stored-value.ts';
import { storedPlaces } from '../../src/execute/value-layout.ts';

/** What lies where nothing has been computed. */
const POISON = 12345678;

/** Computes single cells, each of what it reads alone, from sources of which it notes what is read. */
export class CellReader {
  readonly #plan: Plan;
  readonly #sources: ReadonlyMap<string, number>;
  readonly #feeds: Readonly<Record<string, readonly number[]>>;
  readonly #weights = new Map<BaseOperation, Float64Array>();
  readonly #present = new Map<Store, Uint8Array>();
  /** Per source: the positions that were read. */
  reads: Set<number>[] = [];

  /** @param sources Layers whose reads are noted, by name. */
  constructor(plan: Plan, sources: readonly string[], feeds: Readonly<Record<string, readonly number[]>>) {
    this.#plan = plan;
    this.#sources = new Map(sources.map((name, i) => [name, i]));
    this.#feeds = feeds;
    for (const store of plan.stores) {
      const values = store.array();
      store.slots = [{ values, epochs: new Int32Array(0), begun: new Int32Array(0) }];
    }
  }

  /** Number of cells of an output. */
  cells(output: number): number {
    return this.#plan.outputs[output]!.value.store.cells;
  }

  /** The values of a cell of an output, where nothing else has been computed. */
  cell(output: number, cell: number): Values {
    this.#present.clear();
    this.reads = Array.from(this.#sources, () => new Set());
    for (const { slots } of this.#plan.stores) slots[0]!.values.fill(POISON);
    const { store } = this.#plan.outputs[output]!.value;
    this.#provide(store, cell);
    return store.values(0).slice(cell * store.channels, (cell + 1) * store.channels);
  }

  #provide(store: Store, cell: number): void {
    if (store.isConstant) {
      this.#plan.constants.all(store);
      return;
    }
    const present = this.#presenceOf(store);
    if (present[cell] === 1) return;
    const source = store.layer === undefined ? undefined : this.#sources.get(store.layer);
    if (source !== undefined) this.reads[source]!.add(cell);
    const { producer } = store;
    if (producer === undefined) this.#feed(store, cell);
    else this.#compute(producer, cell);
    if (producer?.isWhole) present.fill(1);
    else present[cell] = 1;
  }

  #compute(producer: Operation, cell: number): void {
    producer.visit(cell, (operand, read) => {
      this.#provide(producer.operands[operand]!.store, read);
    });
    if (producer instanceof BaseOperation) this.#multiply(producer, cell);
    else {
      for (const { store } of producer.operands) if (store.isConstant) this.#plan.constants.all(store);
      producer.compute(cell, 0);
    }
  }

  #presenceOf(store: Store): Uint8Array {
    const present = this.#present.get(store) ?? new Uint8Array(store.cells);
    this.#present.set(store, present);
    return present;
  }

  #feed(store: Store, cell: number): void {
    const { name, value } = this.#plan.inputs.find((input) => input.value.store === store)!;
    const values = store.values(0);
    storedPlaces(value.layout).forEach((place, i) => {
      if (Math.floor(place / store.channels) === cell) values[place] = this.#feeds[name]![i]!;
    });
  }

  /** The MVM of a position in doubles. */
  #multiply(operation: BaseOperation, cell: number): void {
    const { groups, rows, columns } = operation.weights;
    const weights = this.#weightsOf(operation);
    const vector = new Float32Array(operation.vectorLength + 4);
    operation.gather(cell, 0, vector, 0);
    const values = operation.output.store.values(0);
    for (let out = 0; out < groups * columns; out++) {
      const group = Math.floor(out / columns);
      let sum = 0;
      for (let row = 0; row < rows; row++) {
        const at = operation.isDepthwise ? row * padded(groups * columns) + out : group * rows + row;
        sum += vector[at]! * weights[(group * rows + row) * columns + (out % columns)]!;
      }
      values[cell * groups * columns + out] = sum;
    }
  }

  #weightsOf(operation: BaseOperation): Float64Array {
    const known = this.#weights.get(operation);
    if (known !== undefined) return known;
    const { groups, rows, columns } = operation.weights;
    const matrix = new Float64Array(groups * rows * columns);
    const { tensor, vectors, values } = operation.places;
    const zeros = operation.integers?.zeroPoints ?? [0];
    const all = this.#plan.constants.all(tensor.store);
    vectors.forEach((vector, v) => {
      values.forEach((value, i) => {
        const [group, column] = [vector.group + value.group, vector.column + value.column];
        const zero = zeros[zeros.length === 1 ? 0 : group * columns + column] ?? 0;
        matrix[(group * rows + vector.row + value.row) * columns + column] =
          all[v * values.length + i]! - zero;
      });
    });
    this.#weights.set(operation, matrix);
    return matrix;
  }
}
