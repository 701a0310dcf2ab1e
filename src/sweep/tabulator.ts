import { RowCoder } from '../files/coded-rows.ts';
import type { CodedRows, Column, Value } from '../files/table.ts';
import type { Manifest } from './manifest.ts';
import { columnsOf, occasionalColumnsOf } from './plan-columns.ts';
import type { Values } from './point.ts';
import { Summariser, type SummaryPart } from './summary.ts';
import { setCells } from './table.ts';

/** What some rows behind each other come to in tables: plain data. */
export interface Tabulated {
  /** What they have in every column, without what only all rows together say. */
  readonly rows: CodedRows;
  readonly summary: SummaryPart;
  /** Numbers of those columns in which not every table has something, and some of these rows have. */
  readonly used: readonly number[];
}

/** What a table has of a row. Parameters are those of the plan: a journal may be of an earlier one with fewer. */
export interface TabulatedRow {
  readonly parameters: Values;
  readonly results?: Values | undefined;
  readonly error?: string | undefined;
}

const NOTHING = {};

/** Makes of the rows of a sweep what its tables are made of. */
export class Tabulator {
  readonly columns: readonly Column[];
  readonly #pareto: readonly string[];
  /** Numbers of the columns that a table has only where some row has something in them. */
  readonly #occasional: readonly number[];

  constructor(manifest: Manifest) {
    this.columns = columnsOf(manifest.axes);
    this.#pareto = manifest.pareto;
    const occasional = occasionalColumnsOf(manifest.axes);
    this.#occasional = this.columns.flatMap(({ name }, i) => (occasional.includes(name) ? [i] : []));
  }

  /** What so many rows come to. */
  tabulate(count: number, rowAt: (position: number) => TabulatedRow): Tabulated {
    const rows = this.code(count, rowAt);
    const summariser = new Summariser(this.columns, this.#pareto);
    summariser.add(rows);
    const isUsed = (column: number) => rows.values[column]!.some((value) => value !== null);
    return { rows, summary: summariser.part(), used: this.#occasional.filter(isUsed) };
  }

  /** What so many rows have. */
  code(count: number, rowAt: (position: number) => TabulatedRow): CodedRows {
    const coder = new RowCoder(this.columns.length, count);
    const cells = new Array<Value>(this.columns.length);
    for (let position = 0; position < count; position++) {
      const { parameters, results = NOTHING, error } = rowAt(position);
      setCells(cells, this.columns, parameters, results, error);
      coder.add(cells);
    }
    return coder.end();
  }
}
