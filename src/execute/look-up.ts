import { ClsaCimError } from '../errors.ts';
import { oneLine } from '../input/show.ts';
import { Access, type Loop } from './access.ts';
import type { ConstantValues } from './constant-values.ts';
import { NotExecutable } from './not-executable.ts';
import { type CellVisitor, Operation } from './operation.ts';
import { arrayOf, type Store, type StoredValue, type Values } from './stored-value.ts';

/** Replaces ids by rows of a constant table, of which only these rows are read: an embedding. */
export class LookUp extends Operation {
  readonly #table: Store;
  readonly #constants: ConstantValues;
  readonly #rows: number;
  readonly #row: Values;
  /** Where the id of a value is. */
  readonly #id: Access;
  /** Which value of its row a value is. */
  readonly #index: Access;
  readonly #where: string;

  /**
   * @param ids Its axes are the first ones of the output.
   * @param table Its first axis is that of the rows; the others are the last ones of the output.
   * @param where The step in words, for ids that are in no row.
   * @throws NotExecutable where the table is computed, or its rows are not what the output has.
   */
  constructor(
    output: StoredValue,
    ids: StoredValue,
    table: StoredValue,
    constants: ConstantValues,
    where: string,
  ) {
    super(output, [ids]);
    if (!table.store.isConstant)
      throw new NotExecutable('its table is computed, and only constant ones are executed');
    this.#table = table.store;
    this.#constants = constants;
    this.#where = where;
    this.#rows = table.layout.dims[0]!;
    const length = this.#rows === 0 ? 0 : table.store.size / this.#rows;
    this.#row = arrayOf(table.store.dataType, length);
    const rank = ids.layout.dims.length;
    const loop = (out: Int32Array, into: Int32Array | undefined): Loop => ({
      out,
      into: into ?? new Int32Array(out.length),
    });
    const { layout } = output;
    this.#id = new Access(
      layout,
      ids.layout,
      layout.axes.map((out, axis) => loop(out, ids.layout.axes[axis])),
    );
    const ofRow = layout.axes.map((out, axis) =>
      loop(out, axis < rank ? undefined : table.layout.axes[axis - rank + 1]),
    );
    this.#index = new Access(layout, layout, ofRow);
  }

  override visit(cell: number, visit: CellVisitor): void {
    this.#id.visitCells(cell, visit, 0);
  }

  override compute(cell: number, slot: number): void {
    const { channels } = this.output.layout;
    const [result, ids] = [this.result(slot), this.values(0, slot)];
    let last = -1;
    for (let channel = 0; channel < channels; channel++) {
      const place = this.#id.at(cell, channel);
      if (place !== last) this.#read(ids[place]!);
      last = place;
      result[cell * channels + channel] = this.#row[this.#index.at(cell, channel)]!;
    }
  }

  #read(id: number): void {
    const row = id < 0 ? id + this.#rows : id;
    if (!(Number.isInteger(row) && row >= 0 && row < this.#rows)) {
      throw new ClsaCimError(
        `${oneLine(this.#where)}: index ${id} is out of range for ${this.#rows} positions; give other inputs`,
      );
    }
    this.#constants.read(this.#table, row * this.#row.length, this.#row.length, this.#row);
  }
}
