import { type CellVisitor, Operation } from './operation.ts';
import type { StoredValue } from './stored-value.ts';
import { storedPlaces } from './value-layout.ts';

/** Nothing is moved here: the value is the filling. */
export const FILLED = -1;

/**
 * Moves values: every value of the output is one of an operand, or a filling. Places in operands are counted through,
 * those of the first one first.
 */
export class Movement extends Operation {
  /** Per operand: the place of its first value. */
  readonly #firsts: readonly number[];
  readonly #fill: number;
  /** Per cell, where its runs begin. */
  readonly #starts: Int32Array;
  /** Per run: its values, and the place of the first one. */
  readonly #lengths: Int32Array;
  readonly #places: Int32Array;

  /** @param places Per value of the output, in row-major order: what it is, or {@link FILLED}. */
  constructor(output: StoredValue, operands: readonly StoredValue[], places: Int32Array, fill = 0) {
    super(output, operands);
    this.#firsts = firstPlaces(operands);
    this.#fill = fill;
    const stored = new Int32Array(places.length);
    storedPlaces(output.layout).forEach((place, i) => {
      stored[place] = places[i]!;
    });
    const runs = runsOf(stored, output.layout.channels);
    this.#starts = runs.starts;
    this.#lengths = runs.lengths;
    this.#places = runs.places;
  }

  override visit(cell: number, visit: CellVisitor): void {
    for (let run = this.#starts[cell]!; run < this.#starts[cell + 1]!; run++) {
      const place = this.#places[run]!;
      if (place === FILLED) continue;
      const operand = this.#operandOf(place);
      const { channels } = this.operands[operand]!.layout;
      const from = place - this.#firsts[operand]!;
      const last = Math.floor((from + this.#lengths[run]! - 1) / channels);
      for (let read = Math.floor(from / channels); read <= last; read++) visit(operand, read);
    }
  }

  override compute(cell: number, slot: number): void {
    const result = this.result(slot);
    let out = cell * this.output.layout.channels;
    for (let run = this.#starts[cell]!; run < this.#starts[cell + 1]!; run++) {
      const place = this.#places[run]!;
      const end = out + this.#lengths[run]!;
      if (place === FILLED) {
        result.fill(this.#fill, out, end);
        out = end;
        continue;
      }
      const operand = this.#operandOf(place);
      const values = this.values(operand, slot);
      for (let from = place - this.#firsts[operand]!; out < end; out++, from++) result[out] = values[from]!;
    }
  }

  #operandOf(place: number): number {
    let operand = this.#firsts.length - 1;
    while (this.#firsts[operand]! > place) operand--;
    return operand;
  }
}

/** Per operand: the place of its first value, where those of all operands are counted through. */
export function firstPlaces(operands: readonly StoredValue[]): number[] {
  const firsts: number[] = [];
  let next = 0;
  for (const { store } of operands) {
    firsts.push(next);
    // A gap, so that no run goes on from one operand to the next.
    next += store.size + 1;
  }
  return firsts;
}

/** Cells as runs of values that follow each other in an operand, or are filled. */
function runsOf(places: Int32Array, channels: number) {
  const isNew = (i: number) => {
    const before = places[i - 1]!;
    return i % channels === 0 || (before === FILLED ? places[i] !== FILLED : places[i] !== before + 1);
  };
  let count = 0;
  for (let i = 0; i < places.length; i++) if (isNew(i)) count++;
  const starts = new Int32Array(places.length / Math.max(1, channels) + 1);
  const lengths = new Int32Array(count);
  const firsts = new Int32Array(count);
  let run = -1;
  for (let i = 0; i < places.length; i++) {
    if (isNew(i)) firsts[++run] = places[i]!;
    if (i % channels === 0) starts[i / channels] = run;
    lengths[run]!++;
  }
  starts[starts.length - 1] = count;
  return { starts, lengths, places: firsts };
}
